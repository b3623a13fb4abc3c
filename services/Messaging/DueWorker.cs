using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>
/// Time-driven work over a due column: takes rows with <c>FOR UPDATE SKIP LOCKED</c> until none is due, then sleeps. Any number of replicas may
/// run it. What is due is decided with <see cref="TimeProvider"/> in <see cref="TakeAsync"/>; the interval between looks is real time, so a test
/// that moves its clock on sees the work done at the next look.
/// </summary>
public abstract partial class DueWorker(ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private CancellationToken _stopping;

    /// <summary>How long a row that has just become due may wait.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    /// <summary>Takes some rows that are due and does their work, in transactions of its own. Returns how many; 0 when none is due.</summary>
    protected abstract Task<int> TakeAsync(CancellationToken cancellation);

    /// <summary>Look now, not at the next interval.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <summary>Look again after this time.</summary>
    public void Wake(TimeSpan after) => _ = Task.Delay(after, _stopping).ContinueWith(
        _ => Wake(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await TakeAsync(stoppingToken) > 0)
                    failures = 0;
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database may be away for a while; a bug must not end the work of every other row either.
                if (failures++ == 0 || failure is not NpgsqlException)
                    LogFailure(logger, failure, GetType().Name);
            }
            var wait = failures == 0 ? Interval : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 0.25 * Math.Pow(2, failures)));
            try
            {
                await _wake.WaitAsync(wait, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Worker} could not do its work; it tries again")]
    private static partial void LogFailure(ILogger logger, Exception failure, string worker);
}
