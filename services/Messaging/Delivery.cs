using MassTransit;

namespace Desk.Messaging;

/// <summary>A message in hand: not acknowledged until <see cref="Done"/>.</summary>
internal sealed class Delivery(byte[] bytes, Envelope? envelope, string? unreadable)
{
    private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = 1;

    public byte[] Bytes { get; } = bytes;

    /// <summary>Null when it could not be read; then <see cref="Unreadable"/> says why.</summary>
    public Envelope? Envelope { get; } = envelope;

    public string? Unreadable { get; } = unreadable;

    /// <summary>Ends when it is handled: acknowledge it. Fails when it was given up unhandled: give it back.</summary>
    public Task Handled => _handled.Task;

    /// <summary>Some reaction to it is yet to be made: it is acknowledged all the same, but nobody is told that it was taken in.</summary>
    public bool IsPutAside { get; private set; }

    public void PutAside() => IsPutAside = true;

    public void Expect(int parts) => _left = parts;

    /// <summary>A part of it is done. True for the last.</summary>
    public bool Done()
    {
        if (Interlocked.Decrement(ref _left) > 0)
            return false;
        _handled.TrySetResult();
        return true;
    }

    public void GiveBack() => _handled.TrySetException(new OperationCanceledException("The process stops before the message was handled."));
}

/// <summary>
/// Takes every delivery of a queue before MassTransit looks into it, in the order the broker sent them: MassTransit starts each on its own
/// task, which loses the order, so they are put in line again by delivery tag. Returning acknowledges; throwing gives back.
/// </summary>
internal sealed class InOrder(Action<Delivery> take) : IFilter<ReceiveContext>
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, Delivery> _early = [];
    private string? _consumer;
    private ulong _next = 1;
    private bool _released;

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = Read(context.Body.GetBytes());
        Enter(context.TryGetPayload<RabbitMqBasicConsumeContext>(out var consume) ? consume : null, delivery);
        await delivery.Handled;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("inOrder");

    /// <summary>From now on nothing waits for its turn: deliveries that MassTransit turned away leave gaps.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _released = true;
            Flush();
        }
    }

    private void Enter(RabbitMqBasicConsumeContext? consume, Delivery delivery)
    {
        lock (_gate)
        {
            if (consume is null || _released)
            {
                take(delivery);
                return;
            }
            if (consume.ConsumerTag != _consumer)
            {
                // A new channel counts from one again; what is left of the old one will come once more, so order there is past saving.
                Flush();
                (_consumer, _next) = (consume.ConsumerTag, 1);
            }
            _early[consume.DeliveryTag] = delivery;
            while (_early.Remove(_next, out var due))
            {
                _next++;
                take(due);
            }
        }
    }

    private void Flush()
    {
        foreach (var delivery in _early.Values)
            take(delivery);
        _early.Clear();
    }

    private static Delivery Read(byte[] bytes)
    {
        try
        {
            return new Delivery(bytes, EnvelopeFormat.Read(bytes), unreadable: null);
        }
        catch (System.Text.Json.JsonException failure)
        {
            return new Delivery(bytes, envelope: null, failure.Message);
        }
    }
}
