using Desk.Routing.Clocks;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>A ticket as it was read: its facts, and the version of what they add up to.</summary>
internal sealed record Dossier(long Version, IReadOnlyList<Fact> Facts)
{
    public static readonly Dossier Empty = new(0, []);

    public WorkItem Item { get; } = WorkItem.Of(Facts);

    /// <summary>The subject and the beginning of the text that it was registered with.</summary>
    public string Words { get; init; } = "";

    public Dossier With(IEnumerable<Fact> more, long version) => new(version, [.. Facts, .. more]) { Words = Words };

    /// <summary>Every clock the ticket has had, as it stands at an instant.</summary>
    public IReadOnlyList<Clock> Clocks(DeskSetUp desk, DateTimeOffset at) => ClockFold.Of(Facts.Select(fact => ClockEventOf(fact, desk)).OfType<ClockEvent>(), at);

    private ClockEvent? ClockEventOf(Fact fact, DeskSetUp desk) => fact switch
    {
        // Triage comes a moment after the registration; the promises count from the registration.
        Triaged it => new(Item.RegisteredAt, ClockEventType.Registered, desk.Terms(it.Pledge)),
        Retargeted it => new(it.At, ClockEventType.Retargeted, desk.Terms(it.Pledge)),
        // What came in with a merge counts for as long as the merge does.
        RequesterWrote { Via: { } via } when Item.TakenIn.All(ticket => ticket.Id != via) => null,
        TookIn it when !it.Unanswered || !Item.TakenIn.Contains(it.Ticket) => null,
        TookIn => new(fact.At, ClockEventType.RequesterMessage),
        RequesterWrote { Automatic: false } => new(fact.At, ClockEventType.RequesterMessage),
        AgentWrote => new(fact.At, ClockEventType.AgentMessage),
        Paused => new(fact.At, ClockEventType.Paused),
        Resumed => new(fact.At, ClockEventType.Resumed),
        Resolved => new(fact.At, ClockEventType.Resolved),
        Reopened => new(fact.At, ClockEventType.Reopened),
        Closed => new(fact.At, ClockEventType.Closed),
        _ => null,
    };
}
