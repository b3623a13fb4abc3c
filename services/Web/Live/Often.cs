namespace Desk.Web.Live;

/// <summary>Runs something when asked, but at most once in a while, however often it is asked: a burst of events costs a page one reading.</summary>
internal sealed class Often : IDisposable
{
    private readonly ITimer _timer;
    private readonly TimeSpan _pause;
    private int _asked;

    public Often(TimeProvider clock, TimeSpan pause, Func<Task> act)
    {
        _pause = pause;
        _timer = clock.CreateTimer(_ =>
        {
            Interlocked.Exchange(ref _asked, 0);
            // The act runs on the circuit's own context and reports its own failures there.
            act().ContinueWith(static done => done.Exception, TaskScheduler.Default);
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Ask()
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0)
            _timer.Change(_pause, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
