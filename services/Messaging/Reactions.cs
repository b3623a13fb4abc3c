using Npgsql;

namespace Desk.Messaging;

/// <summary>
/// Reacts to an event, once: the inbox row, the effect and what is said in turn are one transaction, which the bus commits when this returns
/// and rolls back when it throws. May run again after a roll-back; must have no effect outside the transaction.
/// </summary>
public interface IReactTo<in TEvent> where TEvent : class
{
    Task ReactAsync(TEvent happened, Reaction reaction, CancellationToken cancellation);
}

/// <summary>The transaction a reaction works in.</summary>
public sealed record Reaction(Guid MessageId, NpgsqlTransaction Transaction)
{
    public NpgsqlConnection Connection => Transaction.Connection!;
}

/// <summary>Hears an event as it passes, on a queue that lives as long as the process: for live pages. Nothing is kept or repeated.</summary>
public interface IHear<in TEvent> where TEvent : class
{
    Task HearAsync(TEvent happened, CancellationToken cancellation);
}

/// <summary>The event came before the one it builds on: try again soon.</summary>
public sealed class NotYetException(string whatIsMissing) : Exception(whatIsMissing);

/// <summary>Trying again will not help: park the message at once, with this reason.</summary>
public sealed class PoisonException(string reason) : Exception(reason);

/// <summary>What a service reacts to.</summary>
public sealed class Reactions
{
    /// <summary>Adds a class for every <see cref="IReactTo{TEvent}"/> it implements. Made anew (scoped) for each message.</summary>
    public Reactions Add<TReaction>() where TReaction : class => throw new NotImplementedException();

    /// <summary>Adds a singleton for every <see cref="IHear{TEvent}"/> it implements.</summary>
    public Reactions Hear<THearer>() where THearer : class => throw new NotImplementedException();
}
