using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Mime;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Desk.Messaging;

/// <summary>The names of queues and exchanges. <c>Desk:QueuePrefix</c> goes before them all, so that several desks can share a broker.</summary>
internal sealed class BrokerNames(IConfiguration configuration)
{
    private readonly string _prefix = configuration["Desk:QueuePrefix"] ?? "";

    public string Echo => _prefix + "desk.echo";

    public string ExchangeOf(string eventType) => _prefix + eventType;

    public string Queue(string service) => _prefix + service;

    public string DeadLetters(string service) => _prefix + service + ".dead";

    public string Ear(string process, string ear) => $"{_prefix}{process}.ear.{ear}";
}

/// <summary>What a process takes from the broker: each of its queues, and where each delivery goes.</summary>
internal interface IEndpoints
{
    void Declare(IRabbitMqBusFactoryConfigurator bus, BrokerNames names);

    /// <summary>The process is stopping: hold nothing back any more.</summary>
    void Release();
}

/// <summary>
/// The connection to RabbitMQ, by MassTransit: it reconnects, declares and confirms. Nobody waits for it, so that a service starts beside the
/// broker and takes requests while that is away; what it says waits in its outbox.
/// </summary>
internal sealed partial class Broker : IHostedService
{
    private static readonly ContentType EnvelopeType = new(EnvelopeFormat.ContentType);

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Uri _address;
    private readonly BrokerNames _names;
    private readonly Lazy<IEndpoints[]> _endpoints;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private volatile Connected? _connected;
    private Task _watching = Task.CompletedTask;

    /// <remarks>The endpoints come late, because some of them answer through the broker they are declared on.</remarks>
    public Broker(IConfiguration configuration, BrokerNames names, Lazy<IEndpoints[]> endpoints, ILoggerFactory loggers, TimeProvider clock)
    {
        (_names, _endpoints, _loggers, _clock) = (names, endpoints, loggers, clock);
        _logger = loggers.CreateLogger<Broker>();
        _address = new Uri(configuration.GetConnectionString("rabbit")
            ?? throw new InvalidOperationException("ConnectionStrings__rabbit is not set: the app host gives it to every service."));
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
                host.Heartbeat(TimeSpan.FromSeconds(10));
                if (secure)
                    host.UseSsl(ssl => ssl.ServerName = _address.Host);
            });
            foreach (var endpoint in _endpoints.Value)
                endpoint.Declare(bus, _names);
        });
    }

    /// <summary>The queues have been declared, at least once.</summary>
    public bool IsReady { get; private set; }

    public bool IsHealthy => _connected is { } connected && connected.Started.IsCompletedSuccessfully && connected.Bus.CheckHealth().Status == BusHealthStatus.Healthy;

    /// <summary>Publishes an event; returns when the broker has it safe.</summary>
    public Task PublishAsync(Envelope envelope, CancellationToken cancellation)
        => SendAsync($"exchange:{_names.ExchangeOf(envelope.Type)}", envelope, routingKey: null, durable: true, cancellation);

    /// <summary>Answers an echo: small, transient, and lost without harm.</summary>
    public Task EchoAsync(string ear, Guid messageId, CancellationToken cancellation)
        => SendAsync(
            $"exchange:{_names.Echo}?type=direct", new Envelope(messageId, "Desk:Echo", default, "{}"u8.ToArray(), null, null), ear, durable: false,
            cancellation);

    private async Task SendAsync(string exchange, Envelope envelope, string? routingKey, bool durable, CancellationToken cancellation)
    {
        var connected = _connected ?? throw new BrokerAwayException("The bus is not started.");
        var endpoint = await connected.Exchanges.GetOrAdd(exchange, name => connected.Bus.GetSendEndpoint(new Uri(name)));
        await endpoint.Send(envelope, sending =>
        {
            sending.MessageId = envelope.MessageId;
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
        if (_connected is { } connected)
            await DisconnectAsync(connected, cancellationToken);
    }

    private Connected Connect()
    {
        var bus = CreateBus();
        return new Connected(bus, StartAsync(bus, _stopping.Token));
    }

    // A bus that begins before the broker does would wait for many seconds between its attempts.
    private async Task<BusHandle> StartAsync(IBusControl bus, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        for (var told = false; !await AnswersAsync(cancellation); await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation))
        {
            if (told || Stopwatch.GetElapsedTime(since) < Patience)
                continue;
            LogAway(_logger);
            told = true;
        }
        return await bus.StartAsync(cancellation);
    }

    private async Task DisconnectAsync(Connected connected, CancellationToken cancellation)
    {
        foreach (var endpoint in _endpoints.Value)
            endpoint.Release();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestStop);
        await ((Task)connected.Started).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connected.Bus.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// MassTransit reconnects by itself, but waits up to half a minute between attempts, and a queue whose reconnection is cancelled half-way
    /// (a handshake that took too long) is never taken from again. When the broker has answered for a while and the bus is not whole, it is
    /// built anew.
    /// </summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        long? answeringSince = null;
        var away = false;
        try
        {
            while (true)
            {
                // People wait for the first time; later it is only a watch.
                await Task.Delay(IsReady ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(50), cancellation);
                if (IsHealthy)
                {
                    IsReady = true;
                    answeringSince = null;
                    if (away)
                        LogBack(_logger);
                    away = false;
                    continue;
                }
                if (!IsReady && _connected!.Started is { IsCompleted: false })
                    continue;
                if (!away)
                    LogAway(_logger);
                away = true;
                if (!await AnswersAsync(cancellation))
                {
                    answeringSince = null;
                    continue;
                }
                answeringSince ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(answeringSince.Value) < Patience)
                    continue;
                LogAnew(_logger);
                var old = _connected!;
                await DisconnectAsync(old, cancellation);
                _connected = Connect();
                answeringSince = null;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    // RabbitMQ listens before it serves: its first frame says that it does.
    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        if (_address.Scheme == "amqps")
            return true;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(3));
            using var client = new TcpClient();
            await client.ConnectAsync(_address.Host, _address.Port > 0 ? _address.Port : 5672, limit.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
            var frame = new byte[1];
            return await client.GetStream().ReadAsync(frame, limit.Token) == 1 && frame[0] == 1;
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ is away: events wait in the outbox")]
    private static partial void LogAway(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "RabbitMQ is back")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ answers, but the bus has not recovered: it is built anew")]
    private static partial void LogAnew(ILogger logger);

    private sealed record Connected(IBusControl Bus, Task<BusHandle> Started)
    {
        public ConcurrentDictionary<string, Task<ISendEndpoint>> Exchanges { get; } = new();
    }

    /// <summary>The body is JSON already: only the envelope is written here.</summary>
    private sealed class Serializer(TimeProvider clock) : IMessageSerializer
    {
        public ContentType ContentType => EnvelopeType;

        public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class
            => new BytesMessageBody(EnvelopeFormat.Write(
                (Envelope)(object)context.Message, context.SourceAddress, context.DestinationAddress, clock.GetUtcNow().UtcDateTime));
    }
}
