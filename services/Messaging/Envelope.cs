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

/// <summary>MassTransit's JSON envelope (<c>application/vnd.masstransit+json</c>), written round an event that is JSON already.</summary>
internal static class EnvelopeFormat
{
    public const string ContentType = "application/vnd.masstransit+json";

    private const string Urn = "urn:message:";
    private const string AboutHeader = "Desk-About", TraceHeader = "traceparent", EchoHeader = "Desk-Echo";

    public static byte[] Write(Envelope envelope, Uri? source, Uri? destination, DateTime sentAt)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(envelope.Body.Length + 512);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("messageId"u8, envelope.MessageId);
        json.WriteString("conversationId"u8, envelope.About);
        if (source is not null) json.WriteString("sourceAddress"u8, source.AbsoluteUri);
        if (destination is not null) json.WriteString("destinationAddress"u8, destination.AbsoluteUri);
        json.WriteStartArray("messageType"u8);
        json.WriteStringValue(Urn + envelope.Type);
        json.WriteEndArray();
        json.WritePropertyName("message"u8);
        json.WriteRawValue(envelope.Body.Span, skipInputValidation: true);
        json.WriteString("sentTime"u8, sentAt);
        json.WriteStartObject("headers"u8);
        json.WriteString(AboutHeader, envelope.About);
        if (envelope.TraceParent is not null) json.WriteString(TraceHeader, envelope.TraceParent);
        if (envelope.Echo is not null) json.WriteString(EchoHeader, envelope.Echo);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">It is not such an envelope.</exception>
    public static Envelope Read(byte[] bytes)
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
                    json.Read();
                    var start = (int)json.TokenStartIndex;
                    json.Skip();
                    body = bytes.AsMemory(start, (int)json.BytesConsumed - start);
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
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException)
        {
            throw new JsonException(failure.Message, failure);
        }
        if (id is null || type is null || body.IsEmpty)
            throw new JsonException("The message is not in MassTransit's envelope: messageId, messageType or message is missing.");
        return new Envelope(id.Value, type.StartsWith(Urn, StringComparison.Ordinal) ? type[Urn.Length..] : type, about, body, trace, echo);
    }
}
