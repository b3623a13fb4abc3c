using Dapper;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>What a reader says of an article. Why: up to 2,000 characters, for the article's owner.</summary>
internal sealed record GiveFeedbackRequest(bool? Helped, string? Why);

/// <summary>What one reader said, of the version that was read.</summary>
internal sealed record FeedbackLine(Guid Id, int Version, bool Helped, string? Why, DateTimeOffset At);

/// <summary>What readers said: how many it helped and not, and the newest hundred.</summary>
internal sealed record ArticleFeedback(int Helped, int DidNot, IReadOnlyList<FeedbackLine> Items);

/// <summary>Whether an article helped: a reader says, agents read. Who said it is kept but not told.</summary>
internal static class Feedback
{
    private const int LongestWhy = 2_000;

    public static void MapGiveFeedback(this IEndpointRouteBuilder group) => group.MapPost("/articles/{idOrSlug}/feedback", GiveAsync)
        .WithName("GiveArticleFeedback")
        .WithSummary("Says whether an article helped and, if not, why. Only of an article that the caller may read.");

    public static void MapReadFeedback(this IEndpointRouteBuilder group) => group.MapGet("/articles/{id:guid}/feedback", ReadAsync)
        .WithName("ListArticleFeedback")
        .WithSummary("What readers said of an article, newest first.");

    private static async Task<Results<NoContent, ProblemHttpResult>> GiveAsync(
        ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, string idOrSlug, GiveFeedbackRequest request, CancellationToken cancellation)
    {
        if (request.Helped is not { } helped)
            return Problems.Invalid("feedback.helped", Phrase.Of("Säg om det hjälpte: true eller false.", "Say whether it helped: true or false."));
        if (request.Why is { Length: > LongestWhy })
            return Problems.Invalid("feedback.tooLong", Phrase.Of($"Varför har högst {LongestWhy} tecken.", $"Why has at most {LongestWhy} characters."));
        if (await articles.FindPublishedAsync(idOrSlug, membership.Of(caller), cancellation) is not { } article)
            return Problems.NotFound("article.unknown", "There is no such article.");
        await using var connection = await articles.OpenAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into feedback (id, article_id, version, helped, why, at, by) values (@id, @article, @version, @helped, @why, @at, @by)",
            new
            {
                id = Guid.CreateVersion7(),
                article = article.Id,
                version = article.Version,
                helped,
                why = string.IsNullOrWhiteSpace(request.Why) ? null : request.Why.Trim(),
                at = clock.GetUtcNow(),
                by = caller.Id,
            }, cancellationToken: cancellation));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ArticleFeedback>, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller caller, Guid id, CancellationToken cancellation)
    {
        if (await articles.FindAsync(id.ToString(), membership.Of(caller), cancellation) is null)
            return Problems.NotFound("article.unknown", "There is no such article.");
        await using var connection = await articles.OpenAsync(cancellation);
        var (helped, didNot) = await connection.QuerySingleAsync<(int, int)>(new CommandDefinition(
            "select (count(*) filter (where helped))::int, (count(*) filter (where not helped))::int from feedback where article_id = @id", new { id },
            cancellationToken: cancellation));
        var lines = await connection.QueryAsync<FeedbackLine>(new CommandDefinition(
            "select id, version, helped, why, at from feedback where article_id = @id order by at desc limit 100", new { id }, cancellationToken: cancellation));
        return TypedResults.Ok(new ArticleFeedback(helped, didNot, [.. lines]));
    }
}
