using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Looks for what may solve the ticket and says which articles, also when there is none: others wait for the answer.</summary>
internal sealed class OnTicketTriaged(ProposalStore proposals, Searching searching, TimeProvider clock) : IReactTo<TicketTriaged>
{
    public async Task ReactAsync(TicketTriaged happened, Reaction reaction, CancellationToken cancellation)
    {
        var ticket = await ProposalStore.FindTicketAsync(reaction.Transaction, happened.TicketId, cancellation)
            ?? throw new NotYetException($"TicketRegistered of {happened.Number}");
        var found = await searching.ForAsync(ticket with { Category = happened.Work.Category, Team = happened.Work.Team }, cancellation);
        proposals.Propose(reaction, ticket, happened.Work, found, clock.GetUtcNow());
    }
}
