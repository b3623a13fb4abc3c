using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class LinkTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task A_link_signs_a_requester_in_once_and_makes_their_account_the_first_time()
    {
        await gateway.Host.Broker.Hear<AccountChanged>();
        var asked = await AskAsync("New.Requester@nordvik.example", "/tickets/D-1042");
        Assert.Equal(0, await gateway.Host.Value<long>("select count(*) from sign_in_link where encode(token_hash, 'escape') like '%' || $1 || '%'", asked.Token));
        Assert.Equal(0, await gateway.Host.Value<long>("select count(*) from account where email = 'new.requester@nordvik.example'"));

        using var used = await UseAsync(asked.Token);
        Assert.Equal(HttpStatusCode.NoContent, used.StatusCode);
        using var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", used.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        var me = (await client.GetFromJsonAsync<JsonObject>("/api/v1/me"))!;
        Assert.Equal(("new.requester@nordvik.example", "requester"), (me["email"]!.GetValue<string>(), me["role"]!.GetValue<string>()));
        var changed = await gateway.Host.Broker.Next<AccountChanged>(said => said.Email == "new.requester@nordvik.example");
        Assert.Equal(Role.Requester, changed.Role);

        using var again = await UseAsync(asked.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Equal("link.spent", await again.CodeAsync());
    }

    [Fact]
    public async Task A_link_used_twice_at_once_opens_one_session()
    {
        var asked = await AskAsync("twice@nordvik.example");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UseAsync(asked.Token)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_link_is_good_for_twenty_minutes_and_no_longer()
    {
        var asked = await AskAsync("late@nordvik.example");
        Assert.Equal(TimeSpan.FromMinutes(20), asked.ExpiresAt - asked.At);
        await gateway.Host.Value<object>("update sign_in_link set expires_at = now() where email = 'late@nordvik.example' returning 1");
        using var answer = await UseAsync(asked.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Opening_the_mailed_link_uses_nothing_up()
    {
        var asked = await AskAsync("scanner@nordvik.example");
        using var scanner = gateway.Anonymous();
        Assert.Equal("web", (await scanner.GetHeardAsync($"/sign-in/link?token={asked.Token}")).Service);
        using var used = await UseAsync(asked.Token);
        Assert.Equal(HttpStatusCode.NoContent, used.StatusCode);
    }

    [Fact]
    public async Task The_answer_is_the_same_whoever_asks_and_nothing_goes_to_agents()
    {
        await gateway.Host.Broker.Hear<SignInLinkRequested>();
        var agent = await gateway.PersonAsync("agent");
        foreach (var email in new[] { agent.Email, "unknown@nordvik.example", "no address" })
        {
            using var answer = await GatewayUnderTest.FromDesk(gateway.Anonymous()).PostAsync("/account/link", GatewayUnderTest.Form(("email", email)));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            Assert.Equal("", await answer.Content.ReadAsStringAsync());
        }
        await gateway.Host.Broker.Next<SignInLinkRequested>(said => said.Email == "unknown@nordvik.example");
        Assert.DoesNotContain(gateway.Host.Broker.Heard<SignInLinkRequested>(), said => said.Email == agent.Email);
    }

    [Fact]
    public async Task One_address_gets_three_links_in_a_quarter_of_an_hour_whoever_asks()
    {
        await gateway.Host.Broker.Hear<SignInLinkRequested>();
        for (var time = 0; time < 6; time++)
            (await GatewayUnderTest.FromDesk(gateway.Anonymous()).PostAsync("/account/link", GatewayUnderTest.Form(("email", "flooded@nordvik.example")))).EnsureSuccessStatusCode();
        await AskAsync("after@nordvik.example");
        Assert.Equal(3, gateway.Host.Broker.Heard<SignInLinkRequested>().Count(said => said.Email == "flooded@nordvik.example"));
    }

    [Fact]
    public async Task Whoever_has_become_an_agent_since_cannot_use_a_link()
    {
        var person = await gateway.PersonAsync("requester");
        var asked = await AskAsync(person.Email);
        (await gateway.Admin.PatchAsJsonAsync($"/api/v1/accounts/{person.Id}", new { role = "agent" })).EnsureSuccessStatusCode();
        using var answer = await UseAsync(asked.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<SignInLinkRequested> AskAsync(string email, string returnUrl = "")
    {
        await gateway.Host.Broker.Hear<SignInLinkRequested>();
        using var answer = await GatewayUnderTest.FromDesk(gateway.Anonymous())
            .PostAsync("/account/link", GatewayUnderTest.Form(("email", email), ("returnUrl", returnUrl)));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await gateway.Host.Broker.Next<SignInLinkRequested>(said => said.Email == email.ToLowerInvariant());
    }

    private Task<HttpResponseMessage> UseAsync(string token)
        => GatewayUnderTest.FromDesk(gateway.Anonymous()).PostAsync("/account/link/use", GatewayUnderTest.Form(("token", token)));
}
