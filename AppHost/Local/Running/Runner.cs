using System.Diagnostics;
using Aspire.Hosting;

namespace Desk.AppHost.Running;

/// <summary>Keeps one process of the desk running: starts it when what it waits for is ready, and again whenever it dies.</summary>
internal abstract class Runner : IAsyncDisposable
{
    /// <summary>A process that dies this often before it was ever ready will not be better the next time.</summary>
    private const int Attempts = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected Runner(string name, DeskFolders folders)
    {
        Name = name;
        Folders = folders;
        Log = new ProcessLog(Path.Combine(folders.Logs, $"{name}.log"));
        _ = ready.Task.ContinueWith(task => task.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    /// <summary>Something that <c>state.json</c> tells has changed.</summary>
    public event Action? Changed;

    public string Name { get; }

    public IReadOnlyList<Runner> WaitsFor { get; set; } = [];

    /// <summary>Ends when it is ready for the first time; fails when it will never be.</summary>
    public Task Ready => ready.Task;

    public string State { get; private set; } = "waiting";

    public int Restarts { get; private set; }

    /// <summary>How long the first start took, without the wait for others.</summary>
    public TimeSpan? ReadyAfter { get; private set; }

    public abstract int? Pid { get; }

    public virtual string? Url => null;

    protected DeskFolders Folders { get; }

    protected ProcessLog Log { get; }

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await Task.WhenAll(WaitsFor.Select(other => other.Ready)).WaitAsync(stopping);
            var pause = TimeSpan.FromMilliseconds(200);
            for (var attempt = 1; ; attempt++)
            {
                var clock = Stopwatch.StartNew();
                string why;
                try
                {
                    Become(Restarts == 0 ? "starting" : "restarting");
                    await StartAsync(stopping);
                    ReadyAfter ??= clock.Elapsed;
                    Become("ready");
                    ready.TrySetResult();
                    var code = await Exited.WaitAsync(stopping);
                    why = code > 128 ? $"was ended by signal {code - 128}" : $"ended with {code}";
                }
                catch (Exception failure) when (failure is InvalidOperationException or TimeoutException && !stopping.IsCancellationRequested)
                {
                    if (!Ready.IsCompleted && attempt >= Attempts)
                        throw new DistributedApplicationException($"{Name} does not start: {failure.Message}");
                    why = failure.Message;
                }
                // One that ran well for a while has earned a quick start.
                pause = clock.Elapsed > TimeSpan.FromSeconds(30) ? TimeSpan.FromMilliseconds(200) : pause;
                Log.Write($"--- app host: {Name} {why}; starts again in {pause.TotalSeconds:0.#} s");
                Restarts++;
                Become("restarting");
                await Task.Delay(pause, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            ready.TrySetCanceled(stopping);
        }
        catch (Exception failure)
        {
            Become("failed");
            ready.TrySetException(failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Become("stopped");
        Log.Dispose();
    }

    protected abstract Task<int> Exited { get; }

    /// <summary>Starts it and returns when it is ready.</summary>
    protected abstract Task StartAsync(CancellationToken stopping);

    protected abstract Task StopAsync();

    protected void Become(string state)
    {
        State = state;
        Changed?.Invoke();
    }
}
