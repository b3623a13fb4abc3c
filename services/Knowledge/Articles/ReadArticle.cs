using Desk.Knowledge.Guides;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>
/// An article. Html is the published text, safe to show as it is. Body (Markdown) and state are for agents, of the newest version;
/// publishedVersion is what readers see, left out when they see none. Agents' html shows the parts for agents; tellable is the Markdown without them,
/// which is what may be sent to a requester: none of an article that no requester may read. Slug is the article's own, also when it was asked for by one it had before.
/// Translations are the same article in other languages, as far as the caller may read them.
/// </summary>
internal sealed record ArticleAnswer(
    Guid Id, string Slug, int Version, string Title, string Html, string Language, string Audience, string? Category,
    DateTimeOffset UpdatedAt, string? UpdatedBy, string? Body, string? Tellable, ArticleState? State, int? PublishedVersion,
    string? Owner, DateTimeOffset? PublishAt, DateTimeOffset? ReviewAt, DateTimeOffset? ExpiresAt,
    Guid? Translates = null, int? TranslatesVersion = null, IReadOnlyList<Translation>? Translations = null, bool IsGuide = false)
{
    public static ArticleAnswer ToReader(PublishedArticle article) => new(
        article.Id, article.Slug, article.Version, article.Title, article.Html, article.Language, article.Audience,
        article.Category, article.PublishedAt, null, null, null, null, null, null, null, null, null, IsGuide: Guide.Parse(article.Body) is not null);

    public static ArticleAnswer ToAgent(Article article, int? publishedVersion) => new(
        article.Id, article.Slug, article.Version, article.Text.Title, Markup.ToAgentHtml(article.Text.Body, article.Text.Language, article.Id), article.Text.Language, article.Text.Audience.Word,
        article.Text.Category, article.UpdatedAt, article.UpdatedBy, article.Text.Body, article.Text.Audience.IsForRequesters ? Markup.Tellable(article.Text.Body) : null, article.Text.State, publishedVersion,
        article.Plan.Owner, article.Plan.PublishAt, article.Plan.ReviewAt, article.Plan.ExpiresAt, article.Translates?.Original, article.Translates?.Version,
        IsGuide: Guide.Parse(article.Text.Body) is not null);
}

internal static class ReadArticle
{
    public static void MapReadArticle(this IEndpointRouteBuilder group) => group.MapGet("/articles/{idOrSlug}", ReadAsync)
        .WithName("GetArticle")
        .WithSummary("One article that the caller may read, by id or slug. Agents get the newest text, others the published one.");

    private static async Task<Results<Ok<ArticleAnswer>, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller? caller, HttpResponse response, string idOrSlug, CancellationToken cancellation)
    {
        var readership = membership.Of(caller);
        var published = await articles.FindPublishedAsync(idOrSlug, readership, cancellation);
        var answer = readership.IsAgent && await articles.FindAsync(idOrSlug, readership, cancellation) is { } article
            ? ArticleAnswer.ToAgent(article, published?.Version)
            : published is not null ? ArticleAnswer.ToReader(published) : null;
        if (answer is null)
            return Problems.NotFound("article.unknown", "There is no such article.");
        response.Headers.ETag = ETags.Of(answer.Version);
        await using var connection = await articles.OpenAsync(cancellation);
        return TypedResults.Ok(answer with { Translations = await Translations.OfAsync(connection, answer.Id, readership, cancellation) });
    }
}
