using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Confirmations;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>Keeps what a mail about the ticket needs; confirms it if the rest is known.</summary>
internal sealed class OnTicketRegistered(ConfirmationStore confirmations, SendDue sender) : IReactTo<TicketRegistered>
{
    public Task ReactAsync(TicketRegistered happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(confirmations.Heard(happened), confirmed =>
        {
            if (confirmed > 0)
                sender.Expect();
        });
        return Task.CompletedTask;
    }
}
