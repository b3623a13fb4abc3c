using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>The ticket is solved: how, and how to say if it is not.</summary>
internal sealed class OnTicketResolved(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<TicketResolved>
{
    public Task ReactAsync(TicketResolved happened, Reaction reaction, CancellationToken cancellation) => TicketMail.AddAsync(
        reaction, happened.TicketId, happened.Number, Kinds.Resolved,
        TicketMail.Of(happened.Work) with { Solution = happened.Solution, Agent = happened.By.Name }, deliveries, desk, sender, cancellation);
}
