using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Guides;

/// <summary>
/// A step of a guide and the way to it. Html is safe to show. Choices lead on; their via asks for the next step. End is <c>solved</c>, <c>ask</c> or
/// <c>take</c>, left out while it goes on. Summary is the way as text. Changed: the guide no longer has the way that was asked for, and it ends where
/// it left it. Before is the way to the step before.
/// </summary>
internal sealed record GuideStepAnswer(
    Guid Id, string Slug, string Title, string Language, int Version, string Intro, string Key, string Question, string Html, IReadOnlyList<GuideChoice> Choices,
    string? End, string? Category, IReadOnlyList<GuidePassed> Passed, string Via, string? Before, string Summary, bool Changed);

internal static class WalkGuide
{
    private const int LongestVia = 4_000;

    public static void MapWalkGuide(this IEndpointRouteBuilder group) => group.MapGet("/articles/{idOrSlug}/guide", ReadAsync)
        .WithName("WalkGuide")
        .WithSummary("A step of a published guide: the first, or the one that via leads to, with what was answered on the way. Nothing is kept: the way is in the address.");

    private static async Task<Results<Ok<GuideStepAnswer>, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller? caller, string idOrSlug, string? via, CancellationToken cancellation)
    {
        if (via is { Length: > LongestVia })
            return Problems.Invalid("guide.via", $"via has at most {LongestVia} characters.");
        if (await articles.FindPublishedAsync(idOrSlug, membership.Of(caller), cancellation) is not { } article || Guide.Parse(article.Body) is not { } guide)
            return Problems.NotFound("guide.unknown", "There is no such guide.");
        var walk = GuideWalk.Of(guide, via);
        return TypedResults.Ok(new GuideStepAnswer(
            article.Id, article.Slug, article.Title, article.Language, article.Version, Markup.ToHtml(guide.Intro, article.Id), walk.Step.Key, walk.Step.Title,
            Markup.ToHtml(walk.Step.Body, article.Id), walk.Choices, walk.Step.End?.ToString().ToLowerInvariant(), walk.Step.Category, walk.Passed, walk.Via,
            walk.Passed.Count == 0 ? null : string.Join('.', walk.Via.Split('.').SkipLast(1)), walk.Summary(article.Title, article.Language), walk.Changed));
    }
}
