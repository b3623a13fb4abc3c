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

    public async Task<IReadOnlyList<FoundArticle>> FindAsync(
        IReadOnlyList<Term> asked, bool agent, string? language, int limit, CancellationToken cancellation)
    {
        if (asked.Count == 0)
            return [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
            with size as (select count(*)::float8 as articles from published),
            hit as (
                select posting.no, asked.weight * posting.weight as points, count(*) over (partition by posting.term)::float8 as spread
                from unnest(@terms, @weights) as asked(term, weight) join posting on posting.term = asked.term collate "C"),
            scored as (
                select hit.no, sum(points * ln(1 + (articles - spread + 0.5) / (spread + 0.5))) as score
                from hit cross join size group by hit.no),
            allowed as (
                select published.*, score, max(score) over () as best from scored join published on published.no = scored.no
                where (@agent or audience = 'everyone') and (@language::text is null or language = @language))
            select article_id as Id, slug, title, plain, language, score from allowed
            where score >= @least * best order by score desc, no limit @limit
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
