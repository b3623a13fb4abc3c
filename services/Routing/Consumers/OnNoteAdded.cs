using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Consumers;

/// <summary>A note is work, but no word to the requester: it is on the timeline, and no clock hears it. It answers what its writer was asked.</summary>
internal sealed class OnNoteAdded(WorkStore store, SetUpCache setUp, TimeProvider clock) : IReactTo<NoteAdded>
{
    public async Task ReactAsync(NoteAdded happened, Reaction reaction, CancellationToken cancellation)
    {
        var ticket = await store.LockAsync(reaction.Transaction, happened.TicketId, cancellation)
            ?? throw new NotYetException($"Ticket {happened.Number} is not here yet.");
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var outcome = Outcome.Of(
            ticket, [new NoteWritten(happened.At, happened.Agent, happened.NoteId), .. AskIn.Answers(ticket.Item, happened.Agent, desk, now)], desk, now);
        await store.SaveAsync(reaction.Transaction, outcome, cancellation);
    }
}
