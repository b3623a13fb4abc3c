using System.Globalization;
using System.Text;

namespace Desk.Routing.Shifts;

/// <summary>An entry of a calendar: whole days, both included.</summary>
internal sealed record IcalEntry(string Uid, DateOnly From, DateOnly To, string? Summary);

/// <summary>As much of RFC 5545 as a duty list says, and as days off need to be read.</summary>
internal static class Ical
{
    private const string Moment = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>An agent's duties, for their own calendar. Language is <c>sv</c> or <c>en</c>.</summary>
    public static string Write(IEnumerable<Duty> duties, string agent, string domain, string language, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Desk//Duties//EN");
        Line("METHOD:PUBLISH");
        Line("X-WR-CALNAME:" + (language == "sv" ? "Arbetspass" : "Shifts"));
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        foreach (var duty in duties)
        {
            Line("BEGIN:VEVENT");
            Line($"UID:{duty.Date:yyyyMMdd}-{duty.Shift.Key}-{duty.Rotation ?? "fixed"}-{agent.Split('@')[0]}@{domain}");
            Line("DTSTAMP:" + now.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture));
            Line("DTSTART:" + duty.When.From.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture));
            Line("DTEND:" + duty.When.To.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture));
            Line("SUMMARY:" + Escape(language == "sv" ? duty.Shift.Sv : duty.Shift.En));
            if (duty.For is { } other)
                Line("DESCRIPTION:" + Escape((language == "sv" ? "I stället för " : "In place of ") + other));
            // On call, one is free until one is called.
            Line("TRANSP:" + (duty.Shift.OnCall ? "TRANSPARENT" : "OPAQUE"));
            Line("END:VEVENT");
        }
        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string line)
        {
            // Folded at 75 octets, and never inside a letter.
            var octets = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > 74)
                {
                    text.Append("\r\n ");
                    octets = 1;
                }
                text.Append(rune.ToString());
                octets += rune.Utf8SequenceLength;
            }
            text.Append("\r\n");
        }
    }

    /// <summary>The days of every entry that has a beginning; repeated ones are taken once. What cannot be read is left out.</summary>
    public static IReadOnlyList<IcalEntry> Read(string text, int most)
    {
        var entries = new List<IcalEntry>();
        Dictionary<string, string>? entry = null;
        foreach (var line in text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal).Split('\n'))
        {
            if (line.Equals("BEGIN:VEVENT", StringComparison.OrdinalIgnoreCase))
            {
                entry = [];
            }
            else if (line.Equals("END:VEVENT", StringComparison.OrdinalIgnoreCase) && entry is not null)
            {
                if (entries.Count < most && DateOf(entry.GetValueOrDefault("DTSTART")) is { } from)
                {
                    // An end that is a date alone, or midnight, is the day after the last.
                    var end = entry.GetValueOrDefault("DTEND");
                    var to = DateOf(end) is { } given ? given.AddDays(end!.Length == 8 || end.Contains("T000000", StringComparison.Ordinal) ? -1 : 0) : from;
                    entries.Add(new IcalEntry(
                        entry.GetValueOrDefault("UID") is { Length: > 0 } uid ? uid : $"{from:yyyyMMdd}", from, to < from ? from : to,
                        entry.GetValueOrDefault("SUMMARY")?.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\n", " ", StringComparison.Ordinal)));
                }
                entry = null;
            }
            else if (entry is not null && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                entry.TryAdd(line[..colon].Split(';')[0].ToUpperInvariant(), line[(colon + 1)..].Trim());
            }
        }
        return entries;
    }

    private static DateOnly? DateOf(string? value)
        => value is { Length: >= 8 } && DateOnly.TryParseExact(value[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace(";", "\\;", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
