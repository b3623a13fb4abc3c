using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

/// <summary>History becomes work as if it had happened here. What is said of it is history too: no event that anybody is mailed for.</summary>
internal sealed class OnTicketImported(WorkStore store, SetUpCache setUp, TimeProvider clock) : IReactTo<TicketImported>
{
    public async Task ReactAsync(TicketImported happened, Reaction reaction, CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var begins = happened.Events.Any(past => past.Kind is ImportedKind.Registered);
        var before = (begins ? null : await store.LockAsync(reaction.Transaction, happened.TicketId, cancellation)) ?? Dossier.Empty;
        var outcome = Importing.Decide(before, happened, desk, now);
        if (outcome.Facts.Count == 0)
            return;
        var words = before.Facts.Count == 0 ? $"{happened.Subject}\n{happened.Text}" : null;
        foreach (var command in store.Import(outcome, words, new WorkImported(
            happened.TicketId, happened.Number, now, outcome.Work with { Version = outcome.After.Version }, happened.Subject, happened.RegisteredAt,
            outcome.After.Item.UpdatedAt, Importing.Past(before, outcome, desk, now))))
        {
            reaction.Later(command);
        }
    }
}
