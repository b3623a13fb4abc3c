using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Routing.Automation;
using Desk.Routing.Checklists;
using Desk.Routing.Relations;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>
/// Something that happened to a ticket. The list of them is the ticket: its state, its clocks and its timeline are all read from it. Stored as
/// JSON for ever, so names change only by adding.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Registered), "registered")]
[JsonDerivedType(typeof(Triaged), "triaged")]
[JsonDerivedType(typeof(Reclassified), "reclassified")]
[JsonDerivedType(typeof(Retargeted), "retargeted")]
[JsonDerivedType(typeof(Assigned), "assigned")]
[JsonDerivedType(typeof(Escalated), "escalated")]
[JsonDerivedType(typeof(EscalationOffered), "escalationOffered")]
[JsonDerivedType(typeof(AskedIn), "askedIn")]
[JsonDerivedType(typeof(AskAnswered), "askAnswered")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(Resolved), "resolved")]
[JsonDerivedType(typeof(Reopened), "reopened")]
[JsonDerivedType(typeof(Closed), "closed")]
[JsonDerivedType(typeof(RequesterWrote), "requesterWrote")]
[JsonDerivedType(typeof(AgentWrote), "agentWrote")]
[JsonDerivedType(typeof(NoteWritten), "noteWritten")]
[JsonDerivedType(typeof(MailFailed), "mailFailed")]
[JsonDerivedType(typeof(FellAtRisk), "atRisk")]
[JsonDerivedType(typeof(FellDue), "missed")]
[JsonDerivedType(typeof(FollowUpFellDue), "followUpDue")]
[JsonDerivedType(typeof(Merged), "merged")]
[JsonDerivedType(typeof(Unmerged), "unmerged")]
[JsonDerivedType(typeof(TookIn), "tookIn")]
[JsonDerivedType(typeof(GaveBack), "gaveBack")]
[JsonDerivedType(typeof(Linked), "linked")]
[JsonDerivedType(typeof(Unlinked), "unlinked")]
[JsonDerivedType(typeof(Fired), "fired")]
[JsonDerivedType(typeof(StepsAdded), "stepsAdded")]
[JsonDerivedType(typeof(StepTicked), "stepTicked")]
[JsonDerivedType(typeof(StepMoved), "stepMoved")]
[JsonDerivedType(typeof(StepTaken), "stepTaken")]
internal abstract record Fact(DateTimeOffset At, Actor By);

internal sealed record Registered(
    DateTimeOffset At, Actor By, Guid TicketId, string Number, Channel Channel, string RequesterEmail, string? RequesterName, string Language,
    string? Organisation, IReadOnlyList<string> Cc, string? Agreement = null, bool Vip = false) : Fact(At, By);

/// <summary>Why says, for each thing decided, by what: <c>claimed</c>, <c>rule:NAME</c>, <c>learned</c>, <c>unsure</c>, <c>default</c>, or <c>vip</c> where the matrix would have said less.</summary>
internal sealed record Triaged(
    DateTimeOffset At, Actor By, TicketType Type, string? Category, Impact Impact, Urgency Urgency, Priority Priority, string Team,
    double? Certainty, Pledge Pledge, IReadOnlyDictionary<string, string> Why) : Fact(At, By);

internal sealed record Reclassified(
    DateTimeOffset At, Actor By, TicketType Type, string? Category, Impact Impact, Urgency Urgency, Priority Priority, string? Reason,
    IReadOnlyDictionary<string, Move> Changed, Ownership Ownership = Ownership.Work) : Fact(At, By);

internal sealed record Move(string? From, string? To);

/// <summary>Other promises hold now: priority, agreement or calendar changed.</summary>
internal sealed record Retargeted(DateTimeOffset At, Actor By, Pledge Pledge) : Fact(At, By);

/// <summary>Why is said when the desk took it from its holder: <c>left</c>, <c>handBack</c>, <c>offDuty</c>, <c>shiftEnd</c> or <c>silent</c>.</summary>
internal sealed record Assigned(
    DateTimeOffset At, Actor By, string? Team, Guid? AssigneeId, string? Assignee, string? Reason, string? From = null, string? Why = null) : Fact(At, By);

