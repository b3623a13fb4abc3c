using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Desk.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs by OTLP, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where; without it nothing listens and nothing is paid. The
/// rest of the <c>OTEL_*</c> variables mean what OpenTelemetry says they do; <c>OTEL_SERVICE_NAME</c> names the process.
/// </summary>
internal static class Telemetry
{
    // What the platform and its libraries tell by themselves, and all that is the desk's own. MassTransit's and RabbitMQ's spans are left out:
    // messaging says, in the desk's words, who reacted to what.
    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Yarp.ReverseProxy", "Desk.*"];

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "Yarp.ReverseProxy",
        "Desk.*",
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddTransient<IStartupFilter, RequestTelemetry.Outermost>();
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            return;

        // Puts the path into a request's span from its first moment, where the sampler sees it.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var resource = ResourceBuilder.CreateDefault();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = true;
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(resource).AddOtlpExporter();
        });
        builder.Services.AddHostedService(_ => new Exporting(resource));
    }

    /// <summary>
    /// A trace begins where somebody asks for something: a request, a message. Health checks and the polling of workers (a query that nobody's
    /// request stands behind) would be nine tenths of all traces, and are not wanted.
    /// </summary>
    internal sealed class AskedFor : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters parameters)
        {
            if (parameters.Kind == System.Diagnostics.ActivityKind.Client)
                return new SamplingResult(SamplingDecision.Drop);
            foreach (var (name, value) in parameters.Tags ?? [])
            {
                if (name == "url.path" && value is string path && path.StartsWith("/health/", StringComparison.Ordinal))
                    return new SamplingResult(SamplingDecision.Drop);
            }
            return new SamplingResult(SamplingDecision.RecordAndSample);
        }
    }

    private sealed class Exporting(ResourceBuilder resource) : IHostedService
    {
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).SetSampler(new ParentBasedSampler(new AskedFor()))
                .AddSource(Sources).AddOtlpExporter().Build();
            _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _traces?.Dispose();
            _metrics?.Dispose();
            return Task.CompletedTask;
        }
    }
}
