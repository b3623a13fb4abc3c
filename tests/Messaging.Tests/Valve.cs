using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Desk.Messaging.Tests;

/// <summary>
/// Wires to the broker that a test can close in either direction, while both ends believe that they are only slow, or cut, also so that the broker
/// does not notice.
/// </summary>
internal sealed class Valve : IAsyncDisposable
{
    private static readonly byte[] Heartbeat = [8, 0, 0, 0, 0, 0, 0, 0xCE];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Wire, bool> _wires = new();
    private readonly Uri _broker;
    private TaskCompletionSource _toBroker = Open(), _fromBroker = Open();

    public Valve(string broker)
    {
        _broker = new Uri(broker);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => new UriBuilder(_broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.AbsoluteUri;

    /// <summary>How many clients are connected now.</summary>
    public int Connections => _wires.Count;

    /// <summary>Nothing more reaches the broker.</summary>
    public void CloseToBroker() => _toBroker = new TaskCompletionSource();

    /// <summary>Nothing more comes from the broker.</summary>
    public void CloseFromBroker() => _fromBroker = new TaskCompletionSource();

    /// <summary>Ends what is connected. Unseen: the broker goes on hearing heartbeats, and believes that its clients are there.</summary>
    public void Cut(bool unseen = false)
    {
        foreach (var wire in _wires.Keys)
        {
            wire.CutUnseen = unseen;
            wire.Client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var broker = new TcpClient();
                await broker.ConnectAsync(_broker.Host, _broker.Port, _end.Token);
                client.NoDelay = broker.NoDelay = true;
                _ = CarryAsync(new Wire(client, broker));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the broker is.
        }
    }

    private async Task CarryAsync(Wire wire)
    {
        using var client = wire.Client;
        using var broker = wire.Broker;
        _wires[wire] = true;
        await Task.WhenAny(PumpAsync(client, broker, () => _toBroker.Task), PumpAsync(broker, client, () => _fromBroker.Task));
        _wires.TryRemove(wire, out _);
        if (wire.CutUnseen)
            await UntilItEndsAsync(() => BeatAsync(broker));
    }

    private async Task BeatAsync(TcpClient broker)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
            await broker.GetStream().WriteAsync(Heartbeat, _end.Token);
        while (await second.WaitForNextTickAsync(_end.Token));
    }

    private Task PumpAsync(TcpClient from, TcpClient to, Func<Task> gate) => UntilItEndsAsync(async () =>
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            await gate().WaitAsync(_end.Token);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    });

    private static async Task UntilItEndsAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One end hung up, or the test is over.
        }
    }

    private sealed class Wire(TcpClient client, TcpClient broker)
    {
        public TcpClient Client { get; } = client;

        public TcpClient Broker { get; } = broker;

        public bool CutUnseen { get; set; }
    }
}
