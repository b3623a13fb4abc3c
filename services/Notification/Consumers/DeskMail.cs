using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Tells a person something of the desk's own accord that is in no ticket's thread: an answer to it is no word in a ticket.</summary>
internal static class DeskMail
{
    /// <param name="id">The delivery, and the mail in it: the same event makes the same mail.</param>
    public static async Task AddAsync(
        Reaction reaction, Guid id, string kind, string to, string language, Facts facts, DeliveryStore deliveries, DeskAddress desk, SendDue sender, CancellationToken cancellation)
    {
        if (!Address.IsMailable(to))
            return;
        await deliveries.AddAsync(
            reaction.Transaction,
            new Delivery(id, null, null, null, kind, Automatic: true, to, [], language, facts, id, desk.MessageId(null, id), null, [], 0, default, null), cancellation);
        sender.Expect();
    }
}
