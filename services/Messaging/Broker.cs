using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Mime;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Desk.Messaging;

/// <summary>The names of queues and exchanges. <c>Desk:QueuePrefix</c> goes before them all, so that several desks can share a broker.</summary>
internal sealed class BrokerNames(IConfiguration configuration)
{
    private readonly string _prefix = configuration["Desk:QueuePrefix"] ?? "";

    public string Echo => _prefix + "desk.echo";

    public string ExchangeOf(string eventType) => _prefix + eventType;

    public string Queue(string service) => _prefix + service;

    public string DeadLetters(string service) => _prefix + service + ".dead";

    public string Ear(string process, string ear, int bus) => $"{_prefix}{process}.ear.{ear}.{bus}";
}

/// <summary>A queue that a process takes from, and where each delivery goes.</summary>
internal interface IEndpoints
{
    /// <summary>Declares the queue and takes from it; both are done when the handle is ready.</summary>
    HostReceiveEndpointHandle TakeFrom(IBus bus, BrokerNames names);

    /// <summary>The process is stopping: hold nothing back any more.</summary>
    void Release();
}

internal static class Buses
{
    public static HostReceiveEndpointHandle TakeFrom(this IBus bus, string queue, Action<IRabbitMqReceiveEndpointConfigurator> configure)
        => bus.ConnectReceiveEndpoint(queue, endpoint => configure((IRabbitMqReceiveEndpointConfigurator)endpoint));
}

/// <summary>
/// The connection to RabbitMQ, by MassTransit: it declares, takes, sends and confirms. Nobody waits for it, so that a service starts beside the
/// broker and takes requests while that is away; what it says waits in its outbox.
/// </summary>
/// <remarks>
/// MassTransit reconnects by itself, but waits up to half a minute between attempts, and when messages were in hand as the connection broke, its queues
/// may never be taken from again, while the bus calls itself whole. So a line of our own goes beside each bus: when it breaks, or a queue says that it
/// is no longer taken from, the bus is let go, and another built.
/// </remarks>
internal sealed partial class Broker : IHostedService
{
    /// <summary>A bus's own, and the line beside it.</summary>
    internal const int Connections = 2;

    private static readonly ContentType EnvelopeType = new(EnvelopeFormat.ContentType);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(1);

    private readonly Uri _address;
    private readonly ConnectionFactory _line;
    private readonly BrokerNames _names;
    private readonly Lazy<IEndpoints[]> _endpoints;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private volatile Connected? _connected;
    private Task _watching = Task.CompletedTask;
    private Task _lettingGo = Task.CompletedTask;

    /// <remarks>The endpoints come late, because some of them answer through the broker they are declared on.</remarks>
    public Broker(IConfiguration configuration, BrokerNames names, Lazy<IEndpoints[]> endpoints, ILoggerFactory loggers, TimeProvider clock)
    {
        (_names, _endpoints, _loggers, _clock) = (names, endpoints, loggers, clock);
        _logger = loggers.CreateLogger<Broker>();
        _address = new Uri(configuration.GetConnectionString("rabbit")
            ?? throw new InvalidOperationException("ConnectionStrings__rabbit is not set: the app host gives it to every service."));
        _line = new ConnectionFactory
        {
            Uri = _address,
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
        };
    }

