using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Knowledge.Search;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Looks for articles that may solve the ticket and says which, also when there is none: others wait for the answer.</summary>
internal sealed class OnTicketTriaged(ProposalStore proposals, LiveIndex index, TimeProvider clock) : IReactTo<TicketTriaged>
{
    public async Task ReactAsync(TicketTriaged happened, Reaction reaction, CancellationToken cancellation)
    {
        var ticket = await ProposalStore.FindTicketAsync(reaction.Transaction, happened.TicketId, cancellation)
            ?? throw new NotYetException($"TicketRegistered of {happened.Number}");
        await index.Loaded.WaitAsync(cancellation);
        var articles = index.Current;
        var hits = articles.Find(articles.Weigh(Analysis.OfTicket(ticket.Subject, ticket.Text, articles.Knows)))
            .Where(hit => ticket.MayBeOffered(hit.Article.Audience, happened.Work.Team)).ToList();
        proposals.Propose(reaction, ticket, Proposing.Choose(hits, happened.Work.Category, ticket.Language), clock.GetUtcNow());
    }
}
