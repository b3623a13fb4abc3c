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
        _signal.Say();
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

/// <summary>
/// Tells the dispatcher that rows are on their way, without asking the database to, and how many: a dispatcher that has carried as many need not look again.
/// </summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly Bell _said = new();
    private readonly Bell _committed = new();
    private int _owed;

    /// <summary>How many rows were said that the dispatcher has not found.</summary>
    public int Owed => Volatile.Read(ref _owed);

    /// <summary>So many rows are written, in a transaction that may not have ended.</summary>
    public void Say(int rows = 1)
    {
        Interlocked.Add(ref _owed, rows);
        _said.Ring();
    }

    /// <summary>A transaction has ended. What it said, if it said anything, can be found now.</summary>
    public void Committed()
    {
        if (Owed > 0)
            _committed.Ring();
    }

    /// <summary>So many rows were found, whoever wrote them, or will not be looked for any more.</summary>
    public void Settle(int rows)
    {
        int owed;
        do
            owed = Volatile.Read(ref _owed);
        while (Interlocked.CompareExchange(ref _owed, Math.Max(0, owed - rows), owed) != owed);
    }

    /// <summary>False when nobody said anything for so long.</summary>
    public Task<bool> WaitForWordAsync(TimeSpan atMost, CancellationToken cancellation) => _said.WaitAsync(atMost, cancellation);

    /// <summary>Until a transaction that said something has ended, or for so long.</summary>
    public Task WaitForCommitAsync(TimeSpan atMost, CancellationToken cancellation) => _committed.WaitAsync(atMost, cancellation);

    public void Dispose()
    {
        _said.Dispose();
        _committed.Dispose();
    }

    private sealed class Bell : IDisposable
    {
        private readonly SemaphoreSlim _rung = new(0, 1);
        private int _pending;

        public void Ring()
        {
            // Only the first of many has to wake anybody: this is called for every event of every request.
            if (Interlocked.Exchange(ref _pending, 1) == 0)
                _rung.Release();
        }

        public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellation)
        {
            if (!await _rung.WaitAsync(atMost, cancellation))
                return false;
            Volatile.Write(ref _pending, 0);
            return true;
        }

        public void Dispose() => _rung.Dispose();
    }
}
