using Dapper;
using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Articles.Links;

/// <summary>A published article whose links are looked at.</summary>
internal sealed record LinkingArticle(Guid Id, string Slug, string Title, string Language, string Audience, string Body, string? Owner);

/// <summary>A link that does not lead where its readers can go, and why: <c>missing</c>, <c>unreadable</c>, <c>gone</c>, <c>away</c> or <c>refused</c>.</summary>
internal sealed record BrokenLinkLine(Guid ArticleId, string Slug, string Title, string Language, string? Owner, string Url, string Reason, DateTimeOffset Since, DateTimeOffset CheckedAt);

/// <summary>The SQL of links and what became of them.</summary>
internal sealed class LinkStore(NpgsqlDataSource database, Outbox outbox)
{
    // What does not answer once may answer tomorrow.
    private const int FailuresOfAway = 3;

    /// <summary>Takes an article whose links are due, and sets when they are next: others take another. Null when none is.</summary>
    public async Task<LinkingArticle?> TakeAsync(DateTimeOffset now, DateTimeOffset next, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryFirstOrDefaultAsync<LinkingArticle>(new CommandDefinition("""
            with taken as (
                update links_due set due_at = @next
                where article_id = (select article_id from links_due where due_at <= @now order by due_at limit 1 for update skip locked)
                returning article_id)
            select published.article_id as Id, published.slug, published.title, published.language, published.audience, version.body, article.owner
            from taken join published using (article_id) join article on article.id = published.article_id
            join article_version as version on version.article_id = published.article_id and version.version = published.version
            """, new { now, next }, cancellationToken: cancellation));
    }

    /// <summary>The audiences of the articles that are read at these addresses, or at those they had.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AudiencesAsync(IReadOnlyList<string> slugs, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync<(string Slug, string Audience)>(new CommandDefinition("""
            select slug, audience from published where slug = any(@slugs)
            union all
            select old.slug, published.audience from article_slug as old join published using (article_id) where old.slug = any(@slugs)
            """, new { slugs = slugs.ToArray() }, cancellationToken: cancellation))).DistinctBy(row => row.Slug).ToDictionary(row => row.Slug, row => row.Audience);
    }

    /// <summary>Keeps what was found, forgets what is well again, and says what its owner is not told of yet.</summary>
    public async Task KeepAsync(LinkingArticle article, IReadOnlyDictionary<string, string> broken, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var untold = (await connection.QueryAsync<(string Url, string Reason)>(new CommandDefinition("""
            delete from broken_link where article_id = @id and url <> all(@urls);
            insert into broken_link (article_id, url, reason, failures, since, checked_at)
            select @id, url, reason, 1, @now, @now from unnest(@urls, @reasons) as found(url, reason)
            on conflict (article_id, url) do update set reason = excluded.reason, failures = broken_link.failures + 1, checked_at = excluded.checked_at;
            update broken_link set told_at = @now
            where article_id = @id and told_at is null and (reason <> 'away' or failures >= @most) and exists (select from published where article_id = @id)
            returning url, reason;
            """, new { id = article.Id, urls = broken.Keys.ToArray(), reasons = broken.Values.ToArray(), now, most = FailuresOfAway }, transaction, cancellationToken: cancellation))).ToList();
        if (untold.Count > 0 && article.Owner is { } owner)
        {
            await outbox.SayAsync(transaction, article.Id, new BrokenLinksFound(
                Guid.CreateVersion7(), article.Id, article.Slug, article.Title, owner, [.. untold.Select(link => new BrokenLink(link.Url, link.Reason))], now), cancellation);
        }
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What is broken in the articles that the reader may read, of one article or all.</summary>
    public async Task<IReadOnlyList<BrokenLinkLine>> ListAsync(Readership readership, Guid? article, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<BrokenLinkLine>(new CommandDefinition($"""
            select article_id as ArticleId, slug, title, language, owner, url, reason, since, checked_at as CheckedAt
            from broken_link join (select id as article_id, owner from article where {Readership.Allowed}) as own using (article_id)
            join (select article_id, slug, title, language from published where {Readership.Allowed}) as shown using (article_id)
            where (reason <> 'away' or failures >= @most) and (@article::uuid is null or article_id = @article)
            order by since, slug, url limit 500
            """, readership.In(new { article, most = FailuresOfAway }), cancellationToken: cancellation))];
    }
}
