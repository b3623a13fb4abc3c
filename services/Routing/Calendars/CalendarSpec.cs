using System.Globalization;
using Desk.ServiceDefaults;

namespace Desk.Routing.Calendars;

/// <summary>
/// A calendar as it is written and read. Hours maps <c>monday</c>…<c>sunday</c> to spans <c>["08:00","12:00"]</c>; a span ends at <c>24:00</c>
/// at the latest. Holidays is <c>SE</c> or left out; Eves, HalfDaysCloseAt and BridgeDays say which of the days around them are off too.
/// DaysOff are dates <c>2026-08-14</c>, or <c>08-14</c> for every year.
/// </summary>
internal sealed record CalendarSpec(
    string? Key, string? Sv, string? En, string? TimeZone, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>>? Hours,
    string? Holidays, bool Eves = false, string? HalfDaysCloseAt = null, bool BridgeDays = false, IReadOnlyList<string>? DaysOff = null)
{
    private static readonly IReadOnlyDictionary<string, DayOfWeek> Weekdays =
        Enum.GetValues<DayOfWeek>().ToDictionary(day => day.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The calendar, or every fault of the description by field.</summary>
    public (Calendar? Calendar, IReadOnlyDictionary<string, string[]> Errors) Build(string at = "calendar")
    {
        var errors = new Dictionary<string, string[]>();
        void Wrong(string field, string why) => errors[$"{at}.{field}"] = [why];

        if (TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone))
        {
            Wrong("timeZone", Phrase.Of("Ange en tidszon enligt IANA, till exempel Europe/Stockholm.", "Give an IANA time zone, such as Europe/Stockholm."));
            zone = TimeZoneInfo.Utc;
        }

        var week = Enum.GetValues<DayOfWeek>().ToDictionary(day => day, _ => new List<Span>());
        foreach (var (name, spans) in Hours ?? new Dictionary<string, IReadOnlyList<IReadOnlyList<string>>>())
        {
            if (!Weekdays.TryGetValue(name, out var day))
            {
                Wrong($"hours.{name}", Phrase.Of("Dagarna är monday till sunday.", "Days are monday to sunday."));
                continue;
            }
            foreach (var span in spans)
            {
                if (span is not [var opens, var closes] || ReadTime(opens) is not { } from || ReadTime(closes) is not { } to || from >= to)
                    Wrong($"hours.{name}", Phrase.Of("Ett pass är [\"08:00\",\"12:00\"]: det öppnar innan det stänger, och slutar senast 24:00.", "A span is [\"08:00\",\"12:00\"]: it opens before it closes, and ends at 24:00 at the latest."));
                else
                    week[day].Add(new Span(from, to));
            }
            var inOrder = week[day].OrderBy(span => span.From).ToList();
            if (inOrder.Zip(inOrder.Skip(1)).Any(pair => pair.First.To > pair.Second.From))
                Wrong($"hours.{name}", Phrase.Of("Två pass går in i varandra.", "Two spans overlap."));
            week[day] = inOrder;
        }

        if (Holidays is not (null or "" or "SE"))
            Wrong("holidays", Phrase.Of("Bara SE är känt.", "Only SE is known."));
        TimeSpan? halfDay = null;
        if (HalfDaysCloseAt is not null && (halfDay = ReadTime(HalfDaysCloseAt)) is null)
            Wrong("halfDaysCloseAt", Phrase.Of("Ange en tid, till exempel 14:00.", "Give a time, such as 14:00."));

        var dates = new HashSet<DateOnly>();
        var everyYear = new HashSet<(int, int)>();
        foreach (var dayOff in DaysOff ?? [])
        {
            if (DateOnly.TryParseExact(dayOff, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                dates.Add(date);
            else if (DateOnly.TryParseExact("2000-" + dayOff, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date))
                everyYear.Add((date.Month, date.Day));
            else
                Wrong("daysOff", Phrase.Of($"”{dayOff}” är varken ett datum 2026-08-14 eller en dag varje år 08-14.", $"'{dayOff}' is neither a date 2026-08-14 nor a day of every year 08-14."));
        }

        return errors.Count > 0
            ? (null, errors)
            : (new Calendar(zone, week.ToDictionary(day => day.Key, day => (IReadOnlyList<Span>)day.Value), new DaysClosed(
                Holidays == "SE", Eves, halfDay, BridgeDays, dates, everyYear)), errors);
    }

    private static TimeSpan? ReadTime(string text) =>
        text == "24:00" ? TimeSpan.FromDays(1)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
        : null;
}
