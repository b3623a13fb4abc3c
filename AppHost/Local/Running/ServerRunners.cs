using Aspire.Hosting.ApplicationModel;
using Desk.AppHost.Native;

namespace Desk.AppHost.Running;

internal sealed class PostgresRunner(PostgresServerResource resource, DeskFolders folders) : Runner(resource.Name, folders)
{
    private NativePostgres? server;

    public override int? Pid => server?.ProcessId;

    public override string? Url => server is null ? null : $"postgresql://127.0.0.1:{server.Port}";

    protected override Task<int> Exited => server!.Exited;

    protected override async Task StartAsync(CancellationToken stopping)
    {
        if (server is null)
        {
            server = await NativePostgres.StartAsync(
                new(Folders.Server(Name), resource.Port) { Password = resource.PasswordParameter.Value, Log = Log.Write }, stopping);
            resource.ConnectionString = server.ConnectionString;
        }
        await server.StartAsync(stopping);
        foreach (var database in resource.DatabaseNames)
            await server.CreateDatabaseAsync(database, stopping);
    }

    protected override async Task StopAsync() => await (server?.DisposeAsync() ?? default);
}

internal sealed class RabbitRunner(RabbitMQServerResource resource, DeskFolders folders) : Runner(resource.Name, folders)
{
    private NativeRabbit? server;

    public override int? Pid => server?.ProcessId;

    public override string? Url => server is null ? null : $"amqp://127.0.0.1:{server.Port}";

    protected override Task<int> Exited => server!.Exited;

    protected override async Task StartAsync(CancellationToken stopping)
    {
        if (server is null)
        {
            server = await NativeRabbit.StartAsync(
                new(Folders.Server(Name), resource.Port) { Password = resource.PasswordParameter.Value, Log = Log.Write }, stopping);
            resource.ConnectionString = server.ConnectionString;
        }
        await server.StartAsync(stopping);
    }

    protected override async Task StopAsync() => await (server?.DisposeAsync() ?? default);
}
