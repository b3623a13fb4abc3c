using Desk.Knowledge.Proposals;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Search;

/// <summary>Best first. Empty when nothing fits.</summary>
internal sealed record SearchAnswer(IReadOnlyList<FoundArticle> Items);

internal static class SearchArticles
{
    private const int LongestQuestion = 1000;

    public static void MapSearch(this IEndpointRouteBuilder group) => group.MapGet("/search", SearchAsync)
        .WithName("SearchKnowledge")
        .WithSummary("Articles that answer a question, best first; as you type, too. Requesters and those not signed in find what is for everyone.");

    /// <param name="search">The search.</param>
    /// <param name="index">Knows the words that articles have, and how rare they are.</param>
    /// <param name="caller">Who asks; null when not signed in.</param>
    /// <param name="q">The question, in Swedish or English.</param>
    /// <param name="language"><c>sv</c> or <c>en</c>: only articles in it. Both when left out.</param>
    /// <param name="limit">At most so many, 1 to 50; 10 when left out.</param>
    /// <param name="typing">True while it is being typed: the last word may be unfinished.</param>
    /// <param name="cancellation">Ends the search when the asker has gone.</param>
    private static async Task<Results<Ok<SearchAnswer>, ProblemHttpResult>> SearchAsync(
        ArticleSearch search, LiveIndex index, Caller? caller, string? q, string? language, int? limit, bool? typing, CancellationToken cancellation)
    {
        if (q is { Length: > LongestQuestion })
            return Problems.Invalid("search.tooLong", $"A question may have {LongestQuestion} characters.");
        if (language is not (null or "" or "sv" or "en"))
            return Problems.Invalid("language.unknown", "The languages are sv and en.");
        var articles = index.Current;
        var asked = articles.Weigh(Analysis.OfQuestion(q ?? "", articles.Knows, typing ?? false));
        return TypedResults.Ok(new SearchAnswer(await search.FindAsync(
            asked, caller?.IsAgent ?? false, language is "" ? null : language, Math.Clamp(limit ?? 10, 1, 50), cancellation)));
    }
}
