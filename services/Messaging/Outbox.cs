using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Messaging;

/// <summary>
/// Where a service says what happened: a row in the same transaction as the state it speaks of, sent to RabbitMQ after the commit, at least
/// once, in the order of one subject (a ticket).
/// </summary>
public sealed class Outbox
{
    private const string Insert =
        "insert into messaging.outbox (message_id, about, type, body, traceparent, echo) values ($1, $2, $3, $4, $5, $6)";

    private readonly OutboxSignal _signal;
    private readonly Echoes _echoes;

    internal Outbox(OutboxSignal signal, Echoes echoes) => (_signal, _echoes) = (signal, echoes);

    /// <summary>The row as a command, to go with the caller's own in one <see cref="NpgsqlBatch"/>.</summary>
    /// <remarks><paramref name="about"/> is what the event is about (the ticket): events about the same thing reach the broker in the order they were said.</remarks>
    public NpgsqlBatchCommand Say<TEvent>(Guid about, TEvent happened) where TEvent : class
        => Command(Guid.CreateVersion7(), about, happened, echo: null);

    /// <summary>Writes the row in the caller's transaction. Returns the message id.</summary>
    public async Task<Guid> SayAsync<TEvent>(NpgsqlTransaction transaction, Guid about, TEvent happened, CancellationToken cancellation) where TEvent : class
    {
        var id = Guid.CreateVersion7();
        await WriteAsync(transaction, Command(id, about, happened, echo: null), cancellation);
        return id;
    }

    /// <summary>
    /// As <see cref="SayAsync"/>, and the caller wants to know when <paramref name="listener"/> (a service) has taken it in: await the
    /// returned <see cref="Echo"/> after the commit.
    /// </summary>
    public async Task<Echo> SayAndAwaitAsync<TEvent>(
        NpgsqlTransaction transaction, Guid about, TEvent happened, string listener, CancellationToken cancellation) where TEvent : class
    {
        var id = Guid.CreateVersion7();
        var echo = _echoes.Expect(id);
        try
        {
            await WriteAsync(transaction, Command(id, about, happened, _echoes.HeaderFor(listener)), cancellation);
            return echo;
        }
        catch
        {
            _echoes.Forget(id);
            throw;
        }
    }

    private NpgsqlBatchCommand Command<TEvent>(Guid id, Guid about, TEvent happened, string? echo) where TEvent : class
    {
        // The declared type, not the run-time type: the contract is what is said.
        var body = JsonSerializer.SerializeToUtf8Bytes(happened, EventFormat.Json);
        _signal.Said();
        return new NpgsqlBatchCommand(Insert)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = id },
                new NpgsqlParameter<Guid> { TypedValue = about },
                new NpgsqlParameter<string> { TypedValue = EventName<TEvent>.Value },
                new NpgsqlParameter<byte[]> { TypedValue = body, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter { Value = (object?)echo ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    private static async Task WriteAsync(NpgsqlTransaction transaction, NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction) { BatchCommands = { command } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static class EventName<TEvent>
    {
        public static readonly string Value = EventFormat.NameOf(typeof(TEvent));
    }
}

/// <summary>Tells the dispatcher that rows are on their way, without asking the database to.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _said = new(0, 1);
    private int _pending;

    public void Said()
    {
        // Only the first of many has to wake anybody: this is called for every event of every request.
        if (Interlocked.Exchange(ref _pending, 1) == 0)
            _said.Release();
    }

    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        if (!await _said.WaitAsync(atMost, cancellation))
            return false;
        Volatile.Write(ref _pending, 0);
        return true;
    }

    public void Dispose() => _said.Dispose();
}
