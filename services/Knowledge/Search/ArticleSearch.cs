using Dapper;
using Npgsql;

namespace Desk.Knowledge.Search;

/// <summary>An article that answers a question, with the place in it that does. Score is comparable only within one answer.</summary>
internal sealed record FoundArticle(Guid Id, string Slug, string Title, string Snippet, double Score, string Language);

/// <summary>The search of record: one statement in PostgreSQL, with what the asker may read inside it.</summary>
internal sealed class ArticleSearch(NpgsqlDataSource database)
{
    // Far below the best there is only noise: runs of letters that happen to be shared.
    private const double LeastOfBest = 0.25;

    /// <param name="asked">The terms of the question, weighed (<see cref="Proposals.ArticleIndex.Weigh"/>).</param>
    /// <param name="agent">Whether the asker may read what is for agents.</param>
    /// <param name="language">Only articles in it; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<IReadOnlyList<FoundArticle>> FindAsync(
        IReadOnlyList<Term> asked, bool agent, string? language, int limit, CancellationToken cancellation)
    {
        if (asked.Count == 0)
            return [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
            with scored as (
                select posting.no, sum(asked.weight * posting.weight) as score
                from unnest(@terms, @weights) as asked(term, weight) join posting on posting.term = asked.term collate "C"
                group by posting.no),
            allowed as (
                select scored.no, score, max(score) over () as best from scored join published on published.no = scored.no
                where (@agent or audience = 'everyone') and (@language::text is null or language = @language)),
            best as (select no, score from allowed where score >= @least * best order by score desc, no limit @limit)
            select article_id as Id, slug, title, plain, language, score::float8 from best join published on published.no = best.no
            order by score desc, best.no
            """,
            new
            {
                terms = asked.Select(term => term.Text).ToArray(),
                weights = asked.Select(term => term.Weight).ToArray(),
                agent,
                language,
                limit,
                least = LeastOfBest,
            }, cancellationToken: cancellation));

        var telling = asked.Select(term => term.Text).ToHashSet();
        return [.. rows.Select(row => new FoundArticle(row.Id, row.Slug, row.Title, Snippet.Of(row.Plain, telling), Math.Round(row.Score, 3), row.Language))];
    }

    private sealed record Row(Guid Id, string Slug, string Title, string Plain, string Language, double Score);
}
