using System.Diagnostics;
using Desk.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

/// <summary>Servers that go away under load. What was committed is neither lost nor doubled.</summary>
[Collection("one at a time")]
public sealed class RestartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_broker_killed_five_times_under_load_loses_and_doubles_nothing()
    {
        await using var pair = await Pair.StartAsync();
        string[] queues = ["sayer", "sayer.dead", "listener", "listener.dead"];
        await Wait.Until(() => queues.All(queue => pair.Servers.Rabbit.HasOnDisk(pair.Broker.Prefix + queue)), "the queues outlive kill -9", TimeSpan.FromSeconds(60));
        using var end = new CancellationTokenSource();
        var load = SayUntilAsync(pair.Sayer, end.Token);
        for (var kill = 0; kill < 5; kill++)
        {
            await pair.Servers.Rabbit.KillAsync();
            await pair.Servers.Rabbit.StartAsync();
            var before = await pair.Listener.EffectsAsync();
            try
            {
                await Wait.Until(async () => await pair.Listener.EffectsAsync() > before + 20, "messages flow again", TimeSpan.FromSeconds(60));
            }
            catch (TimeoutException)
            {
                output.WriteLine(
                    $"after kill {kill + 1}: {await pair.Sayer.CountAsync("select count(*) from messaging.outbox")} in the outbox, {await pair.Broker.Waiting("listener")} in the queue, {await pair.Listener.EffectsAsync() - before} effects");
                throw;
            }
        }
        await end.CancelAsync();
        await EveryEffectOnceAsync(pair, await load, "broker killed 5 times");
    }

    [Fact]
    public async Task Database_sessions_killed_under_load_lose_and_double_nothing()
    {
        await using var pair = await Pair.StartAsync();
        using var end = new CancellationTokenSource();
        var load = SayUntilAsync(pair.Sayer, end.Token);
        var killed = 0L;
        await using var admin = NpgsqlDataSource.Create(pair.Servers.Postgres.ConnectionString());
        for (var round = 0; round < 10; round++)
        {
            var before = await Effects.CountAsync(pair.Listener.Database);
            await using (var kill = admin.CreateCommand(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = any($1)"))
            {
                kill.Parameters.Add(new()
                {
                    Value = new[] { pair.Listener.Database, pair.Sayer.Database }.Select(c => new NpgsqlConnectionStringBuilder(c).Database!).ToArray(),
                });
                killed += (long)(await kill.ExecuteScalarAsync())!;
            }
            await Wait.Until(async () => (await Effects.CountAsync(pair.Listener.Database)).All > before.All + 20, "messages flow again");
        }
        await end.CancelAsync();
        await EveryEffectOnceAsync(pair, await load, $"{killed} database sessions killed");
    }

    // Returns how many were surely committed, and how many may have been (the commit's answer was lost).
    private static async Task<(int Sure, int Unsure)> SayUntilAsync(SmallService sayer, CancellationToken end)
    {
        int sure = 0, unsure = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                // A subject each, as tickets are: what is about one subject waits for its own confirmations, and would only make this long.
                var subject = Guid.CreateVersion7();
                try
                {
                    await sayer.SayAsync(subject, new Counted(subject, number));
                    Interlocked.Increment(ref sure);
                }
                catch (Exception failure) when (failure is NpgsqlException or ObjectDisposedException or InvalidOperationException)
                {
                    Interlocked.Increment(ref unsure);
                }
                await Task.Delay(20, CancellationToken.None);
            }
        }));
        return (sure, unsure);
    }

    private async Task EveryEffectOnceAsync(Pair pair, (int Sure, int Unsure) said, string what)
    {
        var started = Stopwatch.GetTimestamp();
        await Wait.Until(
            async () => (await Effects.CountAsync(pair.Listener.Database)).Distinct >= said.Sure
                && await pair.Sayer.CountAsync("select count(*) from messaging.outbox") == 0,
            "every effect is there", TimeSpan.FromSeconds(90));
        await pair.Listener.DisposeAsync();
        await pair.TakeAllAsync("listener", pair.Listener.Database);
        var (effects, distinct) = await Effects.CountAsync(pair.Listener.Database);
        output.WriteLine(
            $"{what}: {said.Sure} said, {distinct} had their effect ({said.Unsure} were cut off while committing), {effects - distinct} doubled, 0 lost; caught up in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.Equal(effects, distinct);
        Assert.InRange(distinct, said.Sure, said.Sure + said.Unsure);
    }
}
