using System.Collections.Concurrent;
using System.Net.Mime;
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
/// The connection to RabbitMQ, by MassTransit: it reconnects, declares and confirms. Started without waiting, so that a service takes requests
/// while the broker is away; what it says waits in its outbox.
/// </summary>
internal sealed partial class Broker : IHostedService
{
    private static readonly ContentType EnvelopeType = new(EnvelopeFormat.ContentType);

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(8);

    private readonly Uri _address;
    private readonly BrokerNames _names;
    private readonly Lazy<IEndpoints[]> _endpoints;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Lazy<IBusControl> _bus;
    private readonly ConcurrentDictionary<string, Task<ISendEndpoint>> _exchanges = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task<BusHandle>? _starting;

    /// <remarks>The endpoints come late, because some of them answer through the broker they are declared on.</remarks>
    public Broker(IConfiguration configuration, BrokerNames names, Lazy<IEndpoints[]> endpoints, ILoggerFactory loggers, TimeProvider clock)
    {
        (_names, _endpoints, _loggers, _clock) = (names, endpoints, loggers, clock);
        _logger = loggers.CreateLogger<Broker>();
        _address = new Uri(configuration.GetConnectionString("rabbit")
            ?? throw new InvalidOperationException("ConnectionStrings__rabbit is not set: the app host gives it to every service."));
        _bus = new(CreateBus);
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

    public bool IsReady => _starting is { IsCompletedSuccessfully: true };

    public BusHealthResult Health => _bus.Value.CheckHealth();

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
        var endpoint = await _exchanges.GetOrAdd(exchange, name => _bus.Value.GetSendEndpoint(new Uri(name)));
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
        LogContext.ConfigureCurrentLogContext(_loggers);
        _starting = _bus.Value.StartAsync(_stopping.Token);
        _starting.ContinueWith(
            failed => LogNotStarted(_logger, failed.Exception!.GetBaseException()), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, and waits for what is in hand; what is not finished in time goes back to its queue.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in _endpoints.Value)
            endpoint.Release();
        if (IsReady)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LongestStop);
            await _bus.Value.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _stopping.CancelAsync();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The bus did not start")]
    private static partial void LogNotStarted(ILogger logger, Exception failure);

    /// <summary>The body is JSON already: only the envelope is written here.</summary>
    private sealed class Serializer(TimeProvider clock) : IMessageSerializer
    {
        public ContentType ContentType => EnvelopeType;

        public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class
            => new BytesMessageBody(EnvelopeFormat.Write(
                (Envelope)(object)context.Message, context.SourceAddress, context.DestinationAddress, clock.GetUtcNow().UtcDateTime));
    }
}
