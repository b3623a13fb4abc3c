using Desk.Knowledge.Evidence;
using Desk.Knowledge.Likeness;
using Desk.Knowledge.Search;

namespace Desk.Knowledge.Proposals;

/// <summary>What may solve a ticket: articles, and tickets that were solved.</summary>
internal sealed record Solutions(IReadOnlyList<Choice> Articles, IReadOnlyList<LikeTicket> Tickets);

/// <summary>Looks in all that is known, in memory.</summary>
internal sealed class Searching(LiveIndex index, LiveTickets tickets, LiveEvidence evidence)
{
    // More than are shown: tickets that were solved by the same words are one.
    private const int MostTickets = 12;

    public async Task<Solutions> ForAsync(TicketCopy ticket, CancellationToken cancellation)
    {
        var category = ticket.Category;
        await index.Loaded.WaitAsync(cancellation);
        var articles = index.Current;
        var hits = articles.Find(articles.Weigh(Asked(ticket.Subject, ticket.Text, articles.Synonyms, articles.Knows)))
            .Where(hit => ticket.MayBeOffered(hit.Article.Audience)).ToList();
        var words = Matter.Asked(ticket.Subject, ticket.Text);
        var like = tickets.Index.Like(words, other => other.Id != ticket.Id && Alike.Solved(other, category, words.Count), MostTickets);
        return new Solutions(
            Proposing.Choose(hits, category, ticket.Language, evidence.Factor),
            [.. like.OrderByDescending(other => Alike.Rank(other, category)).ThenByDescending(other => other.At)]);
    }

    /// <summary>What a ticket asks for, and what means the same to this desk: the subject's counts twice, as the subject does.</summary>
    internal static IReadOnlyList<Term> Asked(string subject, string text, Synonyms synonyms, Func<string, bool> known)
    {
        var asked = Analysis.OfTicket(subject, text, known);
        var meant = synonyms.Of(subject, known).Select(term => term with { Weight = 2 * term.Weight }).Concat(synonyms.Of(text, known));
        return [.. asked, .. meant.ExceptBy(asked.Select(term => term.Text), term => term.Text)];
    }
}
