using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Desk.Messaging;

/// <summary>
/// Reacts to an event, once: the inbox row, the effect and what is said in turn are one transaction, which the bus commits when this returns
/// and rolls back when it throws. May run again after a roll-back; must have no effect outside the transaction. Several waiting events may
/// share the transaction; when one of them fails, all are rolled back and the failed one goes alone.
/// </summary>
public interface IReactTo<in TEvent> where TEvent : class
{
    Task ReactAsync(TEvent happened, Reaction reaction, CancellationToken cancellation);
}

/// <summary>The transaction a reaction works in.</summary>
public sealed class Reaction
{
    private readonly Writes _writes;
    private readonly Unit _unit;

    internal Reaction(Unit unit, NpgsqlTransaction transaction, Writes writes) => (_unit, Transaction, _writes) = (unit, transaction, writes);

    public Guid MessageId => _unit.Envelope.MessageId;

    public NpgsqlTransaction Transaction { get; }

    public NpgsqlConnection Connection => Transaction.Connection!;

    /// <summary>
    /// Has the command carried out before the transaction ends, in one round trip with what the other reactions in it write later. This reaction,
    /// and those to events about other things, do not see it; the next one to an event about the same thing does.
    /// </summary>
    /// <param name="command">A write, or a question whose answer is only how many rows it has.</param>
    /// <param name="settled">Told the number of rows written or found; may throw as the reaction itself may.</param>
    public void Later(NpgsqlBatchCommand command, Action<ulong>? settled = null) => _writes.Add(_unit, command, settled);
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
    private readonly IServiceCollection _services;
    private readonly Dictionary<string, List<ReactionBinding>> _reactions = [];
    private readonly Dictionary<string, List<HearingBinding>> _hearings = [];

    internal Reactions(IServiceCollection services) => _services = services;

    internal IReadOnlyCollection<string> ReactedTo => _reactions.Keys;

    internal IReadOnlyCollection<string> Heard => _hearings.Keys;

    internal IReadOnlyList<ReactionBinding> To(string type) => _reactions.TryGetValue(type, out var bindings) ? bindings : [];

    internal IReadOnlyList<HearingBinding> Hearing(string type) => _hearings.TryGetValue(type, out var bindings) ? bindings : [];

    internal ReactionBinding? Find(string type, string name) => To(type).FirstOrDefault(binding => binding.Name == name);

    /// <summary>Adds a class for every <see cref="IReactTo{TEvent}"/> it implements. Made anew (scoped) for each message.</summary>
    public Reactions Add<TReaction>() where TReaction : class
    {
        _services.AddScoped<TReaction>();
        foreach (var happened in EventsOf(typeof(TReaction), typeof(IReactTo<>)))
            Into(_reactions, happened, (ReactionBinding)Activator.CreateInstance(typeof(ReactionBinding<,>).MakeGenericType(typeof(TReaction), happened))!);
        return this;
    }

    /// <summary>Adds a singleton for every <see cref="IHear{TEvent}"/> it implements.</summary>
    public Reactions Hear<THearer>() where THearer : class
    {
        _services.AddSingleton<THearer>();
        foreach (var happened in EventsOf(typeof(THearer), typeof(IHear<>)))
            Into(_hearings, happened, (HearingBinding)Activator.CreateInstance(typeof(HearingBinding<,>).MakeGenericType(typeof(THearer), happened))!);
        return this;
    }

    private static IEnumerable<Type> EventsOf(Type type, Type reaction)
    {
        var events = type.GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == reaction)
            .Select(i => i.GetGenericArguments()[0])
            .ToList();
        return events.Count > 0 ? events : throw new ArgumentException($"{type.Name} implements no {reaction.Name}.");
    }

    private static void Into<TBinding>(Dictionary<string, List<TBinding>> bindings, Type happened, TBinding binding)
    {
        var name = EventFormat.NameOf(happened);
        if (!bindings.TryGetValue(name, out var list))
            bindings[name] = list = [];
        list.Add(binding);
    }
}

/// <summary>One reaction to one event.</summary>
internal abstract class ReactionBinding(string name)
{
    /// <summary>The class's name, which is also its name in the inbox: renaming a reaction makes it a new one.</summary>
    public string Name { get; } = name;

    /// <exception cref="JsonException">The event can't be read.</exception>
    public abstract object Read(ReadOnlyMemory<byte> body);

    public abstract Task ReactAsync(IServiceProvider services, object happened, Reaction reaction, CancellationToken cancellation);

    /// <summary>The ticket number, for the log, when the event has one.</summary>
    public abstract string? NumberOf(object happened);
}

internal sealed class ReactionBinding<TReaction, TEvent>() : ReactionBinding(typeof(TReaction).Name)
    where TReaction : class, IReactTo<TEvent> where TEvent : class
{
    private static readonly Func<TEvent, string?>? Number = typeof(TEvent).GetProperty("Number") is { CanRead: true } property && property.PropertyType == typeof(string)
        ? property.GetMethod!.CreateDelegate<Func<TEvent, string?>>()
        : null;

    public override object Read(ReadOnlyMemory<byte> body)
        => JsonSerializer.Deserialize<TEvent>(body.Span, EventFormat.Json) ?? throw new JsonException("The event is null.");

    public override Task ReactAsync(IServiceProvider services, object happened, Reaction reaction, CancellationToken cancellation)
        => services.GetRequiredService<TReaction>().ReactAsync((TEvent)happened, reaction, cancellation);

    public override string? NumberOf(object happened) => Number?.Invoke((TEvent)happened);
}

internal abstract class HearingBinding
{
    public abstract Task HearAsync(IServiceProvider services, ReadOnlyMemory<byte> body, CancellationToken cancellation);
}

internal sealed class HearingBinding<THearer, TEvent> : HearingBinding where THearer : class, IHear<TEvent> where TEvent : class
{
    public override Task HearAsync(IServiceProvider services, ReadOnlyMemory<byte> body, CancellationToken cancellation)
        => services.GetRequiredService<THearer>().HearAsync(
            JsonSerializer.Deserialize<TEvent>(body.Span, EventFormat.Json) ?? throw new JsonException("The event is null."), cancellation);
}
