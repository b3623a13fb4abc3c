using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

internal sealed class OnRequesterReplied(WorkStore store, SetUpCache setUp, Loads loads, TimeProvider clock) : IReactTo<RequesterReplied>
{
    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    public async Task ReactAsync(RequesterReplied happened, Reaction reaction, CancellationToken cancellation)
    {
        var ticket = await store.LockAsync(reaction.Transaction, happened.TicketId, cancellation)
            ?? throw new NotYetException($"Ticket {happened.Number} is not here yet.");
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var deciding = new Deciding(desk, TheDesk, now, loads.Standing);
        await store.SaveAsync(reaction.Transaction, Outcome.Of(ticket, Replies.Decide(ticket.Item, happened, deciding), desk, now), cancellation);
        // Whoever writes in a ticket that was merged is heard where it goes on.
        if (ticket.Item.MergedInto is { } into && await store.LockAsync(reaction.Transaction, into.Id, cancellation) is { } survivor)
            await store.SaveAsync(reaction.Transaction, Outcome.Of(survivor, Replies.Decide(survivor.Item, happened, deciding), desk, now), cancellation);
    }
}
