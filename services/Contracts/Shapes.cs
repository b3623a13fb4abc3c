namespace Desk.Contracts;

/// <summary>A person as Intake knew them when the event was said. Language is <c>sv</c> or <c>en</c>. Vip: a lead has said that their matters go before others'.</summary>
public sealed record Person(
    Guid Id, string Email, string? Name, string? Phone, string Language, Guid? OrganisationId, string? Organisation, bool Vip = false);

/// <summary>Who did it. Id is the account or person; null when the desk itself did.</summary>
public sealed record Actor(ActorKind Kind, Guid? Id, string? Name);

/// <summary>When a target of a ticket is due, in UTC. Paused clocks have no due time.</summary>
public sealed record Target(TargetKind Kind, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, bool Paused);

/// <summary>
/// The whole work item after an event. Others keep a copy and replace it when <see cref="Version"/> is higher than theirs:
/// the copy is then right whatever order or number of times events arrive in. Team is its key, Assignee the agent's account id. KeepBy orders
/// work lists: by when something must be done to keep the most promises; null when nothing is owed. MergedInto: it is closed because another ticket
/// goes on with it; nothing is promised of it any more.
/// </summary>
public sealed record Work(
    long Version, TicketStatus Status, WaitingFor? WaitingFor, TicketType Type, string? Category, Impact Impact, Urgency Urgency,
    Priority Priority, string? Team, string? TeamName, Line? Line, Guid? AssigneeId, string? Assignee, string? AssigneeEmail,
    string? NextStep, DateTimeOffset? NextStepAt, IReadOnlyList<Target> Targets, DateTimeOffset? KeepBy = null,
    TicketRef? MergedInto = null, Ownership Ownership = Ownership.Work);

/// <summary>Another ticket, by what it is known by.</summary>
public sealed record TicketRef(Guid Id, string Number);

/// <summary>The ticket that a new one was split off from, by whom and why; Continues: it is closed, and the new one goes on with its matter.</summary>
public sealed record Origin(TicketRef Ticket, Actor By, string? Reason, bool Continues = false);

/// <summary>
/// An article offered for a ticket. Score is comparable only within one list. Audience is <c>everyone</c>, <c>agents</c>, <c>team:KEY</c> or
/// <c>organisation:ID</c>: only what everyone may read is ever mailed to a requester; null where the speaker does not say.
/// </summary>
public sealed record Proposal(Guid ArticleId, string Slug, string Title, string Snippet, string Language, double Score, string? Audience = null);

/// <summary>A ticket that would be forgotten, and why; Team by its key.</summary>
public sealed record ReportedHole(string Number, string Reason, string? Team);

/// <summary>A file of a message; Size in bytes. Travels: it goes with the mail; what is too large for that is fetched in the ticket.</summary>
public sealed record AttachedFile(Guid Id, string Name, string ContentType, long Size, bool Travels);

/// <summary>A link that does not lead where its readers can go: <c>missing</c>, <c>unreadable</c>, <c>gone</c>, <c>away</c> or <c>refused</c>.</summary>
public sealed record BrokenLink(string Url, string Reason);
