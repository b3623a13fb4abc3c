using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

internal sealed class OnAgentReplied(WorkStore store, SetUpCache setUp, TimeProvider clock) : IReactTo<AgentReplied>
{
    public async Task ReactAsync(AgentReplied happened, Reaction reaction, CancellationToken cancellation)
    {
        var ticket = await store.LockAsync(reaction.Transaction, happened.TicketId, cancellation)
            ?? throw new NotYetException($"Ticket {happened.Number} is not here yet.");
        var now = clock.GetUtcNow();
        var outcome = Outcome.Of(ticket, Replies.Decide(ticket.Item, happened, now), await setUp.GetAsync(cancellation), now);
        await store.SaveAsync(reaction.Transaction, outcome, cancellation);
    }
}
