using Desk.Testing;
using Xunit.Abstractions;

namespace Desk.Messaging.Tests;

/// <summary>Real processes, kill -9, at the three moments where a message could be lost or doubled.</summary>
[Collection("one at a time")]
public sealed class KilledProcessTests(ITestOutputHelper output)
{
    private const int Events = 100;

    [Fact]
    public async Task Killed_between_commit_and_publish_loses_nothing()
    {
        await using var pair = await Pair.StartAsync();
        await using var valve = new Valve(pair.Servers.Rabbit.ConnectionString);
        var database = await pair.Servers.CreateDatabaseAsync("killed");
        var subject = Guid.CreateVersion7();

        await using var child = await Child.StartAsync("killed", database, valve.Address, pair.Broker.Prefix);
        valve.CloseToBroker();
        await child.SayAsync(subject, 0, Events);
        Assert.Equal(0, await pair.Listener.EffectsAsync());
        await child.KillAsync();

        await using var again = await SmallService.StartAsync("killed", database, pair.Servers.Rabbit.ConnectionString, pair.Broker.Prefix, _ => { });
        await EveryEffectOnceAsync(pair, again);
    }

    [Fact]
    public async Task Killed_between_publish_and_delete_doubles_nothing()
    {
        await using var pair = await Pair.StartAsync();
        await using var valve = new Valve(pair.Servers.Rabbit.ConnectionString);
        var database = await pair.Servers.CreateDatabaseAsync("killed");

        await using var child = await Child.StartAsync("killed", database, valve.Address, pair.Broker.Prefix);
        await child.SayAsync(Guid.CreateVersion7(), 0, 1);
        await Wait.Until(async () => await pair.Listener.EffectsAsync() == 1, "the first has had its effect");
        valve.CloseFromBroker();
        // Of many subjects, for what is about one subject waits for its own confirmations.
        for (var i = 1; i < Events; i++)
            await child.SayAsync(Guid.CreateVersion7(), i, 1);
        // They had their effect, but no confirmation came back: their rows are still there.
        await Wait.Until(async () => await pair.Listener.EffectsAsync() > 1, "some have had their effect");
        await child.KillAsync();

        await using var again = await SmallService.StartAsync("killed", database, pair.Servers.Rabbit.ConnectionString, pair.Broker.Prefix, _ => { });
        await EveryEffectOnceAsync(pair, again);
    }

    [Fact]
    public async Task Killed_between_effect_and_acknowledgement_doubles_nothing()
    {
        await using var pair = await Pair.StartAsync();
        await using var valve = new Valve(pair.Servers.Rabbit.ConnectionString);
        var database = await pair.Servers.CreateDatabaseAsync("killed");

        await using var child = await Child.StartAsync("killed", database, valve.Address, pair.Broker.Prefix);
        valve.CloseToBroker();
        for (var i = 0; i < Events; i++)
            await pair.Sayer.SayAsync(Guid.CreateVersion7(), new Counted(Guid.CreateVersion7(), i));
        await Wait.Until(async () => (await Effects.CountAsync(database)).All == Events, "the child has made every effect");
        await child.KillAsync();
        await Wait.Until(async () => await pair.Broker.Waiting("killed") > 0, "the broker has taken back what the child had in hand");

        await pair.TakeAllAsync("killed", database);
        var (effects, distinct) = await Effects.CountAsync(database);
        output.WriteLine($"{Events} said, {distinct} had their effect, {effects - distinct} doubled");
        Assert.Equal((Events, Events), (effects, distinct));
    }

    private async Task EveryEffectOnceAsync(Pair pair, SmallService sayer)
    {
        await Wait.Until(async () => await sayer.CountAsync("select count(*) from messaging.outbox") == 0, "the outbox is empty");
        await Wait.Until(async () => await pair.Listener.DistinctEffectsAsync() == Events, "every effect is there");
        await pair.Listener.DisposeAsync();
        await pair.TakeAllAsync("listener", pair.Listener.Database);
        var (effects, distinct) = await Effects.CountAsync(pair.Listener.Database);
        output.WriteLine($"{Events} said, {distinct} had their effect, {effects - distinct} doubled");
        Assert.Equal((Events, Events), (effects, distinct));
    }
}

[CollectionDefinition("one at a time", DisableParallelization = true)]
public sealed class OneAtATime;
