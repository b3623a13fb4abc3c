using Desk.Knowledge.Search;

namespace Desk.Knowledge.Proposals;

/// <summary>An article chosen for a ticket, best first by score.</summary>
internal sealed record Choice(IndexedArticle Article, double Score);

/// <summary>Which of the articles met are worth an agent's, and a requester's, glance.</summary>
internal static class Proposing
{
    public const int Most = 5;

    // An article of the ticket's own category, and in the requester's own language, is more likely the right one.
    private const double SameCategory = 1.5;
    private const double SameLanguage = 1.25;

    // Nothing is better than nonsense: whole words must speak for it, and not far less than for the best.
    private const double LeastByWords = 4;
    private const double LeastOfBest = 0.4;

    /// <param name="hits">The articles that share words with the ticket.</param>
    /// <param name="category">The ticket's.</param>
    /// <param name="language">The requester's.</param>
    /// <param name="evidence">What an article's score is multiplied by for what was proven of it.</param>
    public static IReadOnlyList<Choice> Choose(IReadOnlyList<Hit> hits, string? category, string language, Func<Guid, double> evidence)
    {
        var choices = hits.Where(hit => hit.ByWords >= LeastByWords)
            .Select(hit => new Choice(hit.Article, Math.Round(
                hit.Score * (hit.Article.Category is not null && hit.Article.Category == category ? SameCategory : 1)
                    * (hit.Article.Language == language ? SameLanguage : 1)
                    * evidence(hit.Article.Id), 3)))
            .OrderByDescending(choice => choice.Score).ThenBy(choice => choice.Article.No)
            .Take(Most).ToList();
        return [.. choices.Where(choice => choice.Score >= LeastOfBest * choices[0].Score)];
    }
}