/// <summary>
/// To the next line or, where Level says <c>lead</c> or <c>manager</c>, to the one who answers for the team it stays with. Answers: to what the next
/// team must be told, by the question's key. Why is <c>timeBox</c> when the desk did it, because the line's time was over.
/// </summary>
internal sealed record Escalated(
    DateTimeOffset At, Actor By, string? FromTeam, string ToTeam, string? Reason, string? Level = null,
    IReadOnlyDictionary<string, string>? Answers = null, string? Why = null) : Fact(At, By);

/// <summary>The line's time with the ticket is over: its agent is offered to escalate.</summary>
internal sealed record EscalationOffered(DateTimeOffset At, Actor By, string Team, DateTimeOffset DueAt) : Fact(At, By);

/// <summary>Somebody who knows more, an agent or any of a team, was asked in; the holder stays.</summary>
internal sealed record AskedIn(DateTimeOffset At, Actor By, Guid AskId, string? Team, Guid? AgentId, string? Whom, string Question) : Fact(At, By);

internal sealed record AskAnswered(DateTimeOffset At, Actor By, Guid AskId) : Fact(At, By);

/// <summary>Work began: somebody at the desk answered.</summary>
internal sealed record Opened(DateTimeOffset At, Actor By) : Fact(At, By);

/// <summary>Until is when it goes on by itself (waiting for a time), or when the desk asks after it (waiting for somebody).</summary>
internal sealed record Paused(DateTimeOffset At, Actor By, WaitingFor For, DateTimeOffset? Until, string? Reason) : Fact(At, By);

internal sealed record Resumed(DateTimeOffset At, Actor By, string? Reason) : Fact(At, By);

internal sealed record Resolved(
    DateTimeOffset At, Actor By, string? Solution, Guid? ArticleId, DateTimeOffset? ClosesAt) : Fact(At, By);

internal sealed record Reopened(DateTimeOffset At, Actor By, string? Reason) : Fact(At, By);

internal sealed record Closed(DateTimeOffset At, Actor By, string? Reason) : Fact(At, By);

/// <summary>Automatic: their machine answered, not they. Via: they wrote in that ticket, which was merged into this one.</summary>
internal sealed record RequesterWrote(DateTimeOffset At, Actor By, Guid MessageId, bool Automatic, Guid? Via = null) : Fact(At, By);

internal sealed record AgentWrote(DateTimeOffset At, Actor By, Guid MessageId) : Fact(At, By);

internal sealed record NoteWritten(DateTimeOffset At, Actor By, Guid NoteId) : Fact(At, By);

/// <summary>A mail to the requester did not reach them and will not be tried again.</summary>
internal sealed record MailFailed(DateTimeOffset At, Actor By, string? Reason) : Fact(At, By);

/// <summary>So much of a promise is used up that somebody must be warned. Round is which reply or update it was, from 1.</summary>
internal sealed record FellAtRisk(DateTimeOffset At, Actor By, TargetKind Target, int Round, DateTimeOffset DueAt) : Fact(At, By);

/// <summary>A promise is broken.</summary>
internal sealed record FellDue(DateTimeOffset At, Actor By, TargetKind Target, int Round, DateTimeOffset DueAt) : Fact(At, By);

/// <summary>It is time to ask after a ticket that waits for somebody.</summary>
internal sealed record FollowUpFellDue(DateTimeOffset At, Actor By, DateTimeOffset DueAt, DateTimeOffset? NextAt) : Fact(At, By);

/// <summary>Another ticket goes on with this one.</summary>
internal sealed record Merged(DateTimeOffset At, Actor By, TicketRef Into, string? Reason) : Fact(At, By);

/// <summary>The merge was a mistake: it is as it was.</summary>
internal sealed record Unmerged(DateTimeOffset At, Actor By, TicketRef From, string? Reason) : Fact(At, By);

/// <summary>This ticket goes on with another. Unanswered: that one's requester still waited for a word, and waits for it here now.</summary>
internal sealed record TookIn(DateTimeOffset At, Actor By, TicketRef Ticket, bool Unanswered, string? Reason) : Fact(At, By);

/// <summary>What was taken in goes its own way again.</summary>
internal sealed record GaveBack(DateTimeOffset At, Actor By, TicketRef Ticket, string? Reason) : Fact(At, By);

/// <summary>It belongs together with another. As is what the other is to this one.</summary>
internal sealed record Linked(DateTimeOffset At, Actor By, TicketRef To, LinkKind As, string? Reason) : Fact(At, By);

internal sealed record Unlinked(DateTimeOffset At, Actor By, TicketRef From, string? Reason) : Fact(At, By);
