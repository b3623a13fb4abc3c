using Desk.Contracts;

namespace Desk.Analytics.Facts;

/// <summary>The kinds of facts, as they are stored.</summary>
internal static class Kinds
{
    public const string Registered = "registered";
    public const string Triaged = "triaged";
    public const string Reclassified = "reclassified";
    public const string Assigned = "assigned";
    public const string Escalated = "escalated";
    public const string StatusChanged = "statusChanged";
    public const string Reopened = "reopened";
    public const string Resolved = "resolved";
    public const string Closed = "closed";
    public const string Merged = "merged";
    public const string Unmerged = "unmerged";
    public const string Met = "met";
    public const string Missed = "missed";
    public const string AtRisk = "atRisk";
    public const string UpdateDue = "updateDue";
    public const string RequesterReplied = "requesterReplied";
    public const string AgentReplied = "agentReplied";
    public const string BlackHole = "blackHole";
    public const string Mended = "mended";
    public const string Mail = "mail";
    public const string Delivered = "delivered";
    public const string DeliveryFailed = "deliveryFailed";
}

/// <summary>What happened: one event, as far as it can be counted. Detail is what of its kind: a channel, an outcome, a target, a reason.</summary>
internal sealed record Fact(
    Guid MessageId, string Kind, DateTimeOffset At, Guid? TicketId, string? Number, string? Detail = null, Work? Work = null,
    DateTimeOffset? DueAt = null, bool? Missed = null);
