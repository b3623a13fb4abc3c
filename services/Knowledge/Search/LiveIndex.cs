using Dapper;
using Npgsql;

namespace Desk.Knowledge.Search;

/// <summary>The index of this process, as fresh as its last look at the database.</summary>
internal sealed class LiveIndex(NpgsqlDataSource database) : IDisposable
{
    private readonly HashSet<int> _numbers = [];
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ArticleIndex _current = ArticleIndex.Empty;
    private readonly SemaphoreSlim _refreshing = new(1);

    // How often this process wrote, and how much of that the index has read.
    private int _written, _read;

    public ArticleIndex Current => _current;

    /// <summary>Ends when the index was first filled: before that, nothing could be proposed.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Something was published or withdrawn by this process: the next search here looks for it first.</summary>
    public void Outdate() => Interlocked.Increment(ref _written);

    /// <summary>The index with all that this process wrote before.</summary>
    public async ValueTask<ArticleIndex> FreshAsync(CancellationToken cancellation)
    {
        if (!_loaded.Task.IsCompleted || Volatile.Read(ref _read) != Volatile.Read(ref _written))
            await RefreshAsync(cancellation);
        return _current;
    }

    /// <summary>
    /// Asks which articles are published, fetches those it lacks, drops those that are gone. A published row never changes: a new version is a
    /// new row with a new number, so that numbers are all there is to compare.
    /// </summary>
    /// <returns>Whether something had changed.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            // Before the look: what is written after it is looked for anew.
            var written = Volatile.Read(ref _written);
            var changed = await LookAsync(cancellation);
            Volatile.Write(ref _read, written);
            _loaded.TrySetResult();
            return changed;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task<bool> LookAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var published = (await connection.QueryAsync<int>(new CommandDefinition("select no from published", cancellationToken: cancellation))).ToHashSet();
        var gone = _numbers.Where(no => !published.Contains(no)).ToHashSet();
        var lacking = published.Where(no => !_numbers.Contains(no)).ToArray();
        var synonyms = await SynonymStore.ReadAsync(connection, null, cancellation);
        if (synonyms is { } said && said.Version != _current.Synonyms.Version)
            _current = _current.With(new Synonyms(said.Version, said.Groups));
        if (gone.Count + lacking.Length == 0)
            return false;
        var more = (await connection.QueryAsync<IndexedArticle>(new CommandDefinition("""
            select article_id as Id, no, slug, title, plain, language, category, audience, translates from published where no = any(@lacking) order by no
            """, new { lacking }, cancellationToken: cancellation))).ToList();
        var next = _numbers.Count == 0 ? ArticleIndex.Of(more).With(_current.Synonyms) : _current.With(more, gone);
        _current = next.With(await connection.QueryAsync<OtherLanguage>(new CommandDefinition("""
            select coalesce(translates, article_id) as Original, language, audience from published
            where translates is not null or exists (select from published as other where other.translates = published.article_id)
            """, cancellationToken: cancellation)));
        _numbers.ExceptWith(gone);
        _numbers.UnionWith(more.Select(article => article.No));
        return true;
    }

    public void Dispose() => _refreshing.Dispose();
}
