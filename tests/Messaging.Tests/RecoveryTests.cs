using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Desk.Messaging.Tests;

/// <summary>A connection that does not come back as it was: the bus is built anew, and nothing of the old one stays.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private DeskServers _servers = null!;
    private Valve _valve = null!;

    public async Task InitializeAsync()
    {
        _servers = await DeskServers.GetAsync();
        _valve = new Valve(_servers.Rabbit.ConnectionString);
    }

    public async Task DisposeAsync() => await _valve.DisposeAsync();

    [Fact]
    public async Task A_connection_that_the_broker_still_believes_in_keeps_the_next_from_nothing()
    {
        await using var broker = await _servers.ConnectAsync();
        await using var service = await StartAsync(broker);

        _valve.Cut(unseen: true);
        await Wait.Until(async () => !await service.IsHealthy(), "it noticed");

        // The broker lends the old connection's ear to nobody; the service has to take another.
        await Wait.Until(service.IsHealthy, "it is whole again", Long);
        await Wait.Until(() => _valve.Connections == Broker.Connections, "no other connection is left");
    }

    [Fact]
    public async Task A_bus_that_does_not_come_up_is_ended_before_the_next()
    {
        await using var broker = await _servers.ConnectAsync();
        await using var service = await StartAsync(broker);

        await using (var connection = await new ConnectionFactory { Uri = new Uri(_servers.Rabbit.ConnectionString) }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            // A queue of this name that is not the service's keeps every bus from coming up.
            await channel.QueueDeleteAsync(broker.Prefix + "listener");
            await channel.QueueDeclareAsync(broker.Prefix + "listener", durable: true, exclusive: false, autoDelete: false);
            _valve.Cut();
            await Wait.Until(() => service.Services.GetRequiredService<Broker>().Built >= 3, "it is built anew, twice", Long);
            await channel.QueueDeleteAsync(broker.Prefix + "listener");
        }

        await Wait.Until(service.IsHealthy, "it is whole again", Long);
        await broker.Say(Guid.CreateVersion7(), new Counted(Guid.CreateVersion7(), 1));
        await Wait.Until(async () => await service.EffectsAsync() == 1, "it hears", Long);
        await Wait.Until(() => _valve.Connections == Broker.Connections, "no other connection is left");
    }

    [Fact]
    public async Task A_connection_that_breaks_again_and_again_leaves_none_behind()
    {
        await using var broker = await _servers.ConnectAsync();
        await using (var service = await StartAsync(broker))
        {
            for (var cut = 0; cut < 4; cut++)
            {
                await Wait.Until(service.IsHealthy, "it is whole", Long);
                _valve.Cut();
                await Wait.Until(async () => !await service.IsHealthy(), "it noticed");
            }
            await Wait.Until(service.IsHealthy, "it is whole", Long);
        }
        await Wait.Until(() => _valve.Connections == 0, "no connection is left");
    }

    /// <summary>A service that reaches its broker through the valve, connected.</summary>
    private async Task<SmallService> StartAsync(TestBroker broker)
    {
        var service = await SmallService.StartAsync("listener", await _servers.CreateDatabaseAsync("recovering"), _valve.Address, broker.Prefix);
        await Wait.Until(service.IsHealthy, "it is connected");
        return service;
    }
}
