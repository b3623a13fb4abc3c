using System.Diagnostics;
using Desk.Testing;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

public sealed class EchoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_echo_comes_when_the_listener_has_committed()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        for (var number = 1; number <= 5; number++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.True(await SayAndAwaitAsync(pair.Sayer, new Counted(subject, number), "listener", TimeSpan.FromSeconds(10)));
            output.WriteLine($"heard after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
            Assert.Equal(number, await pair.Listener.EffectsAsync());
        }
    }

    [Fact]
    public async Task No_echo_comes_from_one_who_was_not_asked_or_could_not()
    {
        await using var pair = await Pair.StartAsync();
        var subject = Guid.CreateVersion7();
        Assert.False(await SayAndAwaitAsync(pair.Sayer, new Counted(subject, 1), "somebody-else", TimeSpan.FromMilliseconds(700)));
        Assert.False(await SayAndAwaitAsync(pair.Sayer, new Counted(subject, 2, "poison"), "listener", TimeSpan.FromMilliseconds(700)));
    }

    [Fact]
    public async Task A_live_page_hears_events_as_they_pass()
    {
        await using var pair = await Pair.StartAsync();
        var hearer = new Hearer();
        await using var page = await SmallService.StartAsync(
            "page", await pair.Servers.CreateDatabaseAsync("page"), pair.Servers.Rabbit.ConnectionString, pair.Broker.Prefix,
            reactions => reactions.Hear<Hearer>(), services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, hearer));
        await Wait.Until(page.Ready, "the page is ready");
        var subject = Guid.CreateVersion7();
        await pair.Sayer.SayAsync(subject, new Counted(subject, 7));
        Assert.Equal(7, (await hearer.Heard.Task.WaitAsync(TimeSpan.FromSeconds(10))).Number);
    }

    private static async Task<bool> SayAndAwaitAsync(SmallService sayer, Counted happened, string listener, TimeSpan atMost)
    {
        await using var connection = await sayer.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var echo = await sayer.Outbox.SayAndAwaitAsync(transaction, happened.Subject, happened, listener, default);
        await transaction.CommitAsync();
        return await echo.HeardAsync(atMost, default);
    }

    private sealed class Hearer : IHear<Counted>
    {
        public TaskCompletionSource<Counted> Heard { get; } = new();

        public Task HearAsync(Counted happened, CancellationToken cancellation)
        {
            Heard.TrySetResult(happened);
            return Task.CompletedTask;
        }
    }
}
