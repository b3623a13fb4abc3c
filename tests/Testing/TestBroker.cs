using System.Collections.Concurrent;
using System.Text.Json;
using Desk.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Desk.Testing;

/// <summary>
/// The broker as a test sees it: says events as another service would, and hears all that are said. It has names of its own
/// (<see cref="Prefix"/>), so that tests beside each other do not meet.
/// </summary>
public sealed class TestBroker : IAsyncDisposable
{
    private static int _brokers;

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _channelGate = new(1, 1);
    private readonly ConcurrentDictionary<string, Task> _exchanges = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Envelope>> _heard = new();
    private readonly string _ear;

    private TestBroker(IConnection connection, IChannel channel, string ear, string prefix)
        => (_connection, _channel, _ear, Prefix) = (connection, channel, ear, prefix);

    /// <summary>Give it to the host as <c>Desk:QueuePrefix</c>.</summary>
    public string Prefix { get; }

    internal static async Task<TestBroker> StartAsync(DeskServers servers, string? prefix = null)
    {
        prefix ??= $"t{Environment.ProcessId}-{Interlocked.Increment(ref _brokers)}.";
        var connection = await new ConnectionFactory { Uri = new Uri(servers.Rabbit.ConnectionString) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var ear = (await channel.QueueDeclareAsync()).QueueName;
        var broker = new TestBroker(connection, channel, ear, prefix);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            foreach (var envelope in EnvelopeFormat.Read(delivery.Body.ToArray()))
                broker._heard.GetOrAdd(envelope.Type, _ => new()).Enqueue(envelope);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(ear, autoAck: true, consumer);
        return broker;
    }

    /// <summary>
    /// Hears events of this type from now on. Call it before the deed: what was said earlier is not heard.
    /// </summary>
    public Task Hear<TEvent>() where TEvent : class => ExchangeAsync(EventFormat.NameOf(typeof(TEvent)));

    /// <summary>The first event heard, of those not yet taken, that fits; waits for it. Hears the type from the first call on.</summary>
    public async Task<TEvent> Next<TEvent>(Func<TEvent, bool>? fits = null, TimeSpan? atMost = null) where TEvent : class
    {
        await Hear<TEvent>();
        TEvent? found = null;
        await Wait.Until(() => (found = Take(fits)) is not null, $"{typeof(TEvent).Name} was heard", atMost);
        return found!;
    }

    /// <summary>All that were heard of this type and not yet taken.</summary>
    public IReadOnlyList<TEvent> Heard<TEvent>() where TEvent : class
        => [.. Queue<TEvent>().Select(envelope => Parse<TEvent>(envelope))];

    /// <summary>Says it as another service would; returns when the broker has it. Returns the message id; give it again for a duplicate.</summary>
    public async Task<Guid> Say<TEvent>(Guid about, TEvent happened, Guid? messageId = null) where TEvent : class
    {
        var id = messageId ?? Guid.CreateVersion7();
        await SendAsync<TEvent>(id, [(id, about, happened)]);
        return id;
    }

    /// <summary>Says them in one message, as a service under load would.</summary>
    public Task SayTogether<TEvent>(IEnumerable<(Guid About, TEvent Happened)> events) where TEvent : class
        => SendAsync(Guid.CreateVersion7(), events.Select(said => (Guid.CreateVersion7(), said.About, said.Happened)));

    private Task SendAsync<TEvent>(Guid messageId, IEnumerable<(Guid Id, Guid About, TEvent Happened)> events) where TEvent : class
    {
        var type = EventFormat.NameOf(typeof(TEvent));
        var envelopes = events.Select(said => new Envelope(said.Id, type, said.About, JsonSerializer.SerializeToUtf8Bytes(said.Happened, EventFormat.Json), null, null)).ToList();
        return SayRaw(type, EnvelopeFormat.Write(messageId, envelopes, null, null, TimeProvider.System.GetUtcNow().UtcDateTime));
    }

    /// <summary>Puts bytes where events of this type (<c>Desk.Contracts:TicketRegistered</c>) go, whatever they are.</summary>
    public async Task SayRaw(string type, byte[] bytes)
    {
        await ExchangeAsync(type);
        await _channelGate.WaitAsync();
        try
        {
            await _channel.BasicPublishAsync(
                Prefix + type, "", mandatory: false, new BasicProperties { Persistent = true, ContentType = EnvelopeFormat.ContentType }, bytes);
        }
        finally
        {
            _channelGate.Release();
        }
    }

    /// <summary>Messages waiting in a service's queue. Also of a broker that was away: the connection is taken up again first.</summary>
    public async Task<uint> Waiting(string queue)
    {
        await Wait.Until(() => _connection.IsOpen, "the test is connected", TimeSpan.FromSeconds(60));
        await using var channel = await _connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(Prefix + queue)).MessageCount;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _channelGate.Dispose();
    }

    private Task ExchangeAsync(string type) => _exchanges.GetOrAdd(type, async name =>
    {
        await _channelGate.WaitAsync();
        try
        {
            await _channel.ExchangeDeclareAsync(Prefix + name, ExchangeType.Fanout, durable: true);
            await _channel.QueueBindAsync(_ear, Prefix + name, "");
        }
        finally
        {
            _channelGate.Release();
        }
    });

    private TEvent? Take<TEvent>(Func<TEvent, bool>? fits) where TEvent : class
    {
        var queue = Queue<TEvent>();
        TEvent? found = null;
        for (var left = queue.Count; left > 0 && queue.TryDequeue(out var envelope); left--)
        {
            var happened = Parse<TEvent>(envelope);
            if (found is null && (fits?.Invoke(happened) ?? true))
                found = happened;
            else
                queue.Enqueue(envelope);
        }
        return found;
    }

    private ConcurrentQueue<Envelope> Queue<TEvent>() => _heard.GetOrAdd(EventFormat.NameOf(typeof(TEvent)), _ => new());

    private static TEvent Parse<TEvent>(Envelope envelope) => JsonSerializer.Deserialize<TEvent>(envelope.Body.Span, EventFormat.Json)!;
}
