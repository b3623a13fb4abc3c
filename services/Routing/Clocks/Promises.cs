using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using Desk.Contracts;
using Desk.ServiceDefaults;
using Calendar = Desk.Routing.Calendars.Calendar;

namespace Desk.Routing.Clocks;

/// <summary>What an agreement promises at one priority, in working time. A promise that is left out is not made.</summary>
internal sealed record Promises(
    [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? Answer = null,
    [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? Reply = null,
    [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? Update = null,
    [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? Resolution = null)
{
    public TimeSpan? Of(TargetKind target) => target switch
    {
        TargetKind.Answer => Answer,
        TargetKind.Reply => Reply,
        TargetKind.Update => Update,
        TargetKind.Resolution => Resolution,
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
    };
}

/// <summary>The promises and the calendar that count their working time.</summary>
internal sealed record Terms(Promises Promises, Calendar Calendar);

/// <summary>
/// ISO 8601 durations of working time: <c>PT8H</c>, <c>PT30M</c>. Days are refused on the way in, because a working day has as many hours as
/// its calendar says, and never written: 24 hours are <c>PT24H</c>.
/// </summary>
internal sealed class WorkingDuration : JsonConverter<TimeSpan?>
{
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return Parse(text) ?? throw new JsonException(Phrase.Of($"”{text}” är ingen längd av arbetstid, som PT8H eller PT30M.", $"'{text}' is not a duration of working time such as PT8H or PT30M."));
    }

    public static TimeSpan? Parse(string text)
    {
        if (!text.StartsWith("PT", StringComparison.Ordinal) || text.Length > 30)
            return null;
        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            return duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(366 * 10) ? duration : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            return null;
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options)
    {
        if (value is { } duration) writer.WriteStringValue(Write(duration)); else writer.WriteNullValue();
    }

    public static string Write(TimeSpan duration)
    {
        var hours = (long)duration.TotalHours;
        var rest = duration - TimeSpan.FromHours(hours);
        var text = "PT";
        if (hours > 0) text += hours.ToString(CultureInfo.InvariantCulture) + "H";
        if (rest.Minutes > 0) text += rest.Minutes.ToString(CultureInfo.InvariantCulture) + "M";
        rest -= TimeSpan.FromMinutes(rest.Minutes);
        if (rest > TimeSpan.Zero || text == "PT") text += rest.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture) + "S";
        return text;
    }
}
