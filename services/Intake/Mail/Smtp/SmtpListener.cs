using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Desk.Intake.Mail.Smtp;

/// <summary>
/// The desk's door for SMTP, and the one for LMTP beside it. One <see cref="SmtpSession"/> a connection; so many connections in all and so many from one address; on stopping,
/// mails on the way in are finished and everybody else hears 421.
/// </summary>
internal sealed partial class SmtpListener(
    MailProtocol protocol, SmtpSettings settings, MailSettings mail, MailIntake intake, TimeProvider clock, ILogger<SmtpListener> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan GraceTime = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<long, Task> _sessions = new();
    private readonly ConcurrentDictionary<IPAddress, int> _fromOne = new();
    // What stands in front and speaks LMTP keeps its own rates, for the whole world.
    private readonly PeerRates _rates = protocol == MailProtocol.Lmtp ? PeerRates.None : new(settings.MailsPerMinute, settings.MailsPerMinuteFromHere, clock);
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _accepting = [];
    private long _lastSession;
    private int _connections;
    private Task? _stop;

    /// <summary>The port it listens on; 0 while it does not.</summary>
    public int Port { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var (port, addresses) = settings.Of(protocol);
        if (port == 0)
            return Task.CompletedTask;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            try
            {
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException) when (_sockets.Count > 0 && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // A machine without IPv6.
                socket.Dispose();
                continue;
            }
            socket.Listen(512);
            _sockets.Add(socket);
            _accepting.Add(AcceptAsync(socket));
        }
        Port = ((IPEndPoint)_sockets[0].LocalEndPoint!).Port;
        LogListening(logger, protocol, Port, settings.Certificate is not null);
        return Task.CompletedTask;
    }

    /// <summary>The host stops it and the container disposes of it, at times at once: both wait for the one stopping.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stop ??= StopOnceAsync(cancellationToken);

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        foreach (var socket in _sockets)
            socket.Dispose();
        await Task.WhenAll(_accepting);
        var sessions = Task.WhenAll(_sessions.Values);
        await Task.WhenAny(sessions, Task.Delay(GraceTime, clock, cancellationToken));
        await _stopped.CancelAsync();
        await sessions;
        Port = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
        _stopped.Dispose();
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listening.AcceptAsync(_stopping.Token);
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // The other side was gone before it was here, or there are no more file handles: neither ends the listening.
                LogAcceptFailed(logger, failure.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock);
                continue;
            }
            var id = Interlocked.Increment(ref _lastSession);
            _sessions[id] = ServeAsync(id, socket);
            if (_sessions.TryGetValue(id, out var task) && task.IsCompleted)
                _sessions.TryRemove(id, out _);
        }
    }

    private async Task ServeAsync(long id, Socket socket)
    {
        await Task.Yield();
        var address = (socket.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        var peer = PeerRates.PeerOf(address);
        var all = Interlocked.Increment(ref _connections);
        var fromOne = _fromOne.AddOrUpdate(peer, 1, (_, count) => count + 1);
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            if (all > settings.MostConnections || fromOne > settings.MostConnectionsFromOne)
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"421 4.3.2 {settings.Name} has too many connections, try again later\r\n"), soon.Token);
                return;
            }
            await using var session = new SmtpSession(stream, address, protocol, settings, _rates, mail, intake, clock, logger);
            await session.RunAsync(_stopping.Token, _stopped.Token);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The other side went away, was too slow, or could not agree on TLS; what it had not been told was taken, it keeps.
            LogGone(logger, address, gone.Message);
        }
        catch (Exception fault)
        {
            LogFault(logger, fault, address);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
            if (_fromOne.AddOrUpdate(peer, 0, (_, count) => count - 1) == 0)
                _fromOne.TryRemove(new(peer, 0));
            _sessions.TryRemove(id, out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Protocol} listens on {Port}, TLS offered: {Tls}")]
    private static partial void LogListening(ILogger logger, MailProtocol protocol, int port, bool tls);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection could not be accepted: {Error}")]
    private static partial void LogAcceptFailed(ILogger logger, SocketError error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "SMTP connection from {Peer} ended: {Why}")]
    private static partial void LogGone(ILogger logger, IPAddress peer, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "SMTP session with {Peer} failed")]
    private static partial void LogFault(ILogger logger, Exception fault, IPAddress peer);
}
