using Dapper;
using Desk.Knowledge.Articles;
using Desk.Knowledge.Evidence;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.Gaps;

/// <summary>
/// Something asked for that no article answers. Tickets: solved without an article, in the last 90 days. Searches: that found nothing. MedianMinutes: from
/// registration to solution, at most a working day of eight hours each. SavesMinutes: tickets times that, and searches times what a contact takes; gaps
/// are ranked by it. State: <c>open</c>, <c>owned</c> (somebody is to write), <c>written</c> (an article that nobody can read yet), <c>answered</c> (it is
/// published) or <c>dismissed</c>. Uses and solved: what became of that article since.
/// </summary>
internal sealed record GapLine(
    Guid Id, string Title, string Words, string Language, string? Category, int Tickets, int Searches, double? MedianMinutes, double SavesMinutes, string? Owner,
    Guid? ArticleId, string? ArticleTitle, string State, int Uses, int Solved, string? Example, DateTimeOffset FoundAt);

/// <summary>A question that found nothing, and belongs to no gap.</summary>
internal sealed record FailedSearch(string Key, string Words, string Language, int Times, DateTimeOffset LastAt);

/// <summary>An article that was used, and the ticket came back, too often. Tickets: which, the newest first.</summary>
internal sealed record MisleadingArticle(Guid ArticleId, string Title, string Language, string? Owner, int Used, int Solved, int Misled, IReadOnlyList<string> Tickets);

/// <summary>What the base lacks, most to save first; questions in no gap, the most asked first; and articles that mislead.</summary>
internal sealed record GapsAnswer(IReadOnlyList<GapLine> Items, IReadOnlyList<FailedSearch> Searches, IReadOnlyList<MisleadingArticle> Misleading);

/// <summary>What is decided of a gap. Owner: the e-mail of who is to write. ArticleId: the article that answers it. What is left out stays.</summary>
internal sealed record DecideGapRequest(string? Owner, Guid? ArticleId, bool? Dismissed);

/// <summary>A failed search, by its key, that is to be a gap.</summary>
internal sealed record MakeGapRequest(string? Search, string? Owner);

internal static class GapEndpoints
{
    public static void MapGaps(this IEndpointRouteBuilder group)
    {
        group.MapGet("/gaps", ListAsync).WithName("ListGaps")
            .WithSummary("What is asked for and no article answers, by the time an article would save; searches that found nothing; articles that mislead.");
        group.MapPost("/gaps", MakeAsync).WithName("MakeGap").WithSummary("Makes a gap of a search that found nothing.");
        group.MapPut("/gaps/{id:guid}", DecideAsync).WithName("DecideGap").WithSummary("Gives a gap an owner or the article that answers it, or dismisses it.");
    }

