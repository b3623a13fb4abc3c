using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Desk.Contracts;
using Desk.Gateway.Accounts;
using Desk.Testing;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class SignInTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task The_right_password_opens_a_session_in_a_cookie_that_scripts_and_other_sites_cannot_use()
    {
        var person = await gateway.PersonAsync("agent");
        using var answer = await gateway.SignInAnswerAsync(person.Email.ToUpperInvariant(), person.Password);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("desk=", cookie);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, await gateway.Host.Value<long>("select count(*) from audit where what = 'signIn.done' and email = $1", person.Email));
        var secret = cookie["desk=".Length..cookie.IndexOf(';')];
        Assert.Equal(0, await gateway.Host.Value<long>("select count(*) from session where encode(secret_hash, 'escape') like '%' || $1 || '%'", secret));
    }

    [Fact]
    public async Task An_account_that_exists_and_one_that_does_not_are_refused_alike()
    {
        var person = await gateway.PersonAsync("agent");
        var requester = await gateway.PersonAsync("requester");
        var bodies = new List<string>();
        foreach (var email in new[] { person.Email, "nobody@desk.example", requester.Email, "not an address" })
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await gateway.SignInAnswerAsync(email, "wrong password entirely");
            Assert.True(Stopwatch.GetElapsedTime(started) >= SignIn.SlowestRefusal - TimeSpan.FromMilliseconds(5), "it was refused sooner than a refusal takes");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            bodies.Add(System.Text.RegularExpressions.Regex.Replace(await answer.Content.ReadAsStringAsync(), "\"traceId\":\"[^\"]*\"", ""));
        }
        Assert.Single(bodies.Distinct());
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_also_for_the_right_one()
    {
        var person = await gateway.PersonAsync("agent");
        for (var attempt = 0; attempt < Passwords.WrongBeforeLockout; attempt++)
            (await gateway.SignInAnswerAsync(person.Email, "wrong")).Dispose();
        using var answer = await gateway.SignInAnswerAsync(person.Email, person.Password);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("signIn.failed", await answer.CodeAsync());

        await gateway.Host.Value<object>("update account set locked_until = now() - interval '1 second' where id = $1 returning 1", person.Id);
        await gateway.SignInAsync(person);
    }

    [Fact]
    public async Task Guesses_sent_all_at_once_are_no_more_than_five_either()
    {
        var person = await gateway.PersonAsync("agent");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async guess => (await gateway.SignInAnswerAsync(person.Email, $"guess {guess}")).Dispose()));
        Assert.Equal(5, await gateway.Host.Value<long>("select count(*) from audit where email = $1 and detail like 'wrong password%'", person.Email));
        Assert.Equal(15, await gateway.Host.Value<long>("select count(*) from audit where email = $1 and detail = 'locked'", person.Email));
    }

    [Fact]
    public async Task A_wrong_password_is_no_event_and_a_new_account_is_one()
    {
        await gateway.Host.Broker.Hear<AccountChanged>();
        var person = await gateway.PersonAsync("agent");
        var changed = await gateway.Host.Broker.Next<AccountChanged>(said => said.AccountId == person.Id);
        Assert.Equal((person.Email, Role.Agent, true), (changed.Email, changed.Role, changed.Active));
        (await gateway.SignInAnswerAsync(person.Email, "wrong")).Dispose();
        await gateway.SignInAsync(person);
        Assert.Equal(0, await gateway.Host.Value<long>("select count(*) from messaging.outbox where about = $1", person.Id));
        Assert.DoesNotContain(gateway.Host.Broker.Heard<AccountChanged>(), said => said.AccountId == person.Id);
    }

    [Fact]
    public async Task An_account_made_inactive_is_out_at_once_and_the_others_hear_of_it()
    {
        await gateway.Host.Broker.Hear<AccountChanged>();
        var person = await gateway.PersonAsync("agent");
        var (client, _) = await gateway.SignInAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        (await gateway.Admin.PatchAsJsonAsync($"/api/v1/accounts/{person.Id}", new { active = false })).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
        await gateway.Host.Broker.Next<AccountChanged>(said => said.AccountId == person.Id && !said.Active);
        using var answer = await gateway.SignInAnswerAsync(person.Email, person.Password);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_deleted_anywhere_is_dead_here_within_ten_seconds()
    {
        var person = await gateway.PersonAsync("agent");
        var (client, _) = await gateway.SignInAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        await gateway.Host.Value<object>("delete from session where account_id = $1 returning 1", person.Id);
        await Wait.Until(async () => (await client.GetAsync("/api/v1/me")).StatusCode == HttpStatusCode.Unauthorized, "the session is dead", TimeSpan.FromSeconds(11));
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_that_the_browser_had()
    {
        var person = await gateway.PersonAsync("agent");
        var (client, _) = await gateway.SignInAsync(person);
        (await GatewayUnderTest.FromDesk(client).PostAsync("/account/sign-in", GatewayUnderTest.Form(("email", person.Email), ("password", person.Password)))).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
    }

    [Theory]
    [InlineData("/agent/tickets?x=1", "/agent/tickets?x=1")]
    [InlineData("https://evil.example/", "/agent")]
    [InlineData("//evil.example", "/agent")]
    [InlineData("/\\evil.example", "/agent")]
    [InlineData("/\t/evil.example", "/agent")]
    [InlineData("/a\\..\\..", "/agent")]
    [InlineData("javascript:alert(1)", "/agent")]
    [InlineData("", "/agent")]
    public async Task After_signing_in_a_browser_is_sent_to_a_page_of_the_desk_and_nowhere_else(string returnUrl, string to)
    {
        var person = await gateway.PersonAsync("agent");
        using var client = GatewayUnderTest.FromDesk(gateway.Anonymous());
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var answer = await client.PostAsync(
            "/account/sign-in", GatewayUnderTest.Form(("email", person.Email), ("password", person.Password), ("returnUrl", returnUrl)));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(to, answer.Headers.Location?.OriginalString);
    }
}
