using Desk.Contracts;
using Npgsql;

namespace Desk.Notification.Deliveries;

/// <summary>The bytes of files on their way with a reply. They go when the reply is sent, or after a month when it never was.</summary>
internal sealed class ReplyFileStore(TimeProvider clock)
{
    // As long as an agent may still say "try again"; after that the mail goes with a link in its place.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task KeepAsync(NpgsqlTransaction transaction, ReplyFileAttached file, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("insert into reply_file (message_id, file_id, content, at) values ($1, $2, $3, $4) on conflict do nothing")
                {
                    Parameters =
                    {
                        new() { Value = file.MessageId }, new() { Value = file.FileId }, new() { Value = file.Content }, new() { Value = clock.GetUtcNow() },
                    },
                },
                new("delete from reply_file where at < $1") { Parameters = { new() { Value = clock.GetUtcNow() - Kept } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How many of a message's files have come.</summary>
    public async Task<long> CountAsync(NpgsqlTransaction transaction, Guid message, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select count(*) from reply_file where message_id = $1", transaction.Connection, transaction)
        { Parameters = { new() { Value = message } } };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The bytes of a message's files, by file. Empty when there are none to send.</summary>
    public async Task<IReadOnlyDictionary<Guid, byte[]>> ReadAsync(NpgsqlTransaction transaction, Delivery delivery, CancellationToken cancellation)
    {
        var files = new Dictionary<Guid, byte[]>();
        if (delivery is not { MessageId: { } message, Facts.Files.Count: > 0 })
            return files;
        await using var command = new NpgsqlCommand("select file_id, content from reply_file where message_id = $1", transaction.Connection, transaction)
        { Parameters = { new() { Value = message } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            files.Add(row.GetGuid(0), row.GetFieldValue<byte[]>(1));
        return files;
    }
}
