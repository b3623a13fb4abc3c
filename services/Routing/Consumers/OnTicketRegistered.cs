using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.Relations;
using Desk.Routing.SetUp;
using Desk.Routing.Triage;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

internal sealed class OnTicketRegistered(WorkStore store, SetUpCache setUp, Learner learner, Loads loads, TimeProvider clock) : IReactTo<TicketRegistered>
{
    public async Task ReactAsync(TicketRegistered happened, Reaction reaction, CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var verdict = Registering.Sort(happened, desk, learner.Guess);
        var words = happened.Subject + "\n" + happened.Text;
        var helper = desk.Team(verdict.Team)?.SameAgent == true ? await WorkStore.HelperAsync(reaction.Transaction, happened.Requester.Email, cancellation) : null;
        var outcome = Outcome.Of(Dossier.Empty with { Words = words }, Registering.Decide(happened, verdict, desk, loads.Standing, now, helper), desk, now);
        foreach (var command in store.Insert(outcome, words))
            reaction.Later(command);
        if (happened.Origin is { } origin)
        {
            var split = await store.LockAsync(reaction.Transaction, origin.Ticket.Id, cancellation)
                ?? throw new NotYetException($"Ticket {origin.Ticket.Number}, which {happened.Number} came of, is not here yet.");
            await store.SaveAsync(reaction.Transaction, Outcome.Of(
                split, [new Linked(now, origin.By, new TicketRef(happened.TicketId, happened.Number), origin.Continues ? LinkKind.ContinuedBy : LinkKind.SplitInto, origin.Reason)], desk, now), cancellation);
        }
        // Should the transaction not be committed, the load is one too many until it is counted anew.
        loads.Add(outcome.After.Item);
    }
}
