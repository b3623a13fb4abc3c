namespace Desk.Contracts;

/// <summary>A contact became a ticket. What the requester or the agent on the phone claimed of type, category, impact and urgency is
/// passed on as claims: Routing decides. Automatic: a machine wrote it, so no automatic answer may go out.
/// Vouched: the sender is known to the desk (signed in, or written to before); to others a confirmation repeats none of the writer's words. Team and
/// Agreement, by key, are what the door it came through stands for (a mailbox of its own, for one); null for most. Origin: it came of another.</summary>
public sealed record TicketRegistered(
    Guid TicketId, string Number, DateTimeOffset At, Channel Channel, Person Requester, string Subject, string Text, Guid MessageId,
    TicketType? Type, string? Category, Impact? Impact, Urgency? Urgency, bool Automatic, bool Vouched, string? MailMessageId,
    string? MailReferences, IReadOnlyList<string> Cc, string? Team = null, string? Agreement = null, Origin? Origin = null);

/// <summary>The requester, or another participant, wrote in the ticket. MergedInto is the ticket that goes on with it.</summary>
public sealed record RequesterReplied(
    Guid TicketId, string Number, DateTimeOffset At, Guid MessageId, Channel Channel, Person From, string Text, bool Automatic,
    string? MailMessageId, TicketRef? MergedInto = null);

/// <summary>An agent wrote to the requester; Notification carries it to them. InReplyTo and References are of the mail thread. Html is made safe.
/// The bytes of those <see cref="Files"/> that travel were said before, each in a <see cref="ReplyFileAttached"/>.</summary>
public sealed record AgentReplied(
    Guid TicketId, string Number, DateTimeOffset At, Guid MessageId, Actor Agent, Person Requester, string Subject, string Text,
    string? Html, IReadOnlyList<string> Cc, string? InReplyTo, IReadOnlyList<string> References, IReadOnlyList<AttachedFile>? Files = null);

/// <summary>A file of an agent's reply, with its bytes: for the mail that carries it.</summary>
public sealed record ReplyFileAttached(Guid TicketId, string Number, DateTimeOffset At, Guid MessageId, Guid FileId, byte[] Content);

/// <summary>An internal note was written. The text stays in Intake: notes never travel.</summary>
public sealed record NoteAdded(Guid TicketId, string Number, DateTimeOffset At, Guid NoteId, Actor Agent);

/// <summary>
/// A mail was received and accounted for. Number is set for tickets, replies and what concerns a known ticket. At is when it came. Said again, with a
/// higher revision, when an agent decided otherwise: the highest counts, whatever order they arrive in.
/// </summary>
public sealed record MailAccounted(Guid MailId, DateTimeOffset At, MailOutcome Outcome, Guid? TicketId, string? Number, string? Reason, int Revision = 0);

/// <summary>A mail of ours came back. Permanent: that address will not work.</summary>
public sealed record MailBounced(
    DateTimeOffset At, Guid? TicketId, string? Number, Guid? MessageId, string Address, bool Permanent, string? Code, string? Reason);
