using System.Diagnostics;
using Desk.Contracts;

namespace Desk.Notification.Deliveries;

/// <summary>What a try came to: sent, to be tried again at a time, or given up.</summary>
internal sealed record Outcome(Delivery Delivery, DateTimeOffset At, bool Sent, DateTimeOffset? AgainAt, string? Reason)
{
    /// <summary>The try's place in the ticket's trace, when somebody looks.</summary>
    public Activity? Span { get; init; }

    public static Outcome Done(Delivery delivery, DateTimeOffset at, string? remark = null) => new(delivery, at, true, null, remark);

    /// <summary>It may succeed later; after the last wait it is given up.</summary>
    public static Outcome Later(Delivery delivery, DateTimeOffset at, string reason)
        => new(delivery, at, false, Backoff.After(delivery.Tries + 1) is { } wait ? at + wait : null, reason);

    /// <summary>Trying again will not help.</summary>
    public static Outcome Never(Delivery delivery, DateTimeOffset at, string reason) => new(delivery, at, false, null, reason);

    public MessageDelivered Delivered() => new(
        Delivery.Id, Delivery.TicketId, Delivery.Number, Delivery.MessageId, Delivery.Kind, Delivery.Recipient, Delivery.MailMessageId, At);

    public DeliveryFailed Failed() => new(
        Delivery.Id, Delivery.TicketId, Delivery.Number, Delivery.MessageId, Delivery.Kind, Delivery.Recipient, AgainAt is null, Reason ?? "", At);
}
