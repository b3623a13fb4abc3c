using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>A text the article had, newest first.</summary>
internal sealed record ArticleVersionLine(int Version, ArticleState State, string Title, string Body, string Audience, string? Category, DateTimeOffset At, string By);

internal sealed record ArticleVersions(IReadOnlyList<ArticleVersionLine> Items);

internal static class ReadVersions
{
    public static void MapReadVersions(this IEndpointRouteBuilder group) => group.MapGet("/articles/{id:guid}/versions", ReadAsync)
        .WithName("ListArticleVersions")
        .WithSummary("Every text the article ever had and the caller may read, newest first.");

    private static async Task<Results<Ok<ArticleVersions>, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller caller, Guid id, CancellationToken cancellation)
    {
        var readership = membership.Of(caller);
        var versions = await articles.VersionsAsync(id, cancellation);
        // Those who lost it, or never had it, do not get at it by what it was; nor does what was for one team come out with what it is now.
        return versions.Count == 0 || !readership.Allows(versions[0].Text.Audience)
            ? Problems.NotFound("article.unknown", "There is no such article.")
            : TypedResults.Ok(new ArticleVersions([.. versions.Where(version => readership.Allows(version.Text.Audience)).Select(version => new ArticleVersionLine(
                version.Version, version.Text.State, version.Text.Title, version.Text.Body, version.Text.Audience.Word, version.Text.Category, version.UpdatedAt, version.UpdatedBy))]));
    }
}
