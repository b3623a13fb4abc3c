using Desk.Gateway.Routes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Desk.Gateway.Api;

/// <summary>The desk is ready when every service is: whoever waits for the gateway waits for all.</summary>
internal sealed class ServicesReady(IHttpClientFactory clients, IConfiguration configuration) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellation = default)
    {
        var away = await AwayAsync(cancellation);
        return away.Count == 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"Not ready: {string.Join(", ", away)}.");
    }

    /// <summary>The services of which a process is missing or not ready.</summary>
    public async Task<IReadOnlyList<string>> AwayAsync(CancellationToken cancellation)
    {
        var asked = Destinations.All.SelectMany(service => Destinations.Addresses(configuration, service).Select(address => (service, address))).ToList();
        var missing = Destinations.All.Where(service => Destinations.Addresses(configuration, service).Count == 0);
        var away = (await Task.WhenAll(asked.Select(async one => await IsReadyAsync(one.address, cancellation) ? null : one.service))).OfType<string>();
        return [.. away.Concat(missing).Distinct()];
    }

    private async Task<bool> IsReadyAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await clients.CreateClient(Destinations.ClientName).GetAsync(new Uri(new Uri(address), "/health/ready"), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
