using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Limits;

namespace Desk.Notification.Consumers;

/// <summary>A mail came back for good: nothing more goes to that address for a time, and the agent is told who did not get what.</summary>
internal sealed class OnMailBounced(DeliveryStore deliveries, ReceiverStore receivers, TimeProvider clock) : IReactTo<MailBounced>
{
    public async Task ReactAsync(MailBounced happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!happened.Permanent)
            return;
        var reason = string.Join(' ', new[] { happened.Code, happened.Reason }.Where(part => !string.IsNullOrWhiteSpace(part)));
        // Only an address that we have written to is believed to have bounced: anybody can send something that looks like a bounce.
        if (await deliveries.FindBouncedAsync(reaction.Transaction, happened.MessageId, happened.TicketId, happened.Address, cancellation) is not { } bounced)
            return;
        await receivers.SuppressAsync(reaction.Transaction, happened.Address, reason, cancellation);
        await deliveries.RecordAsync(
            reaction.Transaction, [Outcome.Never(bounced, clock.GetUtcNow(), $"It came back from {happened.Address}: {reason}".Trim())], cancellation);
    }
}
