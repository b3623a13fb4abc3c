using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Causes;

/// <summary>Something that happened to a problem. Stored as JSON for ever, so names change only by adding.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Found), "found")]
[JsonDerivedType(typeof(Attached), "attached")]
[JsonDerivedType(typeof(Detached), "detached")]
[JsonDerivedType(typeof(BecameKnown), "known")]
[JsonDerivedType(typeof(Declared), "declared")]
[JsonDerivedType(typeof(Spoken), "spoken")]
[JsonDerivedType(typeof(CalledOff), "calledOff")]
[JsonDerivedType(typeof(Solved), "solved")]
internal abstract record ProblemFact(DateTimeOffset At, Actor By);

internal sealed record Found(DateTimeOffset At, Actor By, Guid Id, string Number, string Title) : ProblemFact(At, By);

internal sealed record Attached(DateTimeOffset At, Actor By, TicketRef Ticket) : ProblemFact(At, By);

internal sealed record Detached(DateTimeOffset At, Actor By, TicketRef Ticket) : ProblemFact(At, By);

/// <summary>The cause is known, or what helps until it is gone.</summary>
internal sealed record BecameKnown(DateTimeOffset At, Actor By, string? Cause, string? Workaround) : ProblemFact(At, By);

/// <summary>It hurts so many that it is led apart, in public.</summary>
internal sealed record Declared(DateTimeOffset At, Actor By, Word Word, DateTimeOffset NextWordAt) : ProblemFact(At, By);

/// <summary>All requesters were told the same.</summary>
internal sealed record Spoken(DateTimeOffset At, Actor By, Word Word, DateTimeOffset? NextWordAt) : ProblemFact(At, By);

/// <summary>It no longer hurts so many; its cause is still looked for.</summary>
internal sealed record CalledOff(DateTimeOffset At, Actor By, Word? Word) : ProblemFact(At, By);

internal sealed record Solved(DateTimeOffset At, Actor By, Word Word) : ProblemFact(At, By);

/// <summary>What is said to requesters: in Swedish, and in English where it was written.</summary>
internal sealed record Word(string Sv, string? En);
