using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>A text the article had, newest first.</summary>
internal sealed record ArticleVersionLine(int Version, ArticleState State, string Title, string Body, Audience Audience, string? Category, DateTimeOffset At, string By);

internal sealed record ArticleVersions(IReadOnlyList<ArticleVersionLine> Items);

internal static class ReadVersions
{
    public static void MapReadVersions(this IEndpointRouteBuilder group) => group.MapGet("/articles/{id:guid}/versions", ReadAsync)
        .WithName("ListArticleVersions")
        .WithSummary("Every text the article ever had, newest first.");

    private static async Task<Results<Ok<ArticleVersions>, ProblemHttpResult>> ReadAsync(ArticleStore articles, Guid id, CancellationToken cancellation)
    {
        var versions = await articles.VersionsAsync(id, cancellation);
        return versions.Count == 0
            ? Problems.NotFound("article.unknown", "There is no such article.")
            : TypedResults.Ok(new ArticleVersions([.. versions.Select(version => new ArticleVersionLine(
                version.Version, version.Text.State, version.Text.Title, version.Text.Body, version.Text.Audience, version.Text.Category, version.UpdatedAt, version.UpdatedBy))]));
    }
}
