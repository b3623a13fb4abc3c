using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>
/// Runs an assembly's embedded <c>Migrations/NNNN_what.sql</c> files, in order, each once, each in its own transaction, under an advisory lock
/// so that replicas starting together wait for the first. Forward only; a file that has run is never changed.
/// </summary>
public static class Migrator
{
    public static async Task RunAsync(NpgsqlDataSource database, Assembly assembly, CancellationToken cancellation)
    {
        var name = assembly.GetName().Name!;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, "select pg_advisory_lock(hashtextextended('desk.migrations', 0))", cancellation);
        try
        {
            await ExecuteAsync(connection, """
                create table if not exists public.migration (
                    assembly text not null, file text not null, ran_at timestamptz not null default now(), primary key (assembly, file))
                """, cancellation);
            foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                var file = resource[(resource.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..];
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                await using (var claim = new NpgsqlCommand(
                    "insert into public.migration (assembly, file) values ($1, $2) on conflict do nothing", connection, transaction)
                { Parameters = { new() { Value = name }, new() { Value = file } } })
                {
                    if (await claim.ExecuteNonQueryAsync(cancellation) == 0)
                        continue;
                }
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                await ExecuteAsync(connection, await reader.ReadToEndAsync(cancellation), cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
        finally
        {
            await ExecuteAsync(connection, "select pg_advisory_unlock(hashtextextended('desk.migrations', 0))", CancellationToken.None);
        }
        // Types made by a migration (extensions) must be known to later connections.
        await connection.ReloadTypesAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Migrates before any other hosted service starts; waits a while for a database that is still coming up.</summary>
internal sealed partial class Migrating(NpgsqlDataSource database, Assembly[] assemblies, ILogger<Migrating> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var assembly in assemblies)
        {
            for (var wait = 100; ; wait = Math.Min(wait * 2, 2000))
            {
                try
                {
                    await Migrator.RunAsync(database, assembly, cancellationToken);
                    break;
                }
                catch (Exception away) when (
                    Failures.IsDatabaseAway(away) && Stopwatch.GetElapsedTime(started) < LongestWait)
                {
                    LogWaiting(logger, away.Message);
                    await Task.Delay(wait, cancellationToken);
                }
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The migrations wait for the database: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
