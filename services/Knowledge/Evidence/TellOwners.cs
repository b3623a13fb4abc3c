using Dapper;
using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Evidence;

/// <summary>
/// Tells who answers for an article that it misleads: once, and again only when it was published anew and then misled again. Any number of replicas may run it;
/// one at a time tells.
/// </summary>
internal sealed class TellOwners(NpgsqlDataSource database, Outbox outbox, TimeProvider clock, ILogger<TellOwners> logger) : DueWorker(logger)
{
    private const int MostNamed = 10;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await TellAsync(cancellation);
        return 0;
    }

    internal async Task TellAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await Turn.TakeAsync(transaction, "desk.knowledge.owners", cancellation))
            return;
        var untold = (await connection.QueryAsync<Row>(new CommandDefinition($"""
            select article.id, article.title, article.owner, counted.solved, misled, back.numbers
            from published join article on article.id = published.article_id join ({LiveEvidence.Counted}) counted on counted.article_id = article.id
            cross join lateral (
                select string_agg(number, ' ' order by misled_at desc) as numbers, max(misled_at) as latest
                from proposal join ticket on ticket.id = ticket_id where proposal.article_id = article.id and misled_at is not null and registered_at > @since) back
            left join misleading_told told on told.article_id = article.id
            where misled > 0 and article.owner is not null and (told_at is null or (published_at > told_at and back.latest > published_at))
            """, new { since = now.AddYears(-1) }, transaction, cancellationToken: cancellation)))
            .Where(row => new ArticleEvidence(0, 0, 0, row.Solved, row.Misled, 0).Misleads).ToList();
        foreach (var article in untold)
        {
            await outbox.SayAsync(transaction, article.Id, new ArticleMisleads(
                Guid.CreateVersion7(), article.Id, article.Title, article.Owner, article.Solved, article.Misled, [.. article.Numbers.Split(' ').Take(MostNamed)], now), cancellation);
        }
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into misleading_told (article_id, told_at) select unnest(@ids), @now on conflict (article_id) do update set told_at = excluded.told_at
            """, new { ids = untold.Select(article => article.Id).ToArray(), now }, transaction, cancellationToken: cancellation));
        await transaction.CommitAsync(cancellation);
    }

    private sealed record Row(Guid Id, string Title, string Owner, int Solved, int Misled, string Numbers);
}
