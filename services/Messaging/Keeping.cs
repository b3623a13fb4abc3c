using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>Forgets what need not be remembered: inbox rows after 7 days, answers to requests after 24 hours. In small chunks, so that nobody waits for it.</summary>
internal sealed class Keeping(NpgsqlDataSource database, ILogger<Keeping> logger) : DueWorker(logger)
{
    private const int Chunk = 2000;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(10);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var forgotten = await DeleteAsync("messaging.inbox", "seen_at < clock_timestamp() - interval '7 days'", cancellation)
            + await DeleteAsync("messaging.request", "at < clock_timestamp() - interval '24 hours'", cancellation);
        if (forgotten > 0)
            await Task.Delay(50, cancellation);
        return forgotten;
    }

    private async Task<int> DeleteAsync(string table, string old, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"delete from {table} where ctid = any(array(select ctid from {table} where {old} limit {Chunk}))");
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
