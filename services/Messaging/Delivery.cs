using System.Diagnostics;
using MassTransit;

namespace Desk.Messaging;

/// <summary>A message in hand, with the events it carries: not acknowledged until each of them is done.</summary>
internal sealed class Delivery
{
    private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    public Delivery(byte[] bytes)
    {
        Bytes = bytes;
        try
        {
            Events = [.. EnvelopeFormat.Read(bytes).Select(envelope => new Carried(this, envelope, unreadable: null))];
        }
        catch (System.Text.Json.JsonException failure)
        {
            Events = [new Carried(this, envelope: null, failure.Message)];
        }
        _left = Events.Count;
    }

    public byte[] Bytes { get; }

    public IReadOnlyList<Carried> Events { get; }

    /// <summary>Ends when it is handled: acknowledge it. Fails when it was given up unhandled: give it back.</summary>
    public Task Handled => _handled.Task;

    /// <summary>One of its events is done.</summary>
    public void Done()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _handled.TrySetResult();
    }

    public void GiveBack() => _handled.TrySetException(new OperationCanceledException("The process stops before the message was handled."));
}

/// <summary>One event of a message. <paramref name="delivery"/> is null when it comes from the parked ones.</summary>
internal sealed class Carried(Delivery? delivery, Envelope? envelope, string? unreadable)
{
    private int _left = 1;

    public Delivery? Delivery { get; } = delivery;

    /// <summary>Null when the message could not be read; then <see cref="Unreadable"/> says why.</summary>
    public Envelope? Envelope { get; } = envelope;

    public string? Unreadable { get; } = unreadable;

    /// <summary>Some reaction to it is yet to be made: it is done with here all the same, but nobody is told that it was taken in.</summary>
    public bool IsPutAside { get; private set; }

    public void PutAside() => IsPutAside = true;

    public void Expect(int reactions) => _left = reactions;

    /// <summary>A reaction to it is done. True for the last.</summary>
    public bool Done()
    {
        if (Interlocked.Decrement(ref _left) > 0)
            return false;
        Delivery?.Done();
        return true;
    }

    public void GiveBack() => Delivery?.GiveBack();
}

/// <summary>
/// Takes every delivery of a queue before MassTransit looks into it, in the order the broker sent them: MassTransit starts each on its own
/// task, which loses the order, so they are put in line again by delivery tag. Returning acknowledges; throwing gives back.
/// </summary>
internal sealed class InOrder : IFilter<ReceiveContext>, IDisposable
{
    private const int MostConsumers = 4;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(500);

    private readonly Action<Delivery> _take;
    private readonly Lock _gate = new();
    // A channel counts its deliveries from one; after a lost connection the last of the old channel come among the first of the new.
    private readonly Dictionary<string, Line> _lines = [];
    private readonly Timer _watch;
    private bool _watching;
    private bool _released;

    public InOrder(Action<Delivery> take)
    {
        _take = take;
        _watch = new Timer(_ => LetGo());
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = new Delivery(context.Body.GetBytes());
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
            foreach (var line in _lines.Values)
                line.LetGo(_take);
        }
    }

    public void Dispose() => _watch.Dispose();

    private void Enter(RabbitMqBasicConsumeContext? consume, Delivery delivery)
    {
        lock (_gate)
        {
            if (consume is null || _released)
            {
                _take(delivery);
                return;
            }
            if (!_lines.TryGetValue(consume.ConsumerTag, out var line))
            {
                if (_lines.Count >= MostConsumers)
                {
                    foreach (var old in _lines.Values)
                        old.LetGo(_take);
                    _lines.Clear();
                }
                _lines[consume.ConsumerTag] = line = new Line();
            }
            if (!line.Enter(consume.DeliveryTag, delivery, _take) && !_watching)
            {
                _watching = true;
                _watch.Change(LongestHold, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // A connection that breaks swallows deliveries; those behind the gap must not wait for them, for MassTransit waits for those.
    private void LetGo()
    {
        lock (_gate)
        {
            _watching = false;
            foreach (var line in _lines.Values)
            {
                if (line.HeldSince is not { } since)
                    continue;
                if (Stopwatch.GetElapsedTime(since) >= LongestHold)
                    line.LetGo(_take);
                else
                    _watching = true;
            }
            if (_watching)
                _watch.Change(LongestHold, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Line
    {
        private readonly SortedDictionary<ulong, Delivery> _early = [];
        private ulong _next = 1;

        public long? HeldSince { get; private set; }

        /// <summary>True when nothing is left waiting for its turn.</summary>
        public bool Enter(ulong tag, Delivery delivery, Action<Delivery> take)
        {
            if (tag > _next)
            {
                HeldSince ??= Stopwatch.GetTimestamp();
                _early[tag] = delivery;
                return false;
            }
            take(delivery);
            _next = Math.Max(_next, tag + 1);
            while (_early.Count > 0 && _early.Remove(_next, out var due))
            {
                _next++;
                take(due);
                HeldSince = Stopwatch.GetTimestamp();
            }
            if (_early.Count == 0)
                HeldSince = null;
            return _early.Count == 0;
        }

        public void LetGo(Action<Delivery> take)
        {
            foreach (var (tag, delivery) in _early)
            {
                take(delivery);
                _next = tag + 1;
            }
            _early.Clear();
            HeldSince = null;
        }
    }
}
