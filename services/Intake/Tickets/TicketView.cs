using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Intake.Tickets;

/// <summary>
/// A ticket as the API shows it. The work on it (status to clocks) is a copy of Routing's, at <c>version</c>; before Routing has spoken, version
/// is 0, the status new, and type, category, impact and urgency are what was claimed.
/// </summary>
internal sealed record TicketView(
    Guid Id, string Number, string Subject, Channel Channel, TicketStatus Status, WaitingFor? WaitingFor, TicketType Type, string? Category,
    Impact Impact, Urgency Urgency, Priority? Priority, string? Team, string? TeamName, Line? Line, string? Assignee, string? AssigneeName,
    RequesterView Requester, string? NextStep, DateTimeOffset? NextStepAt, StoredClocks Clocks, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    long Version)
{
    /// <summary>The number of the ticket that goes on with this one.</summary>
    public string? MergedInto { get; init; }

    public Ownership Ownership { get; init; }
}

/// <summary>The person helped. The phone number is for agents and the person.</summary>
internal sealed record RequesterView(Guid Id, string Email, string? Name, string? Phone, string Language, string? Organisation)
{
    /// <summary>Said to agents, of those who are.</summary>
    public bool? Vip { get; init; }
}

/// <summary>A promise with its time. A paused clock has no due time.</summary>
internal sealed record Clock(TargetKind Target, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, bool Paused);

/// <summary>
/// The clocks of a ticket, an array of <see cref="Clock"/> in JSON as they are stored: written once when Routing speaks, copied out for every
/// reader, never taken apart in between.
/// </summary>
[JsonConverter(typeof(StoredClocks.AsStored))]
internal readonly record struct StoredClocks(ReadOnlyMemory<byte> Json)
{
    public static readonly StoredClocks None = new("[]"u8.ToArray());

    internal sealed class AsStored : JsonConverter<StoredClocks>
    {
        public override StoredClocks Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new StoredClocks(System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
        }

        public override void Write(Utf8JsonWriter writer, StoredClocks value, JsonSerializerOptions options)
            => writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
