using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>Somebody else works on it now: the requester hears who, and by when they hear more.</summary>
internal sealed class OnTicketEscalated(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<TicketEscalated>
{
    public async Task ReactAsync(TicketEscalated happened, Reaction reaction, CancellationToken cancellation)
    {
        await TicketTeam.RememberAsync(reaction, happened.TicketId, happened.Work, cancellation);
        await TicketMail.AddAsync(
            reaction, happened.TicketId, happened.Number, Kinds.Escalated,
            TicketMail.Of(happened.Work), deliveries, desk, sender, cancellation);
    }
}
