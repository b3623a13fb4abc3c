using System.Diagnostics;

namespace Desk.Bench.Load;

/// <summary>What a load gave: operations a second, latencies in milliseconds, CPU of the desk's own processes per operation.</summary>
internal sealed record Measurement(
    string What, int Operations, int Failures, double Seconds, double P50, double P95, double P99, double CpuMsPerOperation, double? Aim)
{
    public double Rate => Operations / Seconds;
}

/// <summary>Closed-loop load: each client sends its next request when the last was answered.</summary>
internal static class ClosedLoop
{
    /// <param name="what">The name in the table.</param>
    /// <param name="operation">Client number and operation number in; throws when the answer was not right.</param>
    /// <param name="clients">How many at once.</param>
    /// <param name="atMost">Operations in all.</param>
    /// <param name="duration">Time in all.</param>
    /// <param name="cpu">CPU seconds used so far by the desk's processes.</param>
    /// <param name="aim">Operations a second hoped for.</param>
    public static async Task<Measurement> RunAsync(
        string what, int clients, int atMost, TimeSpan duration, Func<double> cpu, double? aim, Func<int, int, Task> operation)
    {
        var next = -1;
        var failures = 0;
        Exception? firstFailure = null;
        var latencies = new List<double>[clients];
        var cpuBefore = cpu();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var mine = latencies[client] = new List<double>(4096);
            while (watch.Elapsed < duration)
            {
                var number = Interlocked.Increment(ref next);
                if (number >= atMost)
                    return;
                var started = Stopwatch.GetTimestamp();
                try
                {
                    await operation(client, number);
                    mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
                catch (Exception failure)
                {
                    if (Interlocked.Increment(ref failures) == 1)
                        firstFailure = failure;
                }
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var cpuUsed = cpu() - cpuBefore;
        if (firstFailure is not null)
            Console.Error.WriteLine($"{what}: {failures} failed, the first: {firstFailure.Message}");
        var all = latencies.SelectMany(list => list).Order().ToArray();
        return Summary(what, all, failures, seconds, cpuUsed, aim);
    }

    public static Measurement Summary(string what, double[] sorted, int failures, double seconds, double cpuSeconds, double? aim)
    {
        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
        return new Measurement(
            what, sorted.Length, failures, seconds, At(.5), At(.95), At(.99), sorted.Length == 0 ? double.NaN : cpuSeconds * 1000 / sorted.Length, aim);
    }
}
