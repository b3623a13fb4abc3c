using Desk.Testing;

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

    public static async Task<Pair> StartAsync()
    {
        var servers = await DeskServers.GetAsync();
        var broker = await servers.ConnectAsync();
        var sayer = await SmallService.StartAsync(
            "sayer", await servers.CreateDatabaseAsync("sayer"), servers.Rabbit.ConnectionString, broker.Prefix, _ => { });
        var listener = await SmallService.StartAsync(
            "listener", await servers.CreateDatabaseAsync("listener"), servers.Rabbit.ConnectionString, broker.Prefix);
        // An event said before its listener's queue is there is nobody's.
        await Wait.Until(async () => (await listener.Ready()) && (await sayer.Ready()), "both are ready");
        return new Pair(servers, broker, sayer, listener);
    }

    public async ValueTask DisposeAsync()
    {
        await Sayer.DisposeAsync();
        await Listener.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
