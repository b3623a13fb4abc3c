using System.Net;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class RateLimitTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task Who_asks_too_much_is_told_when_to_come_back_and_who_is_known_is_not_hit()
    {
        await using var host = await gateway.StartAsync(
            gateway.Host.Database, ("Desk:Limits:SignInsPerMinute", "10"), ("Desk:Limits:LinksPerMinute", "10"), ("Desk:Limits:AnonymousPerSecond", "20"));
        using var client = GatewayUnderTest.FromDesk(host.Anonymous());
        foreach (var path in new[] { "/account/link/use", "/account/link" })
        {
            var answers = new List<HttpResponseMessage>();
            for (var time = 0; time < 14; time++)
                answers.Add(await client.PostAsync(path, GatewayUnderTest.Form(("token", "x"), ("email", "none"))));
            var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
            Assert.Equal("request.tooMany", await refused.CodeAsync());
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.InRange(answers.Count(answer => answer.StatusCode != HttpStatusCode.TooManyRequests), 10, 13);
        }

        var pages = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ => (await client.GetAsync("/")).StatusCode));
        Assert.Contains(HttpStatusCode.TooManyRequests, pages);
        using var known = host.Anonymous();
        known.DefaultRequestHeaders.Authorization = gateway.Admin.DefaultRequestHeaders.Authorization;
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/api/v1/tickets")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
    }
}
