using Aspire.Hosting;
using Desk.AppHost.Native;
using Microsoft.Extensions.Configuration;

namespace Desk.AppHost.Running;

/// <summary>The Aspire Dashboard, from the program that <c>./desk up --dashboard</c> fetched.</summary>
internal sealed class DashboardRunner(string program, IConfiguration configuration, DeskFolders folders) : Runner("dashboard", folders)
{
    private readonly string telemetry = configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"]
        ?? throw new DistributedApplicationException("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL is not set: the dashboard needs an address to be told on.");

    private ChildProcess? process;

    public override int? Pid => process?.Id;

    public override string? Url => configuration["DESK_DASHBOARD_URL"];

    protected override Task<int> Exited => process!.Exited;

    protected override async Task StartAsync(CancellationToken stopping)
    {
        process = ChildProcess.Start(new(program, ["dashboard"])
        {
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = Url,
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = $"http://127.0.0.1:{Ports.Free()}",
                ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = telemetry,
                ["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true",
                ["DASHBOARD__API__ENABLED"] = "true",
            },
            WorkingDirectory = Path.GetDirectoryName(program),
            Log = Log.Write,
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(Url, stopping);
                return;
            }
            catch (HttpRequestException) when (tries < 200 && !process.HasExited)
            {
                await Task.Delay(100, stopping);
            }
        }
    }

    protected override Task StopAsync() => process?.StopAsync(ChildProcess.Terminate, TimeSpan.FromSeconds(5)) ?? Task.CompletedTask;
}
