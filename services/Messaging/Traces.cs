using System.Buffers.Binary;
using System.Diagnostics;

namespace Desk.Messaging;

/// <summary>The spans of a message's way. Nobody listening costs a comparison; who said it is in the outbox row all the same.</summary>
internal static class Traces
{
    private static readonly ActivitySource Source = new("Desk.Messaging");

    /// <summary>Through the outbox to the broker: from when it was said until it is confirmed. What reacts to it goes on from here.</summary>
    public static Activity? Carry(Envelope envelope)
    {
        if (!Source.HasListeners() || !ActivityContext.TryParse(envelope.TraceParent, null, isRemote: true, out var said))
            return null;
        var name = envelope.Type[(envelope.Type.IndexOf(':') + 1)..];
        return Describe(
            Source.StartActivity($"outbox {name}", ActivityKind.Producer, said, startTime: WhenMade(envelope.MessageId)), envelope, "publish");
    }

    /// <summary>It was not sent after all: the next try will tell.</summary>
    public static void Forget(Activity? carrying)
    {
        if (carrying is not null)
            carrying.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    public static Activity? React(Unit unit) => Consume(unit.Reaction, unit.Envelope);

    public static Activity? PutAside(Unit unit) => Consume($"put aside {unit.Reaction}", unit.Envelope);

    private static Activity? Consume(string name, Envelope envelope)
    {
        if (!Source.HasListeners())
            return null;
        ActivityContext.TryParse(envelope.TraceParent, null, isRemote: true, out var sent);
        return Describe(Source.StartActivity(name, ActivityKind.Consumer, sent), envelope, "process");
    }

    // Without messaging.system: where that stands, the dashboard shows it and the exchange instead of the span's own, better name.
    private static Activity? Describe(Activity? activity, Envelope envelope, string operation)
        => activity?.SetTag("messaging.operation.name", operation).SetTag("messaging.destination.name", envelope.Type)
            .SetTag("messaging.message.id", envelope.MessageId.ToString());

    // A version 7 id begins with the milliseconds of its making.
    private static DateTimeOffset WhenMade(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
    }
}
