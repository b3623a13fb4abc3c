using Npgsql;

namespace Desk.Messaging;

/// <summary>
/// Where a service says what happened: a row in the same transaction as the state it speaks of, sent to RabbitMQ after the commit, at least
/// once, in the order of one subject (a ticket).
/// </summary>
public sealed class Outbox
{
    /// <summary>The row as a command, to go with the caller's own in one <see cref="NpgsqlBatch"/>.</summary>
    /// <remarks><paramref name="about"/> is what the event is about (the ticket): events about the same thing reach the broker in the order they were said.</remarks>
    public NpgsqlBatchCommand Say<TEvent>(Guid about, TEvent happened) where TEvent : class
        => throw new NotImplementedException();

    /// <summary>Writes the row in the caller's transaction. Returns the message id.</summary>
    public Task<Guid> SayAsync<TEvent>(NpgsqlTransaction transaction, Guid about, TEvent happened, CancellationToken cancellation) where TEvent : class
        => throw new NotImplementedException();

    /// <summary>
    /// As <see cref="SayAsync"/>, and the caller wants to know when <paramref name="listener"/> (a service) has taken it in: await the
    /// returned <see cref="Echo"/> after the commit.
    /// </summary>
    public Task<Echo> SayAndAwaitAsync<TEvent>(
        NpgsqlTransaction transaction, Guid about, TEvent happened, string listener, CancellationToken cancellation) where TEvent : class
        => throw new NotImplementedException();
}

/// <summary>A promise that another service has taken an event in, so that a read there, straight after, finds it.</summary>
public sealed class Echo
{
    /// <summary>True when it was heard in time; false otherwise: the change stands all the same, only the copy may lag.</summary>
    public Task<bool> HeardAsync(TimeSpan atMost, CancellationToken cancellation) => throw new NotImplementedException();
}
