using Dapper;
using Desk.Knowledge.Search;
using Npgsql;

namespace Desk.Knowledge.Proposals;

/// <summary>The index of this process, as fresh as its last look at the database.</summary>
internal sealed class LiveIndex(NpgsqlDataSource database)
{
    private readonly Dictionary<int, IndexedArticle> _articles = [];
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ArticleIndex _current = ArticleIndex.Empty;

    public ArticleIndex Current => _current;

    /// <summary>Ends when the index was first filled: before that, nothing could be proposed.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>
    /// Asks which articles are published, fetches those it lacks, drops those that are gone. A published row never changes: a new version is a
    /// new row with a new number, so that numbers are all there is to compare. One caller at a time.
    /// </summary>
    /// <returns>Whether something had changed.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var published = (await connection.QueryAsync<int>(new CommandDefinition("select no from published", cancellationToken: cancellation))).ToHashSet();
        var gone = _articles.Keys.Where(no => !published.Contains(no)).ToList();
        var lacking = published.Where(no => !_articles.ContainsKey(no)).ToArray();
        foreach (var no in gone)
            _articles.Remove(no);
        if (lacking.Length > 0)
        {
            foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition(
                "select article_id as Id, no, slug, title, plain, language, category, audience from published where no = any(@lacking)",
                new { lacking }, cancellationToken: cancellation)))
            {
                _articles[row.No] = new IndexedArticle(
                    row.Id, row.No, row.Slug, row.Title, Snippet.Opening(row.Plain), row.Language, row.Category, row.Audience,
                    Analysis.OfArticle(row.Title, row.Plain, row.Language));
            }
        }
        if (gone.Count + lacking.Length > 0)
            _current = new ArticleIndex([.. _articles.Values.OrderBy(article => article.No)]);
        _loaded.TrySetResult();
        return gone.Count + lacking.Length > 0;
    }

    private sealed record Row(Guid Id, int No, string Slug, string Title, string Plain, string Language, string? Category, string Audience);
}
