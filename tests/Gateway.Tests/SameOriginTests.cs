using System.Net;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class SameOriginTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "http://localhost:8080.evil.example", false)]
    [InlineData("Referer", "https://evil.example/localhost:8080", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData(null, null, false)]
    [InlineData("Origin", "http://localhost:8080", true)]
    [InlineData("Referer", "http://localhost:8080/agent/tickets", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    public async Task With_the_cookie_only_a_page_of_the_desk_changes_anything(string? header, string? value, bool allowed)
    {
        using var client = await gateway.SignedInAsync("agent");
        if (header is not null)
            client.DefaultRequestHeaders.Add(header, value);
        foreach (var (method, path) in new[] { ("POST", "/api/v1/tickets"), ("PATCH", "/api/v1/tickets/D-1"), ("DELETE", "/api/v1/attachments/1"), ("POST", "/agent/form") })
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
            if (!allowed)
                Assert.Equal("request.crossSite", await answer.CodeAsync());
        }
    }

    [Fact]
    public async Task Reading_needs_no_proof_but_a_websocket_does()
    {
        using var client = await gateway.SignedInAsync("agent");
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/tickets")).StatusCode);
        using var socket = new HttpRequestMessage(HttpMethod.Get, "/_blazor");
        socket.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        socket.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(socket)).StatusCode);
    }

    [Fact]
    public async Task A_key_needs_no_proof_for_no_browser_adds_it_by_itself()
    {
        using var client = await gateway.KeyAsync("agent");
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/v1/tickets", null)).StatusCode);
    }

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/account/link")]
    [InlineData("/account/link/use")]
    [InlineData("/account/sign-out")]
    public async Task Another_site_cannot_sign_anybody_in_or_out(string path)
    {
        using var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using var answer = await client.PostAsync(path, GatewayUnderTest.Form(("email", "a@nordvik.example"), ("password", "x"), ("token", "x")));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
