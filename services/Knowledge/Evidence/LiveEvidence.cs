using System.Collections.Frozen;
using Dapper;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Evidence;

/// <summary>The evidence of all published articles, counted over the last year and anew every minute. An article that is not known is as good as any.</summary>
internal sealed class LiveEvidence(NpgsqlDataSource database, TimeProvider clock, ILogger<LiveEvidence> logger) : DueWorker(logger)
{
    private volatile FrozenDictionary<Guid, double> _factors = FrozenDictionary<Guid, double>.Empty;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(1);

    /// <summary>What an article's score by text is multiplied by.</summary>
    public double Factor(Guid article) => _factors.GetValueOrDefault(article, 1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await RefreshAsync(cancellation);
        return 0;
    }

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
            select article_id as Article, published_at as PublishedAt, {Columns}
            from published left join ({Counted}) counted using (article_id)
            """, new { since = now.AddYears(-1) }, cancellationToken: cancellation));
        _factors = rows.ToFrozenDictionary(row => row.Article, row => row.Evidence.Factor(now - row.PublishedAt));
    }

    /// <summary>What is counted of each article since a time, as SQL: the same words wherever it is counted.</summary>
    public const string Counted = """
        select proposal.article_id, count(shown_at)::int as shown, count(opened_at)::int as opened, count(used_at)::int as used,
               (count(*) filter (where proposal.solved_at is not null and misled_at is null))::int as solved, count(misled_at)::int as misled,
               (count(*) filter (where shown_at is not null and used_at is null and ticket.solved_at is not null))::int as passed_over
        from proposal join ticket on ticket.id = proposal.ticket_id
        where ticket.registered_at > @since group by proposal.article_id
        """;

    public const string Columns = """
        coalesce(shown, 0) as Shown, coalesce(opened, 0) as Opened, coalesce(used, 0) as Used, coalesce(counted.solved, 0) as Solved,
        coalesce(misled, 0) as Misled, coalesce(passed_over, 0) as PassedOver
        """;

    private sealed record Row(Guid Article, DateTimeOffset PublishedAt, int Shown, int Opened, int Used, int Solved, int Misled, int PassedOver)
    {
        public ArticleEvidence Evidence => new(Shown, Opened, Used, Solved, Misled, PassedOver);
    }
}
