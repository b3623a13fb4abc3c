using System.Text.Json;
using Desk.ServiceDefaults;

namespace Desk.Messaging;

/// <summary>A message as it lies in the outbox and travels: the event's JSON and what is known about it.</summary>
internal sealed record Envelope(
    Guid MessageId, string Type, Guid About, ReadOnlyMemory<byte> Body, string? TraceParent, string? Echo);

/// <summary>The JSON and the names of events.</summary>
internal static class EventFormat
{
    public static readonly JsonSerializerOptions Json = MakeJson();

    /// <summary>The exchange an event is published to, and its name everywhere: <c>Desk.Contracts:TicketRegistered</c>, as MassTransit names it.</summary>
    public static string NameOf(Type type) => $"{type.Namespace}:{type.Name}";

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions();
        ServiceDefaultsExtensions.UseDeskJson(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>
/// MassTransit's JSON envelope (<c>application/vnd.masstransit+json</c>), written round an event that is JSON already. Events of one type that are
/// sent at the same moment share a message: its type is <c>Desk.Messaging:Together</c>, its body the events with their own ids (ADR 0006).
/// </summary>
internal static class EnvelopeFormat
{
    public const string ContentType = "application/vnd.masstransit+json";

    private const string Urn = "urn:message:";
    private const string Together = "Desk.Messaging:Together";
    private const string AboutHeader = "Desk-About", TraceHeader = "traceparent", EchoHeader = "Desk-Echo";

    /// <param name="messageId">The message's own id; one that carries a single event has the event's.</param>
    /// <param name="envelopes">Of one type.</param>
    public static byte[] Write(Guid messageId, IReadOnlyList<Envelope> envelopes, Uri? source, Uri? destination, DateTime sentAt)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(envelopes.Sum(envelope => envelope.Body.Length + 256) + 256);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var single = envelopes.Count == 1 ? envelopes[0] : null;
        json.WriteStartObject();
        json.WriteString("messageId"u8, messageId);
        if (single is not null) json.WriteString("conversationId"u8, single.About);
        if (source is not null) json.WriteString("sourceAddress"u8, source.AbsoluteUri);
        if (destination is not null) json.WriteString("destinationAddress"u8, destination.AbsoluteUri);
        json.WriteStartArray("messageType"u8);
        json.WriteStringValue(Urn + (single?.Type ?? Together));
        json.WriteEndArray();
        json.WritePropertyName("message"u8);
        if (single is not null)
            json.WriteRawValue(single.Body.Span, skipInputValidation: true);
        else
            WriteTogether(json, envelopes);
        json.WriteString("sentTime"u8, sentAt);
        json.WriteStartObject("headers"u8);
        if (single is not null)
        {
            json.WriteString(AboutHeader, single.About);
            if (single.TraceParent is not null) json.WriteString(TraceHeader, single.TraceParent);
            if (single.Echo is not null) json.WriteString(EchoHeader, single.Echo);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTogether(Utf8JsonWriter json, IReadOnlyList<Envelope> envelopes)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, envelopes[0].Type);
        json.WriteStartArray("events"u8);
        foreach (var envelope in envelopes)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, envelope.MessageId);
            json.WriteString("about"u8, envelope.About);
            if (envelope.TraceParent is not null) json.WriteString("trace"u8, envelope.TraceParent);
            if (envelope.Echo is not null) json.WriteString("echo"u8, envelope.Echo);
            json.WritePropertyName("event"u8);
            json.WriteRawValue(envelope.Body.Span, skipInputValidation: true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What the message carries: one event, or several in the order they were said.</summary>
    /// <exception cref="JsonException">It is not such an envelope.</exception>
    public static IReadOnlyList<Envelope> Read(byte[] bytes)
    {
        Guid? id = null;
        string? type = null, trace = null, echo = null;
        Guid about = default;
        ReadOnlyMemory<byte> body = default;
        try
        {
            var json = new Utf8JsonReader(bytes);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("messageId"u8))
                {
                    json.Read();
                    id = json.GetGuid();
                }
                else if (json.ValueTextEquals("messageType"u8))
                {
                    json.Read();
                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                        type ??= json.GetString();
                }
                else if (json.ValueTextEquals("message"u8))
                {
                    body = Raw(ref json, bytes);
                }
                else if (json.ValueTextEquals("headers"u8))
                {
                    json.Read();
                    while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                    {
                        var name = json.GetString();
                        json.Read();
                        switch (name)
                        {
                            case AboutHeader: about = json.GetGuid(); break;
                            case TraceHeader: trace = json.GetString(); break;
                            case EchoHeader: echo = json.GetString(); break;
                            default: json.Skip(); break;
                        }
                    }
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }
            if (id is null || type is null || body.IsEmpty)
                throw new JsonException("The message is not in MassTransit's envelope: messageId, messageType or message is missing.");
            type = type.StartsWith(Urn, StringComparison.Ordinal) ? type[Urn.Length..] : type;
            return type == Together ? ReadTogether(body) : [new Envelope(id.Value, type, about, body, trace, echo)];
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException)
        {
            throw new JsonException(failure.Message, failure);
        }
    }

    private static List<Envelope> ReadTogether(ReadOnlyMemory<byte> message)
    {
        var envelopes = new List<Envelope>();
        string? type = null;
        var json = new Utf8JsonReader(message.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                type = json.GetString();
            }
            else if (json.ValueTextEquals("events"u8))
            {
                json.Read();
                while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                    envelopes.Add(ReadOne(ref json, message));
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
        return type is not null && envelopes.Count > 0
            ? [.. envelopes.Select(envelope => envelope with { Type = type })]
            : throw new JsonException("The message should carry several events: its type or the events are missing.");
    }

    private static Envelope ReadOne(ref Utf8JsonReader json, ReadOnlyMemory<byte> message)
    {
        Guid? id = null;
        Guid about = default;
        string? trace = null, echo = null;
        ReadOnlyMemory<byte> body = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("event"u8))
            {
                body = Raw(ref json, message);
                continue;
            }
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "id": id = json.GetGuid(); break;
                case "about": about = json.GetGuid(); break;
                case "trace": trace = json.GetString(); break;
                case "echo": echo = json.GetString(); break;
                default: json.Skip(); break;
            }
        }
        return id is not null && !body.IsEmpty
            ? new Envelope(id.Value, "", about, body, trace, echo)
            : throw new JsonException("One of the message's events has no id, or is missing.");
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return bytes[start..(int)json.BytesConsumed];
    }
}
