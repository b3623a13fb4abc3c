using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>
/// What a writer sends. Title (1–200 characters), body (Markdown, up to 200,000) and language (<c>sv</c> or <c>en</c>) are needed;
/// audience is <c>everyone</c> and state <c>draft</c> when left out.
/// </summary>
internal sealed record WriteArticleRequest(string? Title, string? Body, string? Language, Audience? Audience, string? Category, ArticleState? State)
{
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > 200)
            faults["title"] = ["A title has 1 to 200 characters."];
        if (string.IsNullOrWhiteSpace(Body) || Body.Length > 200_000)
            faults["body"] = ["A body has 1 to 200,000 characters."];
        if (Language is not ("sv" or "en"))
            faults["language"] = ["The languages are sv and en."];
        if (Category is { Length: > 100 })
            faults["category"] = ["A category key has at most 100 characters."];
        return faults;
    }

    public ArticleText Text => new(
        Title!.Trim(), Body!, Language!, Audience ?? Articles.Audience.Everyone, string.IsNullOrWhiteSpace(Category) ? null : Category.Trim(),
        State ?? ArticleState.Draft);
}

internal static class WriteArticle
{
    public static void MapWriteArticle(this IEndpointRouteBuilder group)
    {
        group.MapPost("/articles", CreateAsync).WithName("CreateArticle")
            .WithSummary("Writes a new article, as a draft or published at once. A published one is found within a second.");
        group.MapPut("/articles/{id:guid}", ReviseAsync).WithName("ReviseArticle")
            .WithSummary("Writes a new version. state: draft leaves what readers see, published replaces it, withdrawn takes it away. If-Match is honoured.");
    }

    private static async Task<Results<Created<ArticleAnswer>, ProblemHttpResult>> CreateAsync(
        ArticleStore articles, Caller caller, TimeProvider clock, HttpResponse response, WriteArticleRequest request, CancellationToken cancellation)
    {
        if (request.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        Article article;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await articles.OpenAsync(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var slug = await ArticleStore.FreeSlugAsync(transaction, Article.SlugOf(request.Title!), cancellation);
                article = Article.Write(Guid.CreateVersion7(), slug, request.Text, clock.GetUtcNow(), caller.Name);
                await articles.SaveAsync(transaction, article, cancellation);
                await transaction.CommitAsync(cancellation);
                break;
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation && attempt < 5)
            {
                // Another article took the slug between the look and the commit.
            }
        }
        response.Headers.ETag = ETags.Of(article.Version);
        return TypedResults.Created($"/api/v1/knowledge/articles/{article.Slug}", Answer(article, null));
    }

    private static async Task<Results<Ok<ArticleAnswer>, ProblemHttpResult>> ReviseAsync(
        ArticleStore articles, Caller caller, TimeProvider clock, HttpRequest http, HttpResponse response, Guid id, WriteArticleRequest request,
        CancellationToken cancellation)
    {
        if (request.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var before = await articles.FindPublishedAsync(id.ToString(), agent: true, cancellation);
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ArticleStore.LockAsync(transaction, id, cancellation) is not { } article)
            return Problems.NotFound("article.unknown", "There is no such article.");
        if (!ETags.Allows(http.Headers, article.Version))
            return Problems.Stale(article.Version);

        article = article.Revise(request.Text, clock.GetUtcNow(), caller.Name);
        await articles.SaveAsync(transaction, article, cancellation);
        await transaction.CommitAsync(cancellation);
        response.Headers.ETag = ETags.Of(article.Version);
        return TypedResults.Ok(Answer(article, before?.Version));
    }

    private static ArticleAnswer Answer(Article article, int? publishedBefore) => ArticleAnswer.ToAgent(article, article.Text.State switch
    {
        ArticleState.Published => article.Version,
        ArticleState.Withdrawn => null,
        ArticleState.Draft => publishedBefore,
    });
}
