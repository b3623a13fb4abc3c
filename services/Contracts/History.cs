using System.Text.Json.Serialization;

namespace Desk.Contracts;

/// <summary>
/// History of another desk came in for a ticket: what happened there, at its own times. The first time with the registration. Nobody is mailed for it.
/// </summary>
public sealed record TicketImported(
    Guid TicketId, string Number, DateTimeOffset At, DateTimeOffset RegisteredAt, Channel Channel, Person Requester, string Subject, string Text,
    IReadOnlyList<ImportedEvent> Events);

/// <summary>
/// The ticket's history as it would have been here: the work as it stands after it, and each fact of it at its own time. RegisteredAt and LastAt are when it
/// began and when something last happened.
/// </summary>
public sealed record WorkImported(
    Guid TicketId, string Number, DateTimeOffset At, Work Work, string Subject, DateTimeOffset RegisteredAt, DateTimeOffset LastAt, IReadOnlyList<PastFact> Facts);

/// <summary>What happened to a ticket on another desk. Which members are given depends on the kind; Assignee is an e-mail address; Article the slug or title of what solved it.</summary>
public sealed record ImportedEvent(
    ImportedKind Kind, DateTimeOffset HappenedAt, Actor By, Guid? MessageId = null, string? Team = null, string? Assignee = null, string? AssigneeName = null,
    WaitingFor? WaitingFor = null, DateTimeOffset? Until = null, TicketType? Type = null, string? Category = null, Impact? Impact = null,
    Urgency? Urgency = null, Priority? Priority = null, string? Text = null, string? Article = null);

/// <summary>The kinds of history that a desk takes in.</summary>
[JsonConverter(typeof(Word<ImportedKind>))]
public enum ImportedKind { Registered, Opened, Assigned, Reclassified, Paused, Resumed, Resolved, Reopened, Closed, RequesterMessage, AgentMessage, Note }

/// <summary>A fact of history, to count by. Kind is as Analytics names its facts; Version and Status are of the work after it.</summary>
public sealed record PastFact(
    string Kind, DateTimeOffset HappenedAt, long Version, TicketStatus Status, string? Detail = null, DateTimeOffset? DueAt = null, bool? Missed = null);
