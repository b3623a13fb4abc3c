using Aspire.Hosting.ApplicationModel;
using Desk.AppHost.Native;

namespace Desk.AppHost.Running;

/// <summary>Runs a native server. Where it listens and its password are known before it starts, so that others may start beside it.</summary>
internal abstract class ServerRunner<TServer>(string name, DeskFolders folders) : Runner(name, folders) where TServer : NativeServer
{
    public override int? Pid => Server.ProcessId is > 0 and var pid ? pid : null;

    public override string? Url => $"{Scheme}://127.0.0.1:{Server.Port}";

    protected abstract TServer Server { get; }

    protected abstract string Scheme { get; }

    protected override Task<int> Exited => Server.Exited;

    protected override Task StartAsync(CancellationToken stopping) => Server.StartAsync(stopping);

    protected override async Task StopAsync() => await Server.DisposeAsync();
}

internal sealed class PostgresRunner : ServerRunner<NativePostgres>
{
    private readonly PostgresServerResource resource;

    public PostgresRunner(PostgresServerResource resource, DeskFolders folders) : base(resource.Name, folders)
    {
        this.resource = resource;
        Server = NativePostgres.Prepare(new(folders.Server(Name), resource.Port) { Password = resource.PasswordParameter.Value, Log = Log.Write });
        resource.ConnectionString = Server.ConnectionString;
    }

    protected override NativePostgres Server { get; }

    protected override string Scheme => "postgresql";

    protected override async Task StartAsync(CancellationToken stopping)
    {
        await base.StartAsync(stopping);
        foreach (var database in resource.DatabaseNames)
            await Server.CreateDatabaseAsync(database, stopping);
    }
}

internal sealed class RabbitRunner : ServerRunner<NativeRabbit>
{
    public RabbitRunner(RabbitMQServerResource resource, DeskFolders folders) : base(resource.Name, folders)
    {
        Server = NativeRabbit.Prepare(new(folders.Server(Name), resource.Port) { Password = resource.PasswordParameter.Value, Log = Log.Write });
        resource.ConnectionString = Server.ConnectionString;
    }

    protected override NativeRabbit Server { get; }

    protected override string Scheme => "amqp";
}
