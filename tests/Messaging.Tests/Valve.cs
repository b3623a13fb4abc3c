using System.Net;
using System.Net.Sockets;

namespace Desk.Messaging.Tests;

/// <summary>A wire to the broker that a test can close in either direction, while both ends believe that it is only slow.</summary>
internal sealed class Valve : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _broker;
    private TaskCompletionSource _toBroker = Open(), _fromBroker = Open();

    public Valve(string broker)
    {
        _broker = new Uri(broker);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => new UriBuilder(_broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.AbsoluteUri;

    /// <summary>Nothing more reaches the broker.</summary>
    public void CloseToBroker() => _toBroker = new TaskCompletionSource();

    /// <summary>Nothing more comes from the broker.</summary>
    public void CloseFromBroker() => _fromBroker = new TaskCompletionSource();

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
                _ = PumpAsync(client, broker, () => _toBroker.Task);
                _ = PumpAsync(broker, client, () => _fromBroker.Task);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the broker is.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<Task> gate)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                await gate().WaitAsync(_end.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One end hung up.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