    private static async Task<Ok<GapsAnswer>> ListAsync(NpgsqlDataSource database, TimeProvider clock, bool? all, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var since = clock.GetUtcNow().AddDays(-90);
        var gaps = await connection.QueryAsync<GapLine>(new CommandDefinition("""
            select gap.id, gap.title, gap.words, gap.language, gap.category, asked.tickets, searched.searches, asked.median as MedianMinutes,
                   (asked.tickets * coalesce(asked.median, 0) + searched.searches * worth.contact_minutes)::float8 as SavesMinutes, gap.owner,
                   gap.article_id as ArticleId, article.title as ArticleTitle,
                   case when gap.dismissed then 'dismissed' when published.article_id is not null then 'answered' when gap.article_id is not null then 'written'
                        when gap.owner is not null then 'owned' else 'open' end as State,
                   used.uses, used.solved, asked.example, gap.found_at as FoundAt
            from gap
            cross join (select contact_minutes from desk_worth) worth
            left join article on article.id = gap.article_id
            left join published on published.article_id = gap.article_id
            cross join lateral (
                select count(*)::int as tickets, percentile_cont(0.5) within group (order by least(extract(epoch from solved_at - registered_at) / 60, 480)) as median,
                       max(number) as example
                from gap_ticket join ticket on ticket.id = gap_ticket.ticket_id where gap_id = gap.id and solved_at > @since) asked
            cross join lateral (select coalesce(sum(times), 0)::int as searches from failed_search where gap_id = gap.id) searched
            cross join lateral (
                select count(used_at)::int as uses, count(proposal.solved_at)::int as solved from proposal where article_id = gap.article_id) used
            where @all or not gap.dismissed
            order by SavesMinutes desc, gap.found_at limit 200
            """, new { since, all = all ?? false }, cancellationToken: cancellation));
        var searches = await connection.QueryAsync<FailedSearch>(new CommandDefinition(
            "select key, words, language, times, last_at as LastAt from failed_search where gap_id is null and last_at > @since order by times desc, last_at desc limit 30",
            new { since }, cancellationToken: cancellation));
        var misleading = await connection.QueryAsync<(Guid Id, string Title, string Language, string? Owner, int Used, int Solved, int Misled, string Tickets)>(new CommandDefinition($"""
            select article.id, article.title, article.language, article.owner, used, counted.solved, misled,
                   (select string_agg(number, ' ' order by misled_at desc) from proposal join ticket on ticket.id = ticket_id where proposal.article_id = article.id and misled_at is not null)
            from published join article on article.id = published.article_id join ({LiveEvidence.Counted}) counted on counted.article_id = article.id
            where misled > 0 order by misled desc
            """, new { since = clock.GetUtcNow().AddYears(-1) }, cancellationToken: cancellation));
        return TypedResults.Ok(new GapsAnswer(
            [.. gaps], [.. searches],
            [.. misleading.Where(row => new ArticleEvidence(0, 0, row.Used, row.Solved, row.Misled, 0).Misleads)
                .Select(row => new MisleadingArticle(row.Id, row.Title, row.Language, row.Owner, row.Used, row.Solved, row.Misled, [.. row.Tickets.Split(' ').Take(5)]))]));
    }

    private static async Task<Results<Created, ProblemHttpResult>> MakeAsync(
        NpgsqlDataSource database, TimeProvider clock, MakeGapRequest request, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var id = Guid.CreateVersion7(now);
        return await connection.ExecuteAsync(new CommandDefinition("""
            with made as (
                insert into gap (id, title, words, language, owner, found_at)
                select @id, words, words, language, @owner, @now from failed_search where key = @key and gap_id is null returning id)
            update failed_search set gap_id = @id where key = @key and exists (select from made)
            """, new { id, key = request.Search ?? "", owner = OrNull(request.Owner), now }, cancellationToken: cancellation)) == 0
            ? Problems.NotFound("search.unknown", "There is no such failed search, or it belongs to a gap.")
            : TypedResults.Created($"/api/v1/knowledge/gaps/{id}");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DecideAsync(
        NpgsqlDataSource database, ArticleStore articles, Membership membership, Caller caller, Guid id, DecideGapRequest request, CancellationToken cancellation)
    {
        if (request.Owner is { Length: > 200 })
            return Problems.Invalid("gap.owner", Phrase.Of("En ägare har högst 200 tecken.", "An owner has at most 200 characters."));
        if (request.ArticleId is { } article && await articles.FindAsync(article.ToString(), membership.Of(caller), cancellation) is null)
            return Problems.NotFound("article.unknown", "There is no such article.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteAsync(new CommandDefinition("""
            update gap set owner = case when @owner::text is null then owner else nullif(@owner, '') end, article_id = coalesce(@articleId, article_id),
                           dismissed = coalesce(@dismissed, dismissed) where id = @id
            """, new { id, request.Owner, request.ArticleId, request.Dismissed }, cancellationToken: cancellation)) == 0
            ? Problems.NotFound("gap.unknown", "There is no such gap.")
            : TypedResults.NoContent();
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
