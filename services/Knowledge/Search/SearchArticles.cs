using Desk.Knowledge.Articles;
using Desk.Knowledge.Evidence;
using Desk.Knowledge.Gaps;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Search;

/// <summary>
/// An article that answers a question, with the place in it that does, and which parts of that place were asked for. Score is comparable only
/// within one answer.
/// </summary>
internal sealed record FoundArticle(
    Guid Id, string Slug, string Title, string Snippet, IReadOnlyList<Mark> Marks, double Score, string Language, string? Category, string Audience);

/// <summary>Best first. Empty when nothing fits.</summary>
internal sealed record SearchAnswer(IReadOnlyList<FoundArticle> Items);

internal static class SearchArticles
{
    private const int LongestQuestion = 1000;

    public static void MapSearch(this IEndpointRouteBuilder group) => group.MapGet("/search", SearchAsync)
        .WithName("SearchKnowledge")
        .WithSummary("Articles that answer a question, best first; as you type, too. Each finds what they may read; those not signed in what is for everyone.");

    /// <param name="index">All published articles.</param>
    /// <param name="membership">Whom the caller belongs to.</param>
    /// <param name="evidence">What was proven of them.</param>
    /// <param name="failed">Hears of what is asked, in case nothing answers it.</param>
    /// <param name="caller">Who asks; null when not signed in.</param>
    /// <param name="q">The question, in Swedish or English. A part in quotation marks has to stand in the article word for word.</param>
    /// <param name="language"><c>sv</c> or <c>en</c>: only articles in it. Both when left out.</param>
    /// <param name="prefer"><c>sv</c> or <c>en</c>: articles in it, and those that are not to be had in it.</param>
    /// <param name="limit">At most so many, 1 to 50; 10 when left out.</param>
    /// <param name="typing">True while it is being typed: the last word may be unfinished.</param>
    /// <param name="cancellation">Ends the search when the asker has gone.</param>
    private static async Task<Results<Ok<SearchAnswer>, ProblemHttpResult>> SearchAsync(
        LiveIndex index, LiveEvidence evidence, FailedSearches failed, Membership membership, Caller? caller, string? q, string? language, string? prefer, int? limit, bool? typing,
        CancellationToken cancellation)
    {
        if (q is { Length: > LongestQuestion })
            return Problems.Invalid("search.tooLong", Phrase.Of($"En fråga får ha {LongestQuestion} tecken.", $"A question may have {LongestQuestion} characters."));
        if (language is not (null or "" or "sv" or "en") || prefer is not (null or "" or "sv" or "en"))
            return Problems.Invalid("language.unknown", Phrase.Of("Språken är sv och en.", "The languages are sv and en."));
        var readership = membership.Of(caller);
        var articles = await index.FreshAsync(cancellation);
        var (found, best) = FindWithBest(
            articles, q ?? "", typing ?? false,
            article => readership.Allows(article.Audience) && (string.IsNullOrEmpty(language) || article.Language == language)
                && (string.IsNullOrEmpty(prefer) || articles.IsPreferred(article, prefer, readership.Allows)),
            Math.Clamp(limit ?? 10, 1, 50), evidence.Factor);
        if (typing is not true && !string.IsNullOrWhiteSpace(q))
            failed.Note(q, (string.IsNullOrEmpty(language) ? prefer : language) is "en" ? "en" : "sv", best);
        return TypedResults.Ok(found);
    }

    /// <summary>What the asker may read is part of the search: what is not allowed is neither counted nor seen.</summary>
    internal static SearchAnswer Find(ArticleIndex articles, string question, bool typing, Func<IndexedArticle, bool> allowed, int limit, Func<Guid, double>? evidence = null)
        => FindWithBest(articles, question, typing, allowed, limit, evidence).Answer;

    private static (SearchAnswer Answer, IndexedArticle? Best) FindWithBest(
        ArticleIndex articles, string question, bool typing, Func<IndexedArticle, bool> allowed, int limit, Func<Guid, double>? evidence)
    {
        var asked = articles.Ask(question, typing);
        var phrases = Phrases(question);
        var found = articles.Best(asked, article => allowed(article) && phrases.TrueForAll(phrase => Has(article, phrase)), limit);
        if (evidence is not null)
            found = [.. found.Select(hit => hit with { Score = hit.Score * evidence(hit.Article.Id) }).OrderByDescending(hit => hit.Score)];
        var telling = new AskedWords(asked, typing ? Analysis.Words(question).LastOrDefault() : null);
        return (new SearchAnswer([.. found.Select(hit =>
        {
            var (snippet, marks) = Snippet.Of(hit.Article.Plain, telling);
            return new FoundArticle(
                hit.Article.Id, hit.Article.Slug, hit.Article.Title, snippet, marks, Math.Round(hit.Score, 3), hit.Article.Language,
                hit.Article.Category, hit.Article.Audience);
        })]), found.Count == 0 ? null : found[0].Article);
    }

    private static bool Has(IndexedArticle article, string phrase)
        => article.Title.Contains(phrase, StringComparison.OrdinalIgnoreCase) || article.Plain.Contains(phrase, StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands between pairs of quotation marks.</summary>
    private static List<string> Phrases(string question)
    {
        var parts = question.Split('"', '”', '“');
        return [.. parts.Where((part, i) => i % 2 == 1 && i < parts.Length - 1 && part.Trim().Length > 1).Select(part => part.Trim())];
    }
}
