using Desk.Contracts;
using Desk.Knowledge.Likeness;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Looks anew when the requester has told more. Thanks and the like tell nothing: what was proposed stands.</summary>
internal sealed class OnRequesterReplied(ProposalStore proposals, Searching searching, TimeProvider clock) : IReactTo<RequesterReplied>
{
    public async Task ReactAsync(RequesterReplied happened, Reaction reaction, CancellationToken cancellation)
    {
        if (happened.Automatic)
            return;
        var about = happened.MergedInto?.Id ?? happened.TicketId;
        var ticket = await ProposalStore.FindTicketAsync(reaction.Transaction, about, cancellation) ?? throw new NotYetException($"TicketRegistered of {happened.Number}");
        var found = await searching.ForAsync(ticket with { Text = Matter.Told(happened.Text) }, cancellation);
        if (found.Articles.Count + found.Tickets.Count > 0)
            proposals.Propose(reaction, ticket, null, found, clock.GetUtcNow());
    }
}
