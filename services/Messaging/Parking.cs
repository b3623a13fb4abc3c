using MassTransit;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Messaging;

/// <summary>A message that could not be reacted to. DueAt is the next try; null when it is parked until somebody replays or discards it.</summary>
public sealed record ParkedMessage(
    Guid Id, Guid MessageId, string Type, string Reaction, Guid About, string Reason, int Tries, DateTimeOffset FirstAt, DateTimeOffset LastAt,
    DateTimeOffset? DueAt, string Body);

/// <summary>When a failed message is tried again, and when it is parked for good. Pure.</summary>
internal static class Retries
{
    // What it builds on is usually milliseconds behind; after ten minutes it will not come by itself.
    private static readonly TimeSpan[] NotYet =
        [.. new[] { 0.1, 0.3, 1, 3, 10, 30, 120, 600 }.Select(TimeSpan.FromSeconds)];

    private static readonly TimeSpan[] Failed =
        [.. new[] { 1, 5, 30, 120, 600 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>How long to wait after the try with this number (1 is the first); null: park for good.</summary>
    public static TimeSpan? After(int tries, Exception reason)
    {
        var waits = reason switch
        {
            PoisonException => [],
            NotYetException => NotYet,
            _ => Failed,
        };
        return tries <= waits.Length ? waits[tries - 1] : null;
    }
}

/// <summary>
/// The table of messages put aside. All times are the database's, so that replicas agree; a try holds its row locked, so that only one makes it.
/// </summary>
internal sealed class Parking(NpgsqlDataSource database, Lazy<ParkedWorker> worker)
{
    /// <summary>The most that is listed at once.</summary>
    public const int MostListed = 200;

    public async Task ParkAsync(Unit unit, Exception reason, CancellationToken cancellation)
    {
        var wait = Retries.After(1, reason);
        await WriteAsync(unit.Envelope, unit.Reaction, Explain(reason), wait, cancellation);
        if (wait is { } after)
            worker.Value.Wake(after);
    }

    /// <summary>For good: there is no next try.</summary>
    public Task ParkForGoodAsync(Envelope envelope, string reaction, string reason, CancellationToken cancellation)
        => WriteAsync(envelope, reaction, reason, wait: null, cancellation);

    private async Task WriteAsync(Envelope envelope, string reaction, string reason, TimeSpan? wait, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            insert into messaging.parked (id, message_id, reaction, type, about, body, traceparent, tries, reason, due_at)
            select $1, $2, $3, $4, $5, $6, $7, 1, $8, clock_timestamp() + $9
            where not exists (select from messaging.inbox where message_id = $2 and reaction = $3)
            on conflict (message_id, reaction) do nothing
            """);
        command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
        command.Parameters.Add(new() { Value = envelope.MessageId });
        command.Parameters.Add(new() { Value = reaction });
        command.Parameters.Add(new() { Value = envelope.Type });
        command.Parameters.Add(new() { Value = envelope.About });
        command.Parameters.Add(new() { Value = Text(envelope.Body), NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)envelope.TraceParent ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = Text(reason) });
        command.Parameters.Add(new() { Value = (object?)wait ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What waits and what is parked, the newest first. After: the id of the last one seen.</summary>
    public async Task<List<ParkedMessage>> ListAsync(Guid? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select id, message_id, type, reaction, about, reason, tries, first_at, last_at, due_at, body
            from messaging.parked where $1::uuid is null or id < $1 order by id desc limit $2
            """);
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = Math.Clamp(limit, 1, MostListed) });
        var list = new List<ParkedMessage>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            list.Add(new ParkedMessage(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3), rows.GetGuid(4), rows.GetString(5), rows.GetInt32(6),
                rows.GetFieldValue<DateTimeOffset>(7), rows.GetFieldValue<DateTimeOffset>(8),
                rows.IsDBNull(9) ? null : rows.GetFieldValue<DateTimeOffset>(9), rows.GetString(10)));
        }
        return list;
    }

    /// <summary>Tries it again now. False when there is no such message.</summary>
    public async Task<bool> ReplayAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update messaging.parked set due_at = clock_timestamp(), tries = 0 where id = $1");
        command.Parameters.Add(new() { Value = id });
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
            return false;
        worker.Value.Wake();
        return true;
    }

    /// <summary>Throws it away: its effect will not happen. False when there is no such message.</summary>
    public async Task<bool> DiscardAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from messaging.parked where id = $1");
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    // The reason is read by a person: what happened first, without the stack.
    internal static string Explain(Exception reason) => reason switch
    {
        PoisonException or NotYetException => reason.Message,
        PostgresException postgres => $"PostgreSQL refused ({postgres.SqlState}): {postgres.MessageText}",
        _ => $"{reason.GetType().Name}: {reason.Message}",
    };

    // PostgreSQL's text holds no NUL.
    private static string Text(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    private static string Text(ReadOnlyMemory<byte> body) => Text(System.Text.Encoding.UTF8.GetString(body.Span));
}

