using Dapper;
using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>A published article as readers get it.</summary>
internal sealed record PublishedArticle(
    Guid Id, string Slug, int Version, string Title, string Html, string Language, string Audience, string? Category, DateTimeOffset PublishedAt);

/// <summary>A line in a list of articles.</summary>
internal sealed record ArticleLine(
    Guid Id, string Slug, int Version, string Title, string Language, string Audience, string? Category, string State, DateTimeOffset UpdatedAt);

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

    public async Task<Article?> FindAsync(string idOrSlug, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{SelectArticle} where slug = @idOrSlug or id = @id", new { idOrSlug, id = AsId(idOrSlug) }, cancellationToken: cancellation)))?.Article;
    }

    public async Task<PublishedArticle?> FindPublishedAsync(string idOrSlug, bool agent, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<PublishedArticle>(new CommandDefinition("""
            select article_id as Id, slug, version, title, html, language, audience, category, published_at as PublishedAt
            from published where (slug = @idOrSlug or article_id = @id) and (@agent or audience = 'everyone')
            """, new { idOrSlug, id = AsId(idOrSlug), agent }, cancellationToken: cancellation));
    }

    /// <summary>What readers may read, by slug.</summary>
    public async Task<IReadOnlyList<ArticleLine>> ListPublishedAsync(
        bool agent, string? language, string? category, string? after, int limit, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. await connection.QueryAsync<ArticleLine>(new CommandDefinition("""
            select article_id as Id, slug, version, title, language, audience, category, 'published' as State, published_at as UpdatedAt
            from published
            where (@agent or audience = 'everyone') and (@language::text is null or language = @language)
              and (@category::text is null or category = @category) and (@after::text is null or slug > @after)
            order by slug limit @limit
            """, new { agent, language, category, after, limit }, cancellationToken: cancellation))];
    }

    /// <summary>What writers work on, by slug.</summary>
    public async Task<IReadOnlyList<ArticleLine>> ListAsync(
        string? state, string? language, string? category, string? after, int limit, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. await connection.QueryAsync<ArticleLine>(new CommandDefinition("""
            select id, slug, version, title, language, audience, category, state, updated_at as UpdatedAt
            from article
            where (@state::text is null or state = @state) and (@language::text is null or language = @language)
              and (@category::text is null or category = @category) and (@after::text is null or slug > @after)
            order by slug limit @limit
            """, new { state, language, category, after, limit }, cancellationToken: cancellation))];
    }

    public async Task<IReadOnlyList<Article>> VersionsAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition("""
            select v.article_id as Id, a.slug, v.version, v.state, v.title, v.body, v.language, v.audience, v.category,
                   a.created_at as CreatedAt, v.at as UpdatedAt, v.by as UpdatedBy
            from article_version v join article a on a.id = v.article_id
            where v.article_id = @id order by v.version desc
            """, new { id }, cancellationToken: cancellation))).Select(row => row.Article)];
    }

    /// <summary>A slug that no article has: the wanted one, or the first free with a number after it.</summary>
    /// <remarks>Two that want the same at once: the unique key lets the first one through; ask again for the other.</remarks>
    public static async Task<string> FreeSlugAsync(NpgsqlTransaction transaction, string wanted, CancellationToken cancellation)
    {
        var taken = (await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
            "select slug from article where slug = @wanted or slug ~ ('^' || @wanted || '-[0-9]+$')", new { wanted }, transaction,
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
                insert into article (id, slug, version, state, title, body, language, audience, category, created_at, updated_at, updated_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                on conflict (id) do update set version = $3, state = $4, title = $5, body = $6, audience = $8, category = $9, updated_at = $11, updated_by = $12)
            insert into article_version (article_id, version, state, title, body, language, audience, category, at, by)
            select $1, $3, $4, $5, $6, $7, $8, $9, $11, $12
            """,
            article.Id, article.Slug, article.Version, Word(text.State), text.Title, text.Body, text.Language, Word(text.Audience),
            (object?)text.Category ?? DBNull.Value, article.CreatedAt, article.UpdatedAt, article.UpdatedBy));

        if (text.State != ArticleState.Draft)
        {
            batch.BatchCommands.Add(Command("delete from published where article_id = $1", article.Id));
            batch.BatchCommands.Add(Command($"select pg_notify('{PublishedChannel}', '')"));
        }
        if (text.State == ArticleState.Published)
        {
            var plain = Markup.ToPlain(text.Body);
            batch.BatchCommands.Insert(2, Command("""
                insert into published (article_id, slug, version, title, html, plain, language, audience, category, published_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                article.Id, article.Slug, article.Version, text.Title, Markup.ToHtml(text.Body), plain, text.Language, Word(text.Audience),
                (object?)text.Category ?? DBNull.Value, article.UpdatedAt));
            batch.BatchCommands.Add(outbox.Say(article.Id, new ArticlePublished(
                article.Id, article.Slug, text.Title, text.Language, article.Version, Word(text.Audience), article.UpdatedAt)));
        }
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public static Task LockSeedingAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
        => transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(hashtextextended('desk.knowledge.seed', 0))", transaction: transaction, cancellationToken: cancellation));

    public static async Task<bool> IsEmptyAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
        => !await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from article)", transaction: transaction, cancellationToken: cancellation));

    private static Guid? AsId(string idOrSlug) => Guid.TryParse(idOrSlug, out var id) ? id : null;

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
        ArticleState.Published => "published",
        ArticleState.Withdrawn => "withdrawn",
    };

    private static string Word(Audience audience) => audience switch
    {
        Audience.Everyone => "everyone",
        Audience.Agents => "agents",
    };

    private const string SelectArticle = """
        select id, slug, version, state, title, body, language, audience, category,
               created_at as CreatedAt, updated_at as UpdatedAt, updated_by as UpdatedBy
        from article
        """;

    private sealed record Row(
        Guid Id, string Slug, int Version, string State, string Title, string Body, string Language, string Audience, string? Category,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string UpdatedBy)
    {
        public Article Article => new(
            Id, Slug, Version,
            new ArticleText(Title, Body, Language, Enum.Parse<Audience>(Audience, ignoreCase: true), Category, Enum.Parse<ArticleState>(State, ignoreCase: true)),
            CreatedAt, UpdatedAt, UpdatedBy);
    }
}
