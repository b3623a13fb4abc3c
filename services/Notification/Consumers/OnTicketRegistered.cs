using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Confirmations;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>Keeps what a mail about the ticket needs; confirms it if the rest is known.</summary>
internal sealed class OnTicketRegistered(ConfirmationStore confirmations, SendDue sender) : IReactTo<TicketRegistered>
{
    public async Task ReactAsync(TicketRegistered happened, Reaction reaction, CancellationToken cancellation)
    {
        if (await confirmations.RegisteredAsync(reaction.Transaction, happened, cancellation) > 0)
            sender.Expect();
    }
}