/// <summary>Makes the tries that are due.</summary>
internal sealed class ParkedWorker(NpgsqlDataSource database, Reactions reactions, Reactor reactor, OutboxSignal signal, ILogger<ParkedWorker> logger)
    : DueWorker(logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await NextAsync(transaction, cancellation) is not { } next)
            return 0;
        var (id, envelope, reaction, tries) = next;

        Exception? failure = null;
        try
        {
            await transaction.SaveAsync("reaction", cancellation);
            var binding = reactions.Find(envelope.Type, reaction)
                ?? throw new PoisonException($"Nothing called '{reaction}' reacts to {envelope.Type} in this version.");
            var unit = new Unit(new Carried(delivery: null, envelope, unreadable: null), envelope, binding);
            if ((await Reactor.EnterAsync(transaction, [unit], cancellation)).Count > 0)
                await reactor.ReactAsync(unit, transaction, cancellation);
        }
        catch (Exception reason) when (!Failures.IsDatabaseAway(reason, connection) && !cancellation.IsCancellationRequested)
        {
            failure = reason is System.Text.Json.JsonException ? new PoisonException($"The event can't be read: {reason.Message}") : reason;
            await transaction.RollbackAsync("reaction", cancellation);
        }

        await using (var settle = failure is null
            ? new NpgsqlCommand("delete from messaging.parked where id = $1", connection, transaction) { Parameters = { new() { Value = id } } }
            : new NpgsqlCommand(
                "update messaging.parked set tries = $2, reason = $3, last_at = clock_timestamp(), due_at = clock_timestamp() + $4 where id = $1",
                connection, transaction)
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = tries + 1 }, new() { Value = Parking.Explain(failure).Replace("\0", "", StringComparison.Ordinal) },
                    new() { Value = (object?)Retries.After(tries + 1, failure) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval },
                },
            })
        {
            await settle.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);

        if (failure is null)
            signal.Committed();
        else if (Retries.After(tries + 1, failure) is { } wait)
            Wake(wait);
        return 1;
    }

    private static async Task<(Guid Id, Envelope Envelope, string Reaction, int Tries)?> NextAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, message_id, type, about, body, traceparent, reaction, tries
            from messaging.parked where due_at <= clock_timestamp() order by due_at limit 1 for update skip locked
            """, transaction.Connection, transaction);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return null;
        return (row.GetGuid(0),
            new Envelope(row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetFieldValue<byte[]>(4), row.IsDBNull(5) ? null : row.GetString(5), null),
            row.GetString(6), row.GetInt32(7));
    }
}

/// <summary>Takes what the broker gave up on (a message that was in hand at every of many crashes) from the dead letters and parks it, to be seen.</summary>
internal sealed partial class DeadLetters(ServiceName service, Reactions reactions, Parking parking, ILogger<DeadLetters> logger) : IEndpoints
{
    public HostReceiveEndpointHandle TakeFrom(IBus bus, BrokerNames names)
        => bus.TakeFrom(names.DeadLetters(service.Value), queue =>
        {
            queue.SetQuorumQueue();
            queue.PrefetchCount = 4;
            queue.ConfigureConsumeTopology = false;
            queue.ConfigureReceive(pipe => pipe.UseFilter(new Drain(this)));
        });

    public void Release()
    {
    }

    private async Task ParkAsync(ReceiveContext context)
    {
        var bytes = context.Body.GetBytes();
        var reason = "The broker gave it up: it came back unacknowledged too many times (the process ended with it in hand).";
        foreach (var carried in new Delivery(bytes).Events)
        {
            var envelope = carried.Envelope ?? new Envelope(Guid.CreateVersion7(), "", default, bytes, null, null);
            foreach (var reaction in carried.Envelope is null ? [""] : reactions.To(envelope.Type).Select(binding => binding.Name))
                await parking.ParkForGoodAsync(envelope, reaction, reason, context.CancellationToken);
            LogGivenUp(logger, envelope.Type, envelope.MessageId);
        }
    }

    private sealed class Drain(DeadLetters letters) : IFilter<ReceiveContext>
    {
        public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
        {
            try
            {
                await letters.ParkAsync(context);
            }
            catch (NpgsqlException) when (!context.CancellationToken.IsCancellationRequested)
            {
                // Back to the queue, which has no delivery limit; not in a tight circle.
                await Task.Delay(TimeSpan.FromSeconds(1), context.CancellationToken);
                throw;
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("deadLetters");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Type} {MessageId} was given up by the broker and is parked")]
    private static partial void LogGivenUp(ILogger logger, string type, Guid messageId);
}
