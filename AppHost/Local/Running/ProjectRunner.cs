using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Desk.AppHost.Native;
using Microsoft.Extensions.Configuration;

namespace Desk.AppHost.Running;

/// <summary>Runs one replica of a project under Aspire's environment contract.</summary>
internal sealed class ProjectRunner(ProjectResource resource, int replica, DeskFolders folders, IConfiguration configuration)
    : Runner(replica == 0 ? resource.Name : $"{resource.Name}-{replica}", folders)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private ChildProcess? process;

    public override int? Pid => process is { HasExited: false } ? process.Id : null;

    public override string? Url => resource.Endpoints.FirstOrDefault(endpoint => endpoint.UriScheme == "http")?.Url(replica);

    protected override Task<int> Exited => process!.Exited;

    protected override async Task StartAsync(CancellationToken stopping)
    {
        var assembly = FindAssembly();
        var environment = DescribeEnvironment();
        WriteEnvironment(environment, assembly);
        process = ChildProcess.Start(new("dotnet", [assembly])
        {
            Environment = environment,
            WorkingDirectory = ContentRoot(assembly),
            Log = Log.Write,
        });
        Become(State);

        var clock = Stopwatch.StartNew();
        while (!await IsHealthyAsync(stopping))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"it ended before it was ready; see {Folders.Logs}/{Name}.log:{Environment.NewLine}{process.Tail}");
            if (clock.Elapsed > Patience)
            {
                process.Kill();
                throw new TimeoutException($"it was not ready within {Patience.TotalSeconds:0} s; see {Folders.Logs}/{Name}.log:{Environment.NewLine}{process.Tail}");
            }
            await Task.Delay(100, stopping);
        }
    }

    protected override Task StopAsync() => process?.StopAsync(ChildProcess.Terminate, TimeSpan.FromSeconds(15)) ?? Task.CompletedTask;

    private async Task<bool> IsHealthyAsync(CancellationToken stopping)
    {
        if (resource.HealthPath is null || Url is null)
            return true;
        try
        {
            using var answer = await Http.GetAsync(new Uri(new Uri(Url), resource.HealthPath), stopping);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception failure) when (failure is HttpRequestException || failure is TaskCanceledException && !stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private Dictionary<string, string?> DescribeEnvironment()
    {
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = string.Join(';', resource.Endpoints.Where(endpoint => endpoint.UriScheme == "http")
                .Select(endpoint => $"http://{endpoint.TargetHost}:{endpoint.Allocated[replica]}")),
            ["OTEL_SERVICE_NAME"] = resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Name}",
            // Two seconds (it is read as hexadecimal) instead of a tenth without new code before the runtime compiles what runs often once more:
            // while all start together, each waits longer than that for its turn, and would do it in the midst of starting (ADR 3).
            ["DOTNET_TC_CallCountingDelayMs"] = "7D0",
        };
        foreach (var endpoint in resource.Endpoints.Where(endpoint => endpoint.Environment is not null))
            environment[endpoint.Environment!] = $"{endpoint.Allocated[replica]}";
        foreach (var other in resource.References)
        {
            foreach (var endpoint in other.Endpoints)
            {
                for (var index = 0; index < other.Replicas; index++)
                    environment[$"services__{other.Name}__{endpoint.Name}__{index}"] = endpoint.Url(index);
            }
        }
        if (configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] is { Length: > 0 } telemetry)
        {
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry;
            environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            // As Aspire says for development: somebody is looking, and what has just happened is what they look for.
            environment["OTEL_BSP_SCHEDULE_DELAY"] = environment["OTEL_BLRP_SCHEDULE_DELAY"] = environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        }
        foreach (var (name, value) in resource.Environment)
            environment[name] = value();
        return environment;
    }

    /// <summary>For <c>./desk key</c> and the like, which run the service's own program as it runs here.</summary>
    private void WriteEnvironment(Dictionary<string, string?> environment, string assembly)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in environment.Where(pair => pair.Value is not null).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.AppendLine($"{name}={value}");
        PrivateFile.Write(Path.Combine(Folders.Environments, $"{Name}.env"), text.ToString());
        PrivateFile.Write(Path.Combine(Folders.Environments, $"{Name}.assembly"), assembly);
    }

    private string ContentRoot(string assembly)
    {
        var besides = Path.GetDirectoryName(assembly)!;
        return configuration["DESK_BIN"] is { } bin && besides.StartsWith(bin, StringComparison.Ordinal) ? besides : Path.GetDirectoryName(resource.ProjectPath)!;
    }

    /// <summary>
    /// What the build left, in the configuration this app host was built in; or the same compiled ahead of time, where that is of this build.
    /// </summary>
    private string FindAssembly()
    {
        var project = Path.GetFileNameWithoutExtension(resource.ProjectPath);
        var built = typeof(ProjectRunner).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        var assembly = Path.Combine(Path.GetDirectoryName(resource.ProjectPath)!, "bin", built, "net10.0", $"Desk.{project}.dll");
        if (!File.Exists(assembly))
            throw new DistributedApplicationException($"{assembly} is not there: build first.");
        if (configuration["DESK_BIN"] is not { } bin)
            return assembly;
        var ahead = Path.Combine(bin, project);
        var ofThisBuild = Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!, "Desk.*.dll")
            .All(file => File.GetLastWriteTimeUtc(file) == File.GetLastWriteTimeUtc(Path.Combine(ahead, Path.GetFileName(file))));
        return ofThisBuild ? Path.Combine(ahead, $"Desk.{project}.dll") : assembly;
    }
}
