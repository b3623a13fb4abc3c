using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Messaging.Tests;

/// <summary>A sayer and a listener, with databases and queue names of their own.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private Pair(DeskServers servers, TestBroker broker, SmallService sayer, SmallService listener)
        => (Servers, Broker, Sayer, Listener) = (servers, broker, sayer, listener);

    public DeskServers Servers { get; }

    public TestBroker Broker { get; }

    public SmallService Sayer { get; }

    public SmallService Listener { get; }

    public static async Task<Pair> StartAsync(OutboxSettings? outbox = null)
    {
        var servers = await DeskServers.GetAsync();
        var broker = await servers.ConnectAsync();
        var sayer = await SmallService.StartAsync(
            "sayer", await servers.CreateDatabaseAsync("sayer"), servers.Rabbit.ConnectionString, broker.Prefix, _ => { },
            services => services.AddSingleton(outbox ?? OutboxSettings.Usual));
        var listener = await SmallService.StartAsync(
            "listener", await servers.CreateDatabaseAsync("listener"), servers.Rabbit.ConnectionString, broker.Prefix);
        // An event said before its listener's queue is there is nobody's.
        await Wait.Until(async () => (await listener.Ready()) && (await sayer.Ready()), "both are ready");
        return new Pair(servers, broker, sayer, listener);
    }

    /// <summary>
    /// Until this service has nothing left in its queue or in hand. What is delivered again to one that stops goes back to the queue, so it is
    /// started and stopped until nothing does.
    /// </summary>
    public Task TakeAllAsync(string name, string database) => Wait.Until(
        async () =>
        {
            await using (var service = await SmallService.StartAsync(name, database, Servers.Rabbit.ConnectionString, Broker.Prefix))
                await Wait.Until(async () => await service.IsHealthy() && await Broker.Waiting(name) == 0, $"all that waits for {name} is delivered", TimeSpan.FromMinutes(1));
            return await Broker.Waiting(name) == 0;
        },
        $"nothing goes back to {name}", TimeSpan.FromMinutes(1));

    public async ValueTask DisposeAsync()
    {
        await Sayer.DisposeAsync();
        await Listener.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
