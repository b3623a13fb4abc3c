using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

/// <summary>
/// A mail to the requester was given up, or came back for good (Notification, which knows what was sent, says that too): it is on the timeline, and triggers hear it.
/// What will be tried again, and mail to others, are not.
/// </summary>
internal sealed class OnDeliveryFailed(WorkStore store, SetUpCache setUp, TimeProvider clock) : IReactTo<DeliveryFailed>
{
    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    public async Task ReactAsync(DeliveryFailed happened, Reaction reaction, CancellationToken cancellation)
    {
        if (happened is not { Permanent: true, TicketId: { } ticketId })
            return;
        var ticket = await store.LockAsync(reaction.Transaction, ticketId, cancellation)
            ?? throw new NotYetException($"Ticket {happened.Number} is not here yet.");
        if (!happened.To.Equals(ticket.Item.RequesterEmail, StringComparison.OrdinalIgnoreCase))
            return;
        var outcome = Outcome.Of(ticket, [new MailFailed(happened.At, TheDesk, happened.Reason)], await setUp.GetAsync(cancellation), clock.GetUtcNow());
        await store.SaveAsync(reaction.Transaction, outcome, cancellation);
    }
}
