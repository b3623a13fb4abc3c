using System.Diagnostics;
using Desk.Knowledge.Articles;
using Npgsql;

namespace Desk.Knowledge.Search;

/// <summary>
/// Refreshes the index, and who may read what, when PostgreSQL tells that something was published or somebody changed teams, and every ten seconds
/// in case a word was lost. Many changes in a row (an import) are taken together: a tenth of the time goes to it, or twice a second where it is slow.
/// </summary>
internal sealed partial class KeepIndexFresh(NpgsqlDataSource database, LiveIndex index, Membership membership, TimeProvider clock, ILogger<KeepIndexFresh> logger) : BackgroundService
{
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    // What is published is found within a second, also after a refresh that was slow: the first one, which compiles all it uses.
    private static readonly TimeSpan LongestGather = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or TimeoutException)
            {
                LogLost(logger, failure);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var listen = new NpgsqlCommand($"listen {ArticleStore.PublishedChannel}", connection))
            await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            await membership.RefreshAsync(cancellation);
            if (await index.RefreshAsync(cancellation))
                LogRefreshed(logger, index.Current.Count);
            var took = Stopwatch.GetElapsedTime(started);
            if (await connection.WaitAsync(LookAnyway, cancellation))
                await Task.Delay(TimeSpan.FromTicks(Math.Clamp((took * 9).Ticks, Gather.Ticks, LongestGather.Ticks)), clock, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Proposals are made from {Articles} articles")]
    private static partial void LogRefreshed(ILogger logger, int articles);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The article index lost its database; trying again")]
    private static partial void LogLost(ILogger logger, Exception failure);
}
