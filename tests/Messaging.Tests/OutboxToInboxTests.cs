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
    public async Task When_idle_an_event_is_sent_because_it_was_said_and_not_because_the_outbox_is_swept()
    {
        var sweep = TimeSpan.FromSeconds(5);
        await using var pair = await Pair.StartAsync(new OutboxSettings(sweep));
        var subject = Guid.CreateVersion7();
        var times = new List<TimeSpan>();
        for (var number = 0; number < 9; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await pair.Sayer.SayAsync(subject, new Counted(subject, number));
            var expected = number + 1;
            await Wait.Until(async () => await pair.Listener.EffectsAsync() == expected, "the event has its effect", TimeSpan.FromSeconds(30));
            times.Add(Stopwatch.GetElapsedTime(started));
            // Idle again: it has looked for the last time.
            await Task.Delay(300);
        }
        times.Sort();
        output.WriteLine($"commit to effect: median {times[4].TotalMilliseconds:0.0} ms, worst {times[^1].TotalMilliseconds:0.0} ms");
        Assert.True(times[4] < sweep / 2, $"median {times[4]}");
    }
}
