using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Desk.Messaging.Tests;

/// <summary>A connection that does not come back as it was: the bus is built anew, and nothing of the old one stays.</summary>
public sealed class RecoveryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_connection_that_the_broker_still_believes_in_keeps_the_next_from_nothing()
    {
        var servers = await DeskServers.GetAsync();
        await using var broker = await servers.ConnectAsync();
        await using var valve = new Valve(servers.Rabbit.ConnectionString);
        await using var service = await SmallService.StartAsync("listener", await servers.CreateDatabaseAsync("recovering"), valve.Address, broker.Prefix);
        await Wait.Until(service.IsHealthy, "it is connected");

        valve.Cut(unseen: true);
        await Wait.Until(async () => !await service.IsHealthy(), "it noticed");

        // The broker lends the old connection's ear to nobody; the service has to take another.
        await Wait.Until(service.IsHealthy, "it is whole again", Long);
        await Wait.Until(() => valve.Connections == Broker.Connections, "no other connection is left");
    }

    [Fact]
    public async Task A_bus_that_does_not_come_up_is_ended_before_the_next()
    {
        var servers = await DeskServers.GetAsync();
        await using var broker = await servers.ConnectAsync();
        await using var valve = new Valve(servers.Rabbit.ConnectionString);
        await using var service = await SmallService.StartAsync("listener", await servers.CreateDatabaseAsync("recovering"), valve.Address, broker.Prefix);
        await Wait.Until(service.IsHealthy, "it is connected");

        await using (var connection = await new ConnectionFactory { Uri = new Uri(servers.Rabbit.ConnectionString) }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            // A queue of this name that is not the service's keeps every bus from coming up.
            await channel.QueueDeleteAsync(broker.Prefix + "listener");
            await channel.QueueDeclareAsync(broker.Prefix + "listener", durable: true, exclusive: false, autoDelete: false);
            valve.Cut();
            await Wait.Until(() => service.Services.GetRequiredService<Broker>().Built >= 3, "it is built anew, twice", Long);
            await channel.QueueDeleteAsync(broker.Prefix + "listener");
        }

        await Wait.Until(service.IsHealthy, "it is whole again", Long);
        await broker.Say(Guid.CreateVersion7(), new Counted(Guid.CreateVersion7(), 1));
        await Wait.Until(async () => await service.EffectsAsync() == 1, "it hears", Long);
        await Wait.Until(() => valve.Connections == Broker.Connections, "no other connection is left");
    }

    [Fact]
    public async Task A_connection_that_breaks_again_and_again_leaves_none_behind()
    {
        var servers = await DeskServers.GetAsync();
        await using var broker = await servers.ConnectAsync();
        await using var valve = new Valve(servers.Rabbit.ConnectionString);
        await using (var service = await SmallService.StartAsync("listener", await servers.CreateDatabaseAsync("recovering"), valve.Address, broker.Prefix))
        {
            for (var cut = 0; cut < 4; cut++)
            {
                await Wait.Until(service.IsHealthy, "it is whole", Long);
                valve.Cut();
                await Wait.Until(async () => !await service.IsHealthy(), "it noticed");
            }
            await Wait.Until(service.IsHealthy, "it is whole", Long);
        }
        await Wait.Until(() => valve.Connections == 0, "no connection is left");
    }
}
