using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed partial class DenyByDefaultTests(GatewayUnderTest gateway)
{
    // All that anybody may reach under the API. A route that is added to the gateway and is not here must refuse.
    private static readonly string[] Open =
    [
        "/api/v1/tickets/by-link/{token}", "/api/v1/knowledge/search", "/api/v1/knowledge/help", "/api/v1/knowledge/articles/{**rest}", "/api/v1/openapi.json",
        "/api/v1/notification/updates/{token}", "/api/v1/routing/feeds/{token}/duty.ics", "/api/v1/routing/majors",
    ];

    [Fact]
    public async Task Whoever_is_not_known_gets_401_from_every_route_but_the_open_ones()
    {
        using var client = gateway.Anonymous();
        var routes = gateway.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.OrdinalIgnoreCase))
            .Where(endpoint => !Open.Contains(endpoint.RoutePattern.RawText)
                || endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Any(method => method is not ("GET" or "HEAD")) == true)
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "PATCH", "DELETE"])
                .Select(method => (method, path: Holes().Replace(endpoint.RoutePattern.RawText!, "0190f000-0000-7000-8000-000000000001"))))
            .ToList();
        Assert.True(routes.Count > 50, $"only {routes.Count} routes were found");
        foreach (var (method, path) in routes)
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} answered {(int)answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("/api/v1/nothing/at/all")]
    [InlineData("/API/V1/TICKETS")]
    [InlineData("/api/v1/operations/gateway/parked")]
    [InlineData("/api/v1/knowledge/articles")]
    public async Task Writing_and_what_does_not_exist_need_a_caller_too(string path)
    {
        using var client = gateway.Anonymous();
        using var answer = await client.PostAsync(path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/knowledge/search?q=vpn")]
    [InlineData("/api/v1/knowledge/articles/vpn")]
    [InlineData("/api/v1/tickets/by-link/token")]
    [InlineData("/api/v1/notification/updates/token")]
    [InlineData("/")]
    [InlineData("/sign-in")]
    public async Task The_open_routes_are_passed_on_without_a_caller(string path)
    {
        using var client = gateway.Anonymous();
        var heard = await client.GetHeardAsync(path);
        Assert.False(heard.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("requester", "/agent", false)]
    [InlineData("agent", "/agent", true)]
    [InlineData("agent", "/agent/tickets", true)]
    [InlineData("agent", "/ops", false)]
    [InlineData("lead", "/ops", true)]
    [InlineData("admin", "/ops/live", true)]
    [InlineData("requester", "/AGENT/tickets", false)]
    public async Task Agents_pages_are_for_agents_and_operations_for_leads(string role, string path, bool allowed)
    {
        using var client = gateway.Bearing(gateway.Host.Services.GetRequiredService<ServiceDefaults.Identity.InternalTokens>().Issue(
            new ServiceDefaults.Identity.Caller(Guid.CreateVersion7(), "test", null, role, true, "sv"), TimeSpan.FromMinutes(5)));
        using var answer = await client.GetAsync(path);
        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_browser_without_a_session_is_led_to_sign_in_and_back()
    {
        using var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html,*/*");
        using var answer = await client.GetAsync("/agent/tickets/D-1042?tab=notes");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Fagent%2Ftickets%2FD-1042%3Ftab%3Dnotes", answer.Headers.Location?.OriginalString);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Holes();
}
