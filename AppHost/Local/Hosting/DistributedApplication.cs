using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Desk.AppHost.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The system cannot run as described.</summary>
public class DistributedApplicationException(string message) : Exception(message);

/// <summary>The running system: its processes, as children of this one.</summary>
public class DistributedApplication
{
    private readonly DeskHost host;

    internal DistributedApplication(DeskHost host) => this.host = host;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Starts everything and returns when it has been told to stop and has stopped.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default) => Environment.ExitCode = await host.RunAsync(cancellationToken);
}

/// <summary>Describes the system.</summary>
public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IHostEnvironment Environment { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder host;
    private readonly List<IResource> resources = [];

    public DistributedApplicationBuilder(string[] args)
    {
        host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            EnvironmentName = System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development,
        });
        host.Configuration.AddEnvironmentVariables();
        host.Configuration.AddCommandLine(args);
        AppHostDirectory = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "AppHostProjectPath")?.Value ?? Directory.GetCurrentDirectory();
        Folders = new DeskFolders(host.Configuration["DESK_STATE"] ?? Path.Combine(AppHostDirectory, "..", ".desk"));
        Secrets = new Secrets(Folders.Secrets);
    }

    public ConfigurationManager Configuration => host.Configuration;

    public IHostEnvironment Environment => host.Environment;

    public string AppHostDirectory { get; }

    public DeskFolders Folders { get; }

    public Secrets Secrets { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Two resources are called {resource.Name}.");
        resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build() => new(new DeskHost(Folders, Configuration, resources));

    private sealed record ResourceBuilder<T>(IDistributedApplicationBuilder ApplicationBuilder, T Resource) : IResourceBuilder<T> where T : IResource;
}
