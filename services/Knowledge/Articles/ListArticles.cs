using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>A page of articles, by slug. Next is the <c>after</c> of the page that follows; left out on the last.</summary>
internal sealed record ArticlePage(IReadOnlyList<ArticleLine> Items, string? Next);

internal static class ListArticles
{
    public static void MapListArticles(this IEndpointRouteBuilder group) => group.MapGet("/articles", ListAsync)
        .WithName("ListArticles")
        .WithSummary("Articles by slug, a page at a time. With state (draft, review, scheduled, published, due, behind, expired, withdrawn, all), agents see the newest versions; else what is published. due: published, and to be read again by now. behind: a translation whose original has changed since. prefer (sv, en): what is published in it, and what is not to be had in it.");

    private static async Task<Results<Ok<ArticlePage>, ProblemHttpResult>> ListAsync(
        ArticleStore articles, Membership membership, TimeProvider clock, Caller? caller, string? state, string? language, string? prefer, string? category, string? after, int? limit, CancellationToken cancellation)
    {
        if (state is not (null or "draft" or "review" or "scheduled" or "published" or "due" or "behind" or "expired" or "withdrawn" or "all"))
            return Problems.Invalid("state.unknown", Phrase.Of("Lägena är draft, review, scheduled, published, due, behind, expired och withdrawn; eller all.", "The states are draft, review, scheduled, published, due, behind, expired and withdrawn; or all."));
        var readership = membership.Of(caller);
        var most = Math.Clamp(limit ?? 25, 1, 200);
        // One more than asked for tells whether there is a next page.
        var lines = readership.IsAgent && state is not null
            ? await articles.ListAsync(readership, state == "all" ? null : state, language, category, after, most + 1, clock.GetUtcNow(), cancellation)
            : await articles.ListPublishedAsync(readership, language, prefer, category, after, most + 1, cancellation);
        return TypedResults.Ok(lines.Count > most ? new ArticlePage([.. lines.Take(most)], lines[most - 1].Slug) : new ArticlePage(lines, null));
    }
}
