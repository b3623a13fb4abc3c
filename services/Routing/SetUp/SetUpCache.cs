using Npgsql;

namespace Desk.Routing.SetUp;

/// <summary>
/// The set-up, remembered. Every decision needs it and it seldom changes: a look at one number twice a second finds a change made in
/// another process, and who changes it here forgets it at once.
/// </summary>
internal sealed partial class SetUpCache(SetUpStore store, ILogger<SetUpCache> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>After this long, every replica decides by a change.</summary>
    public static readonly TimeSpan SeenEverywhere = 4 * Interval;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile DeskSetUp? _current;

    public ValueTask<DeskSetUp> GetAsync(CancellationToken cancellation)
        => _current is { } known ? ValueTask.FromResult(known) : new ValueTask<DeskSetUp>(LoadAsync(cancellation));

    public void Forget() => _current = null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (_current is { } known && await store.VersionAsync(stoppingToken) != known.Version)
                    Forget();
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogAway(logger, failure.Message);
            }
        }
    }

    private async Task<DeskSetUp> LoadAsync(CancellationToken cancellation)
    {
        await _loading.WaitAsync(cancellation);
        try
        {
            return _current ??= await store.LoadAsync(cancellation);
        }
        finally
        {
            _loading.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _loading.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The set-up could not be looked at: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
