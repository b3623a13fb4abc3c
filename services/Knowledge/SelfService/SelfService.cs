using Dapper;
using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.SelfService;

/// <summary>
/// What became of an article that somebody read by themselves, by id or slug. Outcome: <c>read</c>; <c>solved</c>, they said that it solved it;
/// <c>left</c>, they began to write to the desk, read it and went without sending; <c>asked</c>, they read it and sent all the same.
/// </summary>
internal sealed record CountVisitRequest(string? Article, string? Outcome);

/// <summary>What a minute of the desk costs, how many minutes a contact takes, and in which currency.</summary>
internal sealed record Worth(decimal MinuteCost, int ContactMinutes, string Currency);

/// <summary>An article's outcomes in the time looked at.</summary>
internal sealed record SelfServiceLine(Guid ArticleId, string Title, string Slug, string Language, int Read, int Solved, int Left, int Asked);

/// <summary>
/// What requesters solved by themselves. Saved: what the contacts that were solved would have cost; AtMost: if those that were left after reading had
/// been solved, too.
/// </summary>
internal sealed record SelfServiceAnswer(
    int Days, int Read, int Solved, int Left, int Asked, Worth Worth, decimal Saved, decimal AtMost, IReadOnlyList<SelfServiceLine> Items);

internal static class SelfServiceEndpoints
{
    private const int MostDays = 366;

    public static void MapCountVisit(this IEndpointRouteBuilder group) => group.MapPost("/visits", CountAsync)
        .WithName("CountVisit").WithSummary("Counts what became of an article that somebody read in the portal. What agents read is not counted; nor is who.");

    public static void MapSelfService(this IEndpointRouteBuilder group) => group.MapGet("/self-service", ReadAsync)
        .WithName("ReadSelfService").WithSummary("What requesters solved by themselves, article by article, and what it saved: the last 30 days, or as many as days says.");

    public static void MapWorth(this IEndpointRouteBuilder group) => group.MapPut("/self-service/worth", SetAsync)
        .WithName("SetWorth").WithSummary("What a minute of the desk costs, and how many a contact takes.");

    private static async Task<Results<NoContent, ProblemHttpResult>> CountAsync(
        NpgsqlDataSource database, ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, CountVisitRequest request, CancellationToken cancellation)
    {
        if (request.Outcome is not ("read" or "solved" or "left" or "asked"))
            return Problems.Invalid("visit.outcome", "The outcomes are read, solved, left and asked.");
        if (await articles.FindPublishedAsync(request.Article ?? "", membership.Of(caller), cancellation) is not { } article)
            return Problems.NotFound("article.unknown", "There is no such article.");
        if (caller.IsAgent)
            return TypedResults.NoContent();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into self_service as s (day, article_id, outcome, times) values (@day, @article, @outcome, 1)
            on conflict (day, article_id, outcome) do update set times = s.times + 1
            """, new { day = clock.GetUtcNow().UtcDateTime.Date, article = article.Id, outcome = request.Outcome }, cancellationToken: cancellation));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SelfServiceAnswer>> ReadAsync(NpgsqlDataSource database, TimeProvider clock, int? days, CancellationToken cancellation)
    {
        var span = Math.Clamp(days ?? 30, 1, MostDays);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var worth = await connection.QuerySingleAsync<Worth>(new CommandDefinition(
            "select minute_cost as MinuteCost, contact_minutes as ContactMinutes, currency from desk_worth", cancellationToken: cancellation));
        var lines = (await connection.QueryAsync<SelfServiceLine>(new CommandDefinition("""
            select article.id as ArticleId, article.title, article.slug, article.language,
                   coalesce(sum(times) filter (where outcome = 'read'), 0)::int as Read, coalesce(sum(times) filter (where outcome = 'solved'), 0)::int as Solved,
                   coalesce(sum(times) filter (where outcome = 'left'), 0)::int as "Left", coalesce(sum(times) filter (where outcome = 'asked'), 0)::int as Asked
            from self_service join article on article.id = self_service.article_id
            where day > @from group by article.id order by Solved desc, "Left" desc, Read desc, article.title limit 200
            """, new { from = clock.GetUtcNow().AddDays(-span).UtcDateTime.Date }, cancellationToken: cancellation))).ToList();
        return TypedResults.Ok(Sum(span, worth, lines));
    }

    /// <summary>What was said to be solved is saved; what was left may have been.</summary>
    internal static SelfServiceAnswer Sum(int days, Worth worth, IReadOnlyList<SelfServiceLine> lines)
    {
        var (solved, left) = (lines.Sum(line => line.Solved), lines.Sum(line => line.Left));
        var each = worth.MinuteCost * worth.ContactMinutes;
        return new SelfServiceAnswer(days, lines.Sum(line => line.Read), solved, left, lines.Sum(line => line.Asked), worth, solved * each, (solved + left) * each, lines);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(NpgsqlDataSource database, Worth worth, CancellationToken cancellation)
    {
        if (worth is not { MinuteCost: >= 0 and <= 10_000, ContactMinutes: >= 1 and <= 480, Currency: { Length: 3 } })
            return Problems.Invalid("worth.invalid", Phrase.Of("En minut kostar 0 till 10 000, en kontakt tar 1 till 480 minuter, och en valuta har tre bokstäver.", "A minute costs 0 to 10,000, a contact takes 1 to 480 minutes, and a currency has three letters."));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            "update desk_worth set minute_cost = @MinuteCost, contact_minutes = @ContactMinutes, currency = @Currency", worth, cancellationToken: cancellation));
        return TypedResults.NoContent();
    }
}
