using Desk.Contracts;
using Desk.Routing.Work;

namespace Desk.Routing.Automation;

/// <summary>
/// A trigger did, or tried, what it is for. Version is of the triggers' document. At is told the time that it was for, where that is what it waits for. HeldBack: it did
/// nothing, because a chain of triggers was <c>deep</c> enough, or they had done too much to the ticket in an <c>hour</c>.
/// </summary>
internal sealed record Fired(
    DateTimeOffset At, Actor By, string Trigger, string Name, long Version, Moment On, string? Occasion, int Depth, IReadOnlyList<Done> Deeds, IReadOnlyList<Saying>? Spoken = null,
    string? HeldBack = null) : Fact(At, By);

/// <summary>What became of a deed. Not: the code of the rule that forbade it, or <c>already</c>: it was so.</summary>
internal sealed record Done(Act Act, string? Value, string? Not = null);

/// <summary>Something that was said: to the requester, to agents in a note, or to an agent by mail (To is their address).</summary>
internal sealed record Saying(Guid Id, Act As, string Sv, string? En, string? To = null, string? Name = null);
