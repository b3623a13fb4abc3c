using Desk.Notification.Letters;

namespace Desk.Notification.Deliveries;

/// <summary>The kinds of letter, by the name of their template.</summary>
internal static class Kinds
{
    public const string Confirmation = "confirmation";
    public const string Reply = "reply";
    public const string Resolved = "resolved";
    public const string Escalated = "escalated";
    public const string Update = "update";
    public const string Link = "link";

    /// <summary>To the requester of a ticket that another goes on with.</summary>
    public const string Merged = "merged";

    /// <summary>To the requester of the ticket that goes on, when they are another.</summary>
    public const string Joined = "joined";

    /// <summary>To both, when the merge is undone.</summary>
    public const string Parted = "parted";

    /// <summary>To a lead: tickets that would be forgotten.</summary>
    public const string Alarm = "alarm";

    /// <summary>To who answers for an article: links in it have broken.</summary>
    public const string Links = "links";

    /// <summary>To who answers for an article: tickets that it was used on came back.</summary>
    public const string Misleading = "misleading";

    /// <summary>To a requester, in words that a lead wrote for a trigger.</summary>
    public const string Automatic = "automatic";

    /// <summary>To an agent or a lead: a reminder, what a trigger tells, or that one was stopped.</summary>
    public const string Told = "told";

    public static readonly IReadOnlyList<string> All = [Confirmation, Reply, Resolved, Escalated, Update, Link, Merged, Joined, Parted, Alarm, Links, Misleading, Automatic, Told];
}

/// <summary>
/// One message on its way to one person, and to those copied. Automatic: the desk itself says it, so nobody's vacation responder should answer.
/// MailId is the id within the Message-ID, which never changes; MessageId the message of the conversation that it carries, if any.
/// </summary>
internal sealed record Delivery(
    Guid Id, Guid? TicketId, string? Number, Guid? MessageId, string Kind, bool Automatic, string Recipient, IReadOnlyList<string> Cc, string Language,
    Facts Facts, Guid MailId, string MailMessageId, string? InReplyTo, IReadOnlyList<string> References, int Tries, DateTimeOffset CreatedAt,
    string? Traceparent)
{
    /// <summary>The team that has the ticket when it is sent, by its key.</summary>
    public string? Team { get; init; }
}
