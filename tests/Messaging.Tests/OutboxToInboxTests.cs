using System.Diagnostics;
using Desk.Testing;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

public sealed class OutboxToInboxTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_is_said_in_one_service_happens_once_in_another()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();

        await pair.Sayer.SayAsync(subject, new Counted(subject, 1, "twice"));

        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 2, "both reactions have had their effect");
        await Wait.Until(async () => await pair.Sayer.CountAsync("select count(*) from messaging.outbox") == 0, "the outbox is empty");
    }

    [Fact]
    public async Task When_idle_an_event_arrives_within_milliseconds()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        var times = new List<double>();
        for (var number = 0; number < 30; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await pair.Sayer.SayAsync(subject, new Counted(subject, number));
            var expected = number + 1;
            while (await pair.Listener.EffectsAsync() < expected)
                await Task.Yield();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(number % 3 * 100);
        }
        times.Sort();
        output.WriteLine($"commit to effect: median {times[15]:0.0} ms, worst {times[^1]:0.0} ms");
        Assert.InRange(times[15], 0, 100);
    }
}
