using System.Text;
using Aspire.Hosting;
using Desk.AppHost.Native;
using Desk.AppHost.Running;

namespace Desk.AppHost.Commands;

/// <summary>
/// Runs PostgreSQL and RabbitMQ alone, for an app host that is started with <c>--external</c>: their connection strings are in
/// <c>run/env/servers.env</c> as soon as both are ready.
/// </summary>
internal static class ServersCommand
{
    public static async Task<int> RunAsync(DeskFolders folders, IReadOnlyList<string> databases)
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var postgres = builder.AddPostgres("postgres");
        var rabbit = builder.AddRabbitMQ("rabbit");
        foreach (var database in databases)
            postgres.AddDatabase($"{database}db", database);

        folders.Make();
        var file = Path.Combine(folders.Environments, "servers.env");
        using var stopped = new CancellationTokenSource();
        var running = builder.Build().RunAsync(stopped.Token);
        while (!running.IsCompleted && DeskState.Read(folders) is not { Ready: true })
            await Task.WhenAny(running, Task.Delay(100));
        if (!running.IsCompleted)
        {
            var text = new StringBuilder();
            foreach (var database in databases)
                text.AppendLine($"ConnectionStrings__{database}db={postgres.Resource.ConnectionString!(database)}");
            text.AppendLine($"ConnectionStrings__rabbit={rabbit.Resource.ConnectionString}");
            PrivateFile.Write(file, text.ToString());
        }
        await running;
        return Environment.ExitCode;
    }
}
