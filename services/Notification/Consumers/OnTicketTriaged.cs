using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Confirmations;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>Now it is known what happens next; the articles have <see cref="ConfirmationStore.Patience"/> to come.</summary>
internal sealed class OnTicketTriaged(ConfirmationStore confirmations, SendDue sender) : IReactTo<TicketTriaged>
{
    public Task ReactAsync(TicketTriaged happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(confirmations.Heard(happened), confirmed =>
        {
            if (confirmed > 0)
                sender.Expect();
        });
        return Task.CompletedTask;
    }
}
