using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.ServiceDefaults.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class CallerTests(GatewayUnderTest gateway)
{
    private InternalTokens Tokens => gateway.Host.Services.GetRequiredService<InternalTokens>();

    [Fact]
    public async Task A_service_hears_the_person_and_not_their_cookie()
    {
        var person = await gateway.PersonAsync("lead");
        var (client, _) = await gateway.SignInAsync(person);
        client.DefaultRequestHeaders.Add("Cookie", "other=1");
        var heard = await client.GetHeardAsync("/api/v1/tickets");
        var caller = Caller.Of((await Tokens.CheckAsync(heard.Headers["Authorization"]["Bearer ".Length..]))!);
        Assert.Equal((person.Id, person.Email, "lead", false), (caller.Id, caller.Email, caller.Role, caller.Machine));
        Assert.False(heard.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task The_web_hears_the_other_cookies_but_never_the_session()
    {
        var (client, cookie) = await gateway.SignInAsync(await gateway.PersonAsync("agent"));
        client.DefaultRequestHeaders.Remove("Cookie");
        client.DefaultRequestHeaders.Add("Cookie", $"desk-theme=dark; {cookie}; desk-language=en");
        var heard = await client.GetHeardAsync("/");
        Assert.Equal("desk-theme=dark; desk-language=en", heard.Headers["Cookie"]);
        Assert.True(heard.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("X-Desk-Caller")]
    [InlineData("x-desk-anything")]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-User")]
    [InlineData("Remote-User")]
    [InlineData("X-Original-URL")]
    [InlineData("X-HTTP-Method-Override")]
    public async Task What_only_the_gateway_may_say_is_taken_away_when_a_client_says_it(string header)
    {
        using var client = gateway.Bearing("");
        client.DefaultRequestHeaders.Authorization = gateway.Admin.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.Add(header, "admin");
        Assert.False((await client.GetHeardAsync("/api/v1/tickets")).Headers.ContainsKey(header));
    }

    [Fact]
    public async Task Where_a_client_says_it_comes_from_is_replaced_by_where_it_does()
    {
        using var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.1");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        var heard = await client.GetHeardAsync("/");
        Assert.DoesNotContain("203.0.113.1", heard.Headers.GetValueOrDefault("X-Forwarded-For", ""));
        Assert.DoesNotContain("evil", heard.Headers.GetValueOrDefault("X-Forwarded-Host", ""));
    }

    [Fact]
    public async Task The_web_calls_back_as_the_person_until_they_sign_out()
    {
        var (client, _) = await gateway.SignInAsync(await gateway.PersonAsync("agent"));
        var token = (await client.GetHeardAsync("/agent")).Headers["Authorization"]["Bearer ".Length..];
        using var web = gateway.Bearing(token);
        Assert.Equal("agent", (await web.GetFromJsonAsync<JsonObject>("/api/v1/me"))!["role"]!.GetValue<string>());

        // What a service hears is another token, good for minutes only.
        Assert.NotEqual(token, (await web.GetHeardAsync("/api/v1/tickets")).Headers["Authorization"]["Bearer ".Length..]);

        (await GatewayUnderTest.FromDesk(client).PostAsync("/account/sign-out", null)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, (await web.GetAsync("/api/v1/tickets")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/tickets")).StatusCode);
    }

    [Fact]
    public async Task A_short_token_that_a_service_was_given_dies_with_the_session_too()
    {
        var (client, _) = await gateway.SignInAsync(await gateway.PersonAsync("agent"));
        using var leaked = gateway.Bearing((await client.GetHeardAsync("/api/v1/tickets")).Headers["Authorization"]["Bearer ".Length..]);
        Assert.Equal(HttpStatusCode.OK, (await leaked.GetAsync("/api/v1/tickets")).StatusCode);
        (await GatewayUnderTest.FromDesk(client).PostAsync("/account/sign-out", null)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, (await leaked.GetAsync("/api/v1/tickets")).StatusCode);
    }

    [Fact]
    public async Task A_token_of_the_desks_own_processes_is_believed_and_a_forged_one_is_not()
    {
        var caller = new Caller(Guid.CreateVersion7(), "portal", null, "requester", true, "sv");
        using var client = gateway.Bearing(Tokens.Issue(caller, TimeSpan.FromMinutes(1)));
        Assert.True((await client.GetFromJsonAsync<JsonObject>("/api/v1/me"))!["machine"]!.GetValue<bool>());

        foreach (var bad in new[] { "a.b.c", "", "desk_nothing", Tokens.Issue(caller, TimeSpan.FromMinutes(1))[..^2] + "xx" })
        {
            using var forger = gateway.Anonymous();
            forger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + bad);
            Assert.Equal(HttpStatusCode.Unauthorized, (await forger.GetAsync("/api/v1/me")).StatusCode);
        }
    }

    [Fact]
    public async Task A_wrong_bearer_is_nobody_even_beside_a_good_cookie()
    {
        var (client, _) = await gateway.SignInAsync(await gateway.PersonAsync("agent"));
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer nonsense");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
    }
}
