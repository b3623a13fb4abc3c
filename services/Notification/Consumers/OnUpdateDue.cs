using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>A promise to speak up falls due: the requester hears how it stands, rather than nothing.</summary>
internal sealed class OnUpdateDue(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<UpdateDue>
{
    public Task ReactAsync(UpdateDue happened, Reaction reaction, CancellationToken cancellation) => TicketMail.AddAsync(
        reaction, happened.TicketId, happened.Number, Kinds.Update,
        TicketMail.Of(happened.Work), deliveries, desk, sender, cancellation);
}
