using Dapper;
using Desk.Contracts;
using Desk.Knowledge.Guides;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>A published article as readers get it.</summary>
internal sealed record PublishedArticle(
    Guid Id, string Slug, int Version, string Title, string Html, string Language, string Audience, string? Category, DateTimeOffset PublishedAt, string Body);

/// <summary>A line in a list of articles.</summary>
internal sealed record ArticleLine(
    Guid Id, string Slug, int Version, string Title, string Language, string Audience, string? Category, string State, DateTimeOffset UpdatedAt,
    string? Owner, DateTimeOffset? PublishAt, DateTimeOffset? ReviewAt, DateTimeOffset? ExpiresAt, int? Helped, int? DidNot, int? Used, bool? Behind = null);

/// <summary>The SQL of articles, their versions, and what is published of them.</summary>
internal sealed class ArticleStore(NpgsqlDataSource database, Outbox outbox)
{
    /// <summary>Says, within the desk's knowledge processes, that something was published or withdrawn.</summary>
    public const string PublishedChannel = "knowledge_published";

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation) => database.OpenConnectionAsync(cancellation).AsTask();

    /// <summary>Locks the article, so that a change builds on what it read.</summary>
    public static async Task<Article?> LockAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellation)
        => (await transaction.Connection!.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{SelectArticle} where id = @id for update", new { id }, transaction, cancellationToken: cancellation)))?.Article;

    /// <summary>Locks the article that has, or had, an address.</summary>
    public static async Task<Article?> LockBySlugAsync(NpgsqlTransaction transaction, string slug, CancellationToken cancellation)
        => (await transaction.Connection!.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{SelectArticle} where slug = @slug or id = (select article_id from article_slug where slug = @slug) for update", new { slug }, transaction, cancellationToken: cancellation)))?.Article;

    /// <summary>All that the reader may read, in its newest text, originals first.</summary>
    public async Task<IReadOnlyList<Article>> AllAsync(Readership readership, string? state, string? language, string? category, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition($"""
            {SelectArticle}
            where {Readership.Allowed} and (@state::text is null or state = lower(@state)) and (@language::text is null or language = @language)
              and (@category::text is null or category = @category)
            order by translates is not null, slug
            """, readership.In(new { state, language, category }), cancellationToken: cancellation))).Select(row => row.Article)];
    }

    public async Task<Article?> FindAsync(string idOrSlug, Readership readership, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"""
            {SelectArticle}
            where (slug = @idOrSlug or id = @id or id = (select article_id from article_slug where slug = @idOrSlug)) and {Readership.Allowed}
            limit 1
            """, readership.In(new { idOrSlug, id = AsId(idOrSlug) }), cancellationToken: cancellation)))?.Article;
    }

    public async Task<PublishedArticle?> FindPublishedAsync(string idOrSlug, Readership readership, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<PublishedArticle>(new CommandDefinition($"""
            select article_id as Id, slug, version, title, html, language, audience, category, published_at as PublishedAt,
                   (select body from article_version where article_version.article_id = published.article_id and article_version.version = published.version) as Body
            from published
            where (slug = @idOrSlug or article_id = @id or article_id = (select article_id from article_slug where slug = @idOrSlug))
              and {Readership.Allowed}
            limit 1
            """, readership.In(new { idOrSlug, id = AsId(idOrSlug) }), cancellationToken: cancellation));
    }

    /// <summary>What readers may read, by slug.</summary>
    public async Task<IReadOnlyList<ArticleLine>> ListPublishedAsync(
        Readership readership, string? language, string? prefer, string? category, string? after, int limit, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. await connection.QueryAsync<ArticleLine>(new CommandDefinition($"""
            select article_id as Id, slug, version, title, language, audience, category, 'published' as State, published_at as UpdatedAt,
                   null::text as Owner, null::timestamptz as PublishAt, null::timestamptz as ReviewAt, null::timestamptz as ExpiresAt,
                   null::int as Helped, null::int as DidNot, null::int as Used, null::boolean as Behind
            from published
            where {Readership.Allowed} and (@language::text is null or language = @language)
              and (@category::text is null or category = @category) and (@after::text is null or slug > @after) and {Translations.Preferred}
            order by slug limit @limit
            """, readership.In(new { language, prefer, category, after, limit }), cancellationToken: cancellation))];
    }

    /// <summary>What writers work on, by slug. State <c>due</c>: published, and to be read again by now.</summary>
    public async Task<IReadOnlyList<ArticleLine>> ListAsync(
        Readership readership, string? state, string? language, string? category, string? after, int limit, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. await connection.QueryAsync<ArticleLine>(new CommandDefinition($"""
            select id, slug, version, title, language, audience, category, state, updated_at as UpdatedAt, owner, publish_at as PublishAt,
                   review_at as ReviewAt, expires_at as ExpiresAt, said.helped, said.did_not as DidNot, said.used, behind.is_behind as Behind
            from article, lateral (
                select (select count(*)::int from feedback where article_id = article.id and helped) as helped,
                       (select count(*)::int from feedback where article_id = article.id and not helped) as did_not,
                       (select count(*)::int from proposal where article_id = article.id and used_at is not null) as used) said,
            lateral (select exists (select from article as original where original.id = article.translates and original.version > article.translates_version) as is_behind) behind
            where {Readership.Allowed} and (@state::text is null or state = @state or (@state = 'due' and state = 'published' and review_at <= @now)
                or (@state = 'behind' and behind.is_behind)) and (@language::text is null or language = @language)
              and (@category::text is null or category = @category) and (@after::text is null or slug > @after)
            order by slug limit @limit
            """, readership.In(new { state, language, category, after, limit, now }), cancellationToken: cancellation))];
    }

    public async Task<IReadOnlyList<Article>> VersionsAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition("""
            select v.article_id as Id, a.slug, v.version, v.state, v.title, v.body, v.language, v.audience, v.category,
                   a.created_at as CreatedAt, v.at as UpdatedAt, v.by as UpdatedBy, a.updated_by_id as UpdatedById,
                   a.owner, a.publish_at as PublishAt, a.review_at as ReviewAt, a.expires_at as ExpiresAt, a.translates, a.translates_version as TranslatesVersion
            from article_version v join article a on a.id = v.article_id
            where v.article_id = @id order by v.version desc
            """, new { id }, cancellationToken: cancellation))).Select(row => row.Article)];
    }

    /// <summary>A slug that no article has: the wanted one, or the first free with a number after it.</summary>
    /// <remarks>Two that want the same at once: the unique key lets the first one through; ask again for the other.</remarks>
    public static async Task<string> FreeSlugAsync(NpgsqlTransaction transaction, string wanted, CancellationToken cancellation)
    {
        var taken = (await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
            """
            select slug from (select slug from article union all select slug from article_slug) as slugs
            where slug = @wanted or slug ~ ('^' || @wanted || '-[0-9]+$')
            """, new { wanted }, transaction,
            cancellationToken: cancellation))).ToHashSet();
        return taken.Contains(wanted) ? Enumerable.Range(2, taken.Count + 1).Select(n => $"{wanted}-{n}").First(slug => !taken.Contains(slug)) : wanted;
    }

    /// <summary>Stores a new version, and publishes, withdraws or leaves alone what readers see, in one round trip.</summary>
    public async Task SaveAsync(NpgsqlTransaction transaction, Article article, CancellationToken cancellation)
    {
        var text = article.Text;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(Command("""
            with kept as (
                insert into article (id, slug, version, state, title, body, language, audience, category, created_at, updated_at, updated_by,
                                     updated_by_id, owner, publish_at, review_at, expires_at, translates, translates_version)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                on conflict (id) do update set slug = $2, version = $3, state = $4, title = $5, body = $6, audience = $8, category = $9, updated_at = $11,
                    updated_by = $12, updated_by_id = $13, owner = $14, publish_at = $15, review_at = $16, expires_at = $17, translates = $18, translates_version = $19)
            insert into article_version (article_id, version, state, title, body, language, audience, category, at, by)
            select $1, $3, $4, $5, $6, $7, $8, $9, $11, $12
            """,
            article.Id, article.Slug, article.Version, Word(text.State), text.Title, text.Body, text.Language, text.Audience.Word,
            OrNull(text.Category), article.CreatedAt, article.UpdatedAt, article.UpdatedBy, article.UpdatedById, OrNull(article.Plan.Owner),
            OrNull(article.Plan.PublishAt), OrNull(article.Plan.ReviewAt), OrNull(article.Plan.ExpiresAt), OrNull(article.Translates?.Original),
            OrNull(article.Translates?.Version)));

        if (text.State is ArticleState.Published or ArticleState.Expired or ArticleState.Withdrawn)
        {
            batch.BatchCommands.Add(Command("delete from published where article_id = $1", article.Id));
            batch.BatchCommands.Add(Command("delete from links_due where article_id = $1", article.Id));
            batch.BatchCommands.Add(Command($"select pg_notify('{PublishedChannel}', '')"));
        }
        if (text.State == ArticleState.Published)
        {
            var plain = Markup.ToPlain(text.Body);
            batch.BatchCommands.Add(Command("insert into links_due (article_id, due_at) values ($1, $2)", article.Id, article.UpdatedAt));
            batch.BatchCommands.Insert(2, Command("""
                insert into published (article_id, slug, version, title, html, plain, language, audience, category, published_at, translates, is_guide)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                article.Id, article.Slug, article.Version, text.Title, Markup.ToHtml(text.Body, article.Id), plain, text.Language, text.Audience.Word,
                OrNull(text.Category), article.UpdatedAt, OrNull(article.Translates?.Original), Guide.Parse(text.Body) is not null));
            batch.BatchCommands.Add(outbox.Say(article.Id, new ArticlePublished(
                article.Id, article.Slug, text.Title, text.Language, article.Version, text.Audience.Word, article.UpdatedAt)));
        }
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public static Task LockSeedingAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
        => transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(hashtextextended('desk.knowledge.seed', 0))", transaction: transaction, cancellationToken: cancellation));

    public static async Task<bool> IsEmptyAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
        => !await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from article)", transaction: transaction, cancellationToken: cancellation));

    /// <summary>An article whose time has come, locked; null when there is none. Others look at another one meanwhile.</summary>
    public static async Task<Article?> LockDueAsync(NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellation)
        => (await transaction.Connection!.QueryFirstOrDefaultAsync<Row>(new CommandDefinition($"""
            {SelectArticle}
            where (state = 'scheduled' and publish_at <= @now)
               or (expires_at <= @now and exists (select from published where article_id = article.id))
            limit 1 for update skip locked
            """, new { now }, transaction, cancellationToken: cancellation)))?.Article;

    /// <summary>Gives the article another address; the one it had goes on to it. False when another article has, or had, the wanted one.</summary>
    public static async Task<bool> MoveAsync(NpgsqlTransaction transaction, Article article, string slug, CancellationToken cancellation)
        => await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition("""
            with free as (
                select where not exists (select from article where slug = @slug)
                    and not exists (select from article_slug where slug = @slug and article_id <> @id)),
            back as (delete from article_slug where slug = @slug and article_id = @id),
            kept as (insert into article_slug (slug, article_id) select @was, @id from free on conflict do nothing)
            select exists (select from free)
            """, new { slug, id = article.Id, was = article.Slug }, transaction, cancellationToken: cancellation));

    private static Guid? AsId(string idOrSlug) => Guid.TryParse(idOrSlug, out var id) ? id : null;

    private static object OrNull(object? value) => value ?? DBNull.Value;

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string Word(ArticleState state) => state switch
    {
        ArticleState.Draft => "draft",
        ArticleState.Review => "review",
        ArticleState.Scheduled => "scheduled",
        ArticleState.Published => "published",
        ArticleState.Expired => "expired",
        ArticleState.Withdrawn => "withdrawn",
    };

    private const string SelectArticle = """
        select id, slug, version, state, title, body, language, audience, category,
               created_at as CreatedAt, updated_at as UpdatedAt, updated_by as UpdatedBy, updated_by_id as UpdatedById,
               owner, publish_at as PublishAt, review_at as ReviewAt, expires_at as ExpiresAt, translates, translates_version as TranslatesVersion
        from article
        """;

    private sealed record Row(
        Guid Id, string Slug, int Version, string State, string Title, string Body, string Language, string Audience, string? Category,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string UpdatedBy, Guid UpdatedById,
        string? Owner, DateTimeOffset? PublishAt, DateTimeOffset? ReviewAt, DateTimeOffset? ExpiresAt, Guid? Translates, int? TranslatesVersion)
    {
        public Article Article => new(
            Id, Slug, Version,
            new ArticleText(Title, Body, Language, Articles.Audience.Parse(Audience), Category, Enum.Parse<ArticleState>(State, ignoreCase: true)),
            new ArticlePlan(Owner, PublishAt, ReviewAt, ExpiresAt), CreatedAt, UpdatedAt, UpdatedBy, UpdatedById,
            Translates is { } original ? new TranslationOf(original, TranslatesVersion ?? 0) : null);
    }
}