    private IBusControl CreateBus()
    {
        // MassTransit's log context is the whole process's; a second host in one process (a test) must set it again.
        LogContext.ConfigureCurrentLogContext(_loggers);
        return Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            var secure = _address.Scheme == "amqps";
            var port = _address.Port > 0 ? _address.Port : secure ? 5671 : 5672;
            var virtualHost = _address.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(_address.AbsolutePath[1..]) : "/";
            bus.Host(_address.Host, (ushort)port, virtualHost, host =>
            {
                var credentials = _address.UserInfo.Split(':', 2);
                host.Username(credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : "guest");
                host.Password(credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : "guest");
                host.Heartbeat(Heartbeat);
                if (secure)
                    host.UseSsl(ssl => ssl.ServerName = _address.Host);
            });
        });
    }

    /// <summary>The queues have been declared, at least once.</summary>
    public bool IsReady { get; private set; }

    /// <summary>How many buses it has built: all but the first because one did not recover.</summary>
    public int Built { get; private set; }

    public bool IsHealthy => _connected is { IsLost: false } connected && connected.Started.IsCompletedSuccessfully && connected.Bus.CheckHealth().Status == BusHealthStatus.Healthy;

    /// <summary>Publishes events of one type in one message; returns when the broker has it safe.</summary>
    public Task PublishAsync(IReadOnlyList<Envelope> envelopes, CancellationToken cancellation)
        => SendAsync($"exchange:{_names.ExchangeOf(envelopes[0].Type)}", new Message(envelopes), routingKey: null, durable: true, cancellation);

    /// <summary>Answers an echo: small, transient, and lost without harm.</summary>
    public Task EchoAsync(string ear, Guid messageId, CancellationToken cancellation)
        => SendAsync(
            $"exchange:{_names.Echo}?type=direct", new Message([new Envelope(messageId, "Desk:Echo", default, "{}"u8.ToArray(), null, null)]), ear,
            durable: false, cancellation);

    private async Task SendAsync(string exchange, Message message, string? routingKey, bool durable, CancellationToken cancellation)
    {
        if (_connected is not { IsLost: false, Started.IsCompletedSuccessfully: true } connected)
            throw new BrokerAwayException("The bus is not connected.");
        var endpoint = await connected.Exchanges.GetOrAdd(exchange, name => connected.Bus.GetSendEndpoint(new Uri(name)));
        await endpoint.Send(message, sending =>
        {
            sending.MessageId = message.Id;
            sending.Durable = durable;
            sending.Serializer = new Serializer(_clock);
            if (routingKey is not null)
                sending.SetRoutingKey(routingKey);
        }, cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connected = Connect();
        _watching = WatchAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, and waits for what is in hand; what is not finished in time goes back to its queue.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching;
        foreach (var endpoint in _endpoints.Value)
            endpoint.Release();
        // A host that is disposed while it stops asks twice.
        if (Interlocked.Exchange(ref _connected, null) is { } connected)
            await LetGoAsync(connected, cancellationToken);
        await _lettingGo;
    }

    private Connected Connect()
    {
        Built++;
        var bus = CreateBus();
        var connected = new Connected(bus, CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
        bus.ConnectReceiveEndpointObserver(connected);
        connected.Started = StartAsync(connected);
        return connected;
    }

    // A bus that begins before the broker does would wait for many seconds between its attempts.
    private async Task StartAsync(Connected connected)
    {
        var cancellation = connected.GiveUp.Token;
        while (!await connected.TryLineAsync(_line))
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        await connected.Bus.StartAsync(cancellation);
        // Not before the bus is up: one that is still at its queues can't be stopped, and would go on trying, and holding its connection, beside
        // the next.
        await Task.WhenAll(_endpoints.Value.Select(endpoint => (Task)endpoint.TakeFrom(connected.Bus, _names).Ready)).WaitAsync(cancellation);
    }

    private async Task ForgetAsync(Connected lost)
    {
        // A queue at rest before its next attempt would not be stopped, and would come back beside the new bus.
        var since = Stopwatch.GetTimestamp();
        while (lost.IsAtRest && Stopwatch.GetElapsedTime(since) < LongestStop && !_stopping.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LetGoAsync(lost, CancellationToken.None);
    }

    private static async Task LetGoAsync(Connected connected, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestStop);
        await connected.GiveUp.CancelAsync();
        await connected.Started.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connected.Bus.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connected.DisposeAsync();
    }

    /// <summary>
    /// Builds the bus anew when it has lost its broker, and when it is not whole although the broker has answered for a while; the latter with twice
    /// the patience each time, for a machine may be too busy to be quick.
    /// </summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        long? answeringSince = null;
        var patience = Patience;
        var away = false;
        try
        {
            while (true)
            {
                // People wait for the first time; later it is only a watch.
                await Task.Delay(IsReady && !away ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(50), cancellation);
                if (IsHealthy)
                {
                    IsReady = true;
                    answeringSince = null;
                    patience = Patience;
                    if (away)
                        LogBack(_logger);
                    away = false;
                    continue;
                }
                if (!IsReady && Stopwatch.GetElapsedTime(began) < Patience)
                    continue;
                if (!away)
                    LogAway(_logger);
                away = true;
                var old = _connected!;
                if (!old.IsLost)
                {
                    if (!old.HasLine && !old.Started.IsFaulted)
                    {
                        answeringSince = null;
                        continue;
                    }
                    answeringSince ??= Stopwatch.GetTimestamp();
                    if (Stopwatch.GetElapsedTime(answeringSince.Value) < patience)
                        continue;
                    LogAnew(_logger);
                    patience = TimeSpan.FromTicks(Math.Min(patience.Ticks * 2, LongestPatience.Ticks));
                }
                _connected = Connect();
                _lettingGo = Task.WhenAll(_lettingGo, ForgetAsync(old));
                answeringSince = null;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ is away: events wait in the outbox")]
    private static partial void LogAway(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "RabbitMQ is back")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ answers, but the bus has not recovered: it is built anew")]
    private static partial void LogAnew(ILogger logger);

    private sealed class Connected(IBusControl bus, CancellationTokenSource giveUp) : IReceiveEndpointObserver, IAsyncDisposable
    {
        private readonly ConcurrentDictionary<Uri, bool> _resting = new();
        private IConnection? _line;

        public IBusControl Bus { get; } = bus;

        public CancellationTokenSource GiveUp { get; } = giveUp;

        public Task Started { get; set; } = Task.CompletedTask;

        /// <summary>The broker answered, and has not gone since.</summary>
        public bool HasLine => _line is { IsOpen: true };

        /// <summary>Its line broke, or it was up and one of its queues is no longer taken from.</summary>
        public bool IsLost { get; private set; }

        public ConcurrentDictionary<string, Task<ISendEndpoint>> Exchanges { get; } = new();

        /// <summary>A queue that was taken from waits for its next attempt.</summary>
        public bool IsAtRest => !_resting.IsEmpty;

        public async Task<bool> TryLineAsync(ConnectionFactory to)
        {
            try
            {
                _line = await to.CreateConnectionAsync(GiveUp.Token);
            }
            catch (Exception away) when (away is BrokerUnreachableException or IOException or TimeoutException)
            {
                return false;
            }
            _line.ConnectionShutdownAsync += (_, _) =>
            {
                IsLost = true;
                return Task.CompletedTask;
            };
            IsLost = !_line.IsOpen;
            return true;
        }

        public async ValueTask DisposeAsync()
        {
            if (_line is not null)
                await _line.DisposeAsync();
            GiveUp.Dispose();
        }

        public Task Ready(ReceiveEndpointReady ready)
        {
            _resting.TryRemove(ready.InputAddress, out _);
            return Task.CompletedTask;
        }

        public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        public Task Completed(ReceiveEndpointCompleted completed)
        {
            _resting[completed.InputAddress] = true;
            IsLost |= Started.IsCompletedSuccessfully;
            return Task.CompletedTask;
        }

        public Task Faulted(ReceiveEndpointFaulted faulted)
        {
            _resting.TryRemove(faulted.InputAddress, out _);
            IsLost |= Started.IsCompletedSuccessfully;
            return Task.CompletedTask;
        }
    }

    /// <summary>What goes to the broker at once: events of one type.</summary>
    internal sealed record Message(IReadOnlyList<Envelope> Envelopes)
    {
        public Guid Id { get; } = Envelopes.Count == 1 ? Envelopes[0].MessageId : Guid.CreateVersion7();
    }

    /// <summary>The body is JSON already: only the envelope is written here.</summary>
    private sealed class Serializer(TimeProvider clock) : IMessageSerializer
    {
        public ContentType ContentType => EnvelopeType;

        public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class
        {
            var message = (Message)(object)context.Message;
            return new BytesMessageBody(EnvelopeFormat.Write(
                message.Id, message.Envelopes, context.SourceAddress, context.DestinationAddress, clock.GetUtcNow().UtcDateTime));
        }
    }
}
