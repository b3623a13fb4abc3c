using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Gateway.Guard;

namespace Desk.Gateway.Tests;

[Collection(TheGateway.Name)]
public sealed class RoutingTests(GatewayUnderTest gateway)
{
    [Theory]
    [InlineData("POST", "/api/v1/tickets", "intake")]
    [InlineData("GET", "/api/v1/tickets?status=active&limit=5", "intake")]
    [InlineData("GET", "/api/v1/tickets/D-1042", "intake")]
    [InlineData("GET", "/api/v1/tickets/D-1042/messages", "intake")]
    [InlineData("POST", "/api/v1/tickets/D-1042/messages", "intake")]
    [InlineData("POST", "/api/v1/tickets/D-1042/notes", "intake")]
    [InlineData("POST", "/api/v1/tickets/D-1042/attachments", "intake")]
    [InlineData("GET", "/api/v1/tickets/by-link/abc", "intake")]
    [InlineData("GET", "/api/v1/attachments/1", "intake")]
    [InlineData("POST", "/api/v1/mail", "intake")]
    [InlineData("GET", "/api/v1/mail/1/raw", "intake")]
    [InlineData("GET", "/api/v1/people?q=rut", "intake")]
    [InlineData("GET", "/api/v1/organisations", "intake")]
    [InlineData("PATCH", "/api/v1/tickets/D-1042", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/assign", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/escalate", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/pause", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/resume", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/resolve", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/reopen", "routing")]
    [InlineData("POST", "/api/v1/tickets/D-1042/close", "routing")]
    [InlineData("GET", "/api/v1/tickets/D-1042/timeline", "routing")]
    [InlineData("GET", "/api/v1/tickets/D-1042/clocks?explain=true", "routing")]
    [InlineData("PUT", "/api/v1/routing/matrix", "routing")]
    [InlineData("POST", "/api/v1/routing/clocks/preview", "routing")]
    [InlineData("GET", "/api/v1/tickets/D-1042/proposals", "knowledge")]
    [InlineData("POST", "/api/v1/tickets/D-1042/proposals/1/used", "knowledge")]
    [InlineData("GET", "/api/v1/knowledge/search?q=vpn", "knowledge")]
    [InlineData("POST", "/api/v1/knowledge/articles", "knowledge")]
    [InlineData("POST", "/api/v1/notification/deliveries/1/retry", "notification")]
    [InlineData("GET", "/api/v1/notification/updates/abc", "notification")]
    [InlineData("POST", "/updates/abc", "notification")]
    [InlineData("GET", "/updates/abc", "web")]
    [InlineData("GET", "/api/v1/analytics/overview", "analytics")]
    [InlineData("GET", "/api/v1/operations/routing/parked", "routing")]
    [InlineData("DELETE", "/api/v1/operations/analytics/parked/1", "analytics")]
    [InlineData("GET", "/", "web")]
    [InlineData("GET", "/agent/tickets/D-1042", "web")]
    [InlineData("GET", "/ops", "web")]
    [InlineData("POST", "/tickets/new", "web")]
    [InlineData("GET", "/_framework/blazor.web.js", "web")]
    public async Task A_request_reaches_the_service_that_owns_it(string method, string path, string service)
    {
        using var answer = await gateway.Admin.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var heard = (await answer.Content.ReadFromJsonAsync<Heard>())!;
        Assert.Equal((service, method, path), (heard.Service, heard.Method, heard.Path));
    }

    [Fact]
    public async Task What_the_API_does_not_know_is_a_problem_with_a_code_and_not_a_page()
    {
        using var answer = await gateway.Admin.GetAsync("/api/v1/nothing");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("route.unknown", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_said_to_be_away()
    {
        using var answer = await gateway.Admin.GetAsync("/api/v1/analytics/broken");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("service.away", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>());
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_page_that_does_not_answer_tries_again_by_itself()
    {
        using var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var answer = await client.GetAsync("/broken");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("http-equiv=\"refresh\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_says_it_is_larger_than_may_be_is_refused_unread()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mail") { Content = new StreamContent(Stream.Null) };
        request.Content.Headers.ContentLength = RequestSize.Most + 1L;
        using var answer = await gateway.Admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("request.tooLarge", (await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_none_the_name_of_the_server()
    {
        using var client = gateway.Anonymous();
        foreach (var path in new[] { "/", "/api/v1/nothing", "/health/live" })
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.DoesNotContain("script-src 'self' 'unsafe", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.True(answer.Headers.Contains("Referrer-Policy") && answer.Headers.Contains("Permissions-Policy"));
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task One_document_describes_all_services_and_keeps_apart_what_they_name_alike()
    {
        var document = (await gateway.Admin.GetFromJsonAsync<JsonObject>("/api/v1/openapi.json"))!;
        var paths = document["paths"]!.AsObject();
        foreach (var service in Routes.Destinations.WithApi)
        {
            var reference = paths[$"/api/v1/{service}/things"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>();
            Assert.Equal($"of {service}", document["components"]!["schemas"]![reference.Split('/')[^1]]!["description"]!.GetValue<string>());
        }
        Assert.Contains("/api/v1/me", paths.Select(path => path.Key));
        Assert.DoesNotContain("/internal", paths.Select(path => path.Key));
        Assert.DoesNotContain(document["components"]!["schemas"]!.AsObject(), schema => schema.Key.EndsWith("Same", StringComparison.Ordinal) && schema.Key != "Same");
        var operations = paths.SelectMany(path => path.Value!.AsObject()).Select(one => one.Value!["operationId"]?.GetValue<string>()).OfType<string>().ToList();
        Assert.Equal(operations.Distinct().Count(), operations.Count);
    }
}
