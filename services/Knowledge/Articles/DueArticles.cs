using Desk.Knowledge.Search;
using Desk.Messaging;

namespace Desk.Knowledge.Articles;

/// <summary>Publishes what was approved for a time that has come, and takes from readers what has expired. Any number of replicas may run it.</summary>
internal sealed class DueArticles(ArticleStore articles, LiveIndex index, TimeProvider clock, ILogger<DueArticles> logger) : DueWorker(logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ArticleStore.LockDueAsync(transaction, now, cancellation) is not { } article)
            return 0;
        // Found because one of its times has come: with a version that is read, unless it waits for its first.
        if (article.Due(isRead: article.Text.State != ArticleState.Scheduled, now) is { } changed)
            await articles.SaveAsync(transaction, changed, cancellation);
        await transaction.CommitAsync(cancellation);
        index.Outdate();
        return 1;
    }
}
