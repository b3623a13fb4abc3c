namespace Desk.Contracts;

/// <summary>The ticket has category, priority, targets and a holder. Certainty is of the category, 0 to 1; null when a human or a rule set it.</summary>
public sealed record TicketTriaged(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, double? Certainty);

/// <summary>Type, category, impact, urgency or priority were changed by hand.</summary>
public sealed record TicketReclassified(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, string? Reason);

/// <summary>The holder changed.</summary>
public sealed record TicketAssigned(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, string? Reason);

/// <summary>The ticket went to the next line or team, or to the next manager.</summary>
public sealed record TicketEscalated(
    Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, string? FromTeam, string ToTeam, string? Reason);

/// <summary>The status changed to one that is still open: opened, waiting, resumed, reopened.</summary>
public sealed record TicketStatusChanged(
    Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, TicketStatus From, string? Reason);

/// <summary>The ticket is solved. Solution is for the requester to read.</summary>
public sealed record TicketResolved(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, string? Solution);

/// <summary>The ticket is over.</summary>
public sealed record TicketClosed(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, string? Reason);

/// <summary>The ticket is closed because it is about the same matter as another, which goes on with both.</summary>
public sealed record TicketMerged(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, TicketRef Into, string? Reason);

/// <summary>A merge was undone: the ticket stands again as it stood before.</summary>
public sealed record TicketUnmerged(Guid TicketId, string Number, DateTimeOffset At, Work Work, Actor By, TicketRef From, string? Reason);

/// <summary>
/// An agent said the same to the requesters of several tickets. Each reads it in their own ticket, in Swedish or, where it is given, in English.
/// </summary>
public sealed record ManyTold(Guid Id, DateTimeOffset At, Actor By, string Sv, string? En, IReadOnlyList<TicketRef> Tickets);

/// <summary>A target was met, with the time it was due.</summary>
public sealed record TargetMet(
    Guid TicketId, string Number, DateTimeOffset At, Work Work, TargetKind Target, DateTimeOffset DueAt, DateTimeOffset MetAt, bool Missed);

/// <summary>A target will soon be missed.</summary>
public sealed record TargetAtRisk(Guid TicketId, string Number, DateTimeOffset At, Work Work, TargetKind Target, DateTimeOffset DueAt);

/// <summary>A target was missed.</summary>
public sealed record TargetMissed(Guid TicketId, string Number, DateTimeOffset At, Work Work, TargetKind Target, DateTimeOffset DueAt);

/// <summary>It is time to tell the requester how it goes.</summary>
public sealed record UpdateDue(Guid TicketId, string Number, DateTimeOffset At, Work Work, DateTimeOffset DueAt);

/// <summary>
/// An open ticket is without holder, next step or time; or has them again when Mended. With the reason <c>wordOverdue</c> the id and the number are a problem's.
/// </summary>
public sealed record BlackHoleFound(Guid TicketId, string Number, DateTimeOffset At, string Reason, bool Mended);

/// <summary>
/// Open tickets that would be forgotten were found: To, by e-mail, is the lead who answers for them. Total may be more than the holes that are named.
/// </summary>
public sealed record BlackHolesReported(Guid ReportId, DateTimeOffset At, string To, string Name, int Total, IReadOnlyList<ReportedHole> Holes);

/// <summary>
/// A trigger of the desk said something in a ticket: to the requester, in Swedish or, where it is given, in English; or to agents, in a note. Trigger is its name.
/// </summary>
public sealed record TriggerSpoke(Guid Id, Guid TicketId, string Number, DateTimeOffset At, string Trigger, bool ToRequester, string Sv, string? En);

/// <summary>
/// An agent or a lead, To by e-mail, is to know of something. Trigger is the name of the trigger that it is about, or that tells it. Not ByMail: it is on their page, and they are there.
/// </summary>
public sealed record AgentTold(
    Guid Id, DateTimeOffset At, string To, string Name, ToldAbout About, TicketRef? Ticket, string? Trigger, string Sv, string? En, bool ByMail = true);

/// <summary>Something of the work changed that no other event tells of: a clock began, the next step moved.</summary>
public sealed record WorkChanged(Guid TicketId, string Number, DateTimeOffset At, Work Work);

/// <summary>A problem as it stands after a change; the highest version counts. Status is <c>open</c>, <c>known</c> or <c>solved</c>; Tickets are those it is behind.</summary>
public sealed record ProblemChanged(
    Guid ProblemId, string Number, DateTimeOffset At, long Version, string Title, string Status, bool Major, string? Workaround, IReadOnlyList<Guid> Tickets);
