using System.Text.Json.Nodes;
using Desk.Gateway.Routes;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Desk.Gateway.Api;

/// <summary><c>GET /api/v1/openapi.json</c>: the services' documents and the gateway's own as one.</summary>
internal sealed class OneDocument(
    [FromKeyedServices("v1")] IOpenApiDocumentProvider own, IHttpClientFactory clients, IConfiguration configuration, InternalTokens tokens, TimeProvider clock)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private (string Json, DateTimeOffset Until)? _kept;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/openapi.json",
            async (OneDocument document, CancellationToken cancellation) => Results.Text(await document.GetAsync(cancellation), "application/json"))
        .AllowAnonymous().ExcludeFromDescription();

    public static void DescribeGateway(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo { Title = "Desk", Version = "v1", Description = "The public API of the service desk." };
        document.Servers?.Clear();
        return Task.CompletedTask;
    });

    /// <summary>The services' part is kept for a minute; when one of them did not answer, it is asked again next time.</summary>
    private async Task<string> GetAsync(CancellationToken cancellation)
    {
        if (_kept is { } kept && kept.Until > clock.GetUtcNow())
            return kept.Json;
        await _oneAtATime.WaitAsync(cancellation);
        try
        {
            if (_kept is { } made && made.Until > clock.GetUtcNow())
                return made.Json;
            var document = await own.GetOpenApiDocumentAsync(cancellation);
            var merged = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellation))!.AsObject();
            MergedDocument.Secure(merged);
            var parts = await Task.WhenAll(Destinations.WithApi.Select(async service => (service, part: await FetchAsync(service, cancellation))));
            foreach (var (service, part) in parts)
            {
                if (part is not null)
                    MergedDocument.Add(merged, service, part);
            }
            var json = merged.ToJsonString();
            if (parts.All(part => part.part is not null))
                _kept = (json, clock.GetUtcNow() + GoodFor);
            return json;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<JsonObject?> FetchAsync(string service, CancellationToken cancellation)
    {
        if (Destinations.Addresses(configuration, service) is not [var address, ..])
            return null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address), "/openapi/v1.json"));
            request.Headers.Authorization = new("Bearer", tokens.Issue(new Caller(Guid.Empty, "gateway", null, "admin", true, "sv"), TimeSpan.FromMinutes(1)));
            using var answer = await clients.CreateClient(Destinations.ClientName).SendAsync(request, cancellation);
            return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) as JsonObject : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or System.Text.Json.JsonException
            or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
