using System.Collections.Concurrent;
using System.Globalization;

namespace Desk.Routing.Calendars;

/// <summary>A stretch of a day by the wall clock, from midnight. To may be 24 hours.</summary>
internal readonly record struct Span(TimeSpan From, TimeSpan To);

/// <summary>A stretch of real time.</summary>
internal readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To);

/// <summary>A stretch when the desk is closed, and why. Both null: it is simply outside opening hours.</summary>
internal readonly record struct Closure(Stretch When, string? Sv, string? En);

/// <summary>Which days opening hours do not hold on. HalfDaysCloseAt shortens the days before a holiday; null leaves them whole.</summary>
internal sealed record DaysClosed(
    bool Swedish, bool Eves, TimeSpan? HalfDaysCloseAt, bool BridgeDays, IReadOnlySet<DateOnly> Dates, IReadOnlySet<(int Month, int Day)> EveryYear);

/// <summary>
/// Opening hours in a time zone, and arithmetic with the working time in them. The desk is open at an instant when the wall clock of the
/// zone then shows a time inside a span of that day: an hour that the wall clock skips in spring is never worked, and one it repeats in
/// autumn is worked twice. Everything is counted in real elapsed time.
/// </summary>
internal sealed class Calendar(TimeZoneInfo zone, IReadOnlyDictionary<DayOfWeek, IReadOnlyList<Span>> week, DaysClosed closed)
{
    /// <summary>So long without an opening means that the desk never opens.</summary>
    private const int MostDaysClosed = 3660;
    private const long TicksADay = TimeSpan.TicksPerDay;

    // Keyed by whole UTC days since year 1: those have no gaps and no repeats, whatever the zone does.
    private readonly ConcurrentDictionary<int, (long From, long To)[]> _openings = new();
    private readonly ConcurrentDictionary<int, Dictionary<DateOnly, Holiday>> _holidays = new();
    private readonly bool _opensAtAll = week.Values.Any(spans => spans.Count > 0);

    public TimeZoneInfo Zone => zone;

    /// <summary>The working time from one instant to another; zero when they come the other way round.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var (start, end) = (from.UtcTicks, to.UtcTicks);
        var worked = 0L;
        if (!_opensAtAll)
            return TimeSpan.Zero;
        for (var day = DayOf(start); day * TicksADay < end; day++)
        {
            foreach (var opening in Openings(day))
                worked += Math.Max(0, Math.Min(opening.To, end) - Math.Max(opening.From, start));
        }
        return new TimeSpan(worked);
    }

    /// <summary>The first instant when so much working time has passed since <paramref name="from"/>; null when the desk never opens.</summary>
    public DateTimeOffset? Add(DateTimeOffset from, TimeSpan working)
    {
        if (working <= TimeSpan.Zero)
            return from.ToUniversalTime();
        var (start, left) = (from.UtcTicks, working.Ticks);
        for (int day = DayOf(start), shut = 0; _opensAtAll && shut < MostDaysClosed && InRange(day); day++)
        {
            var openings = Openings(day);
            shut = openings.Length == 0 ? shut + 1 : 0;
            foreach (var opening in openings)
            {
                var begin = Math.Max(opening.From, start);
                var length = opening.To - begin;
                if (length <= 0)
                    continue;
                if (length >= left)
                    return Utc(begin + left);
                left -= length;
            }
        }
        return null;
    }

    /// <summary>The last instant from which so much working time passes until <paramref name="until"/>; null when the desk never opened.</summary>
    public DateTimeOffset? Subtract(DateTimeOffset until, TimeSpan working)
    {
        if (working <= TimeSpan.Zero)
            return until.ToUniversalTime();
        var (end, left) = (until.UtcTicks, working.Ticks);
        for (int day = DayOf(end), shut = 0; _opensAtAll && shut < MostDaysClosed && InRange(day); day--)
        {
            var openings = Openings(day);
            shut = openings.Length == 0 ? shut + 1 : 0;
            for (var i = openings.Length - 1; i >= 0; i--)
            {
                var stop = Math.Min(openings[i].To, end);
                var length = stop - openings[i].From;
                if (length <= 0)
                    continue;
                if (length >= left)
                    return Utc(stop - left);
                left -= length;
            }
        }
        return null;
    }

    /// <summary>
    /// The closing time of the n-th day with opening hours after the day of <paramref name="from"/>: "within five working days" lasts until
    /// the desk closes on the fifth. Null when the desk never opens.
    /// </summary>
    public DateTimeOffset? AddWorkingDays(DateTimeOffset from, int days)
    {
        var date = LocalDate(from);
        for (var shut = 0; _opensAtAll && shut < MostDaysClosed; shut++)
        {
            date = date.AddDays(1);
            if (Hours(date) is not { Count: > 0 } spans)
                continue;
            shut = 0;
            if (--days <= 0)
            {
                var local = date.ToDateTime(TimeOnly.MinValue) + spans[^1].To;
                // A closing time that the wall clock skips that night: an hour later is a good enough answer to a question of days.
                return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone), TimeSpan.Zero);
            }
        }
        return null;
    }

    public bool IsOpen(DateTimeOffset at)
        => Openings(DayOf(at.UtcTicks)).Any(opening => opening.From <= at.UtcTicks && at.UtcTicks < opening.To);

    /// <summary>The stretches between two instants when the desk is closed, in order, a new one where the reason changes.</summary>
    public IEnumerable<Closure> Closures(DateTimeOffset from, DateTimeOffset to)
    {
        var cursor = from.ToUniversalTime();
        for (var day = DayOf(from.UtcTicks); day * TicksADay < to.UtcTicks; day++)
        {
            foreach (var opening in Openings(day))
            {
                if (opening.To <= from.UtcTicks || opening.From >= to.UtcTicks)
                    continue;
                if (Utc(opening.From) > cursor)
                    yield return Close(cursor, Utc(opening.From));
                cursor = Utc(opening.To);
            }
        }
        if (cursor < to)
            yield return Close(cursor, to);
    }

    /// <summary>The hours of a date, with holidays and days off taken away.</summary>
    public IReadOnlyList<Span> Hours(DateOnly date)
    {
        if (IsDayOff(date))
            return [];
        var spans = week.GetValueOrDefault(date.DayOfWeek) ?? [];
        if (HolidayOn(date) is not { } holiday)
            return spans;
        return holiday.Kind != DayKind.HalfDay ? []
            : [.. spans.Where(span => span.From < closed.HalfDaysCloseAt).Select(span => span with { To = Min(span.To, closed.HalfDaysCloseAt!.Value) })];
    }

    /// <summary>A holiday, an eve that is off, or a day off: not what a weekday or a half-day does by itself.</summary>
    public bool IsHoliday(DateOnly date) => IsDayOff(date) || HolidayOn(date) is { Kind: not DayKind.HalfDay };

    private Closure Close(DateTimeOffset from, DateTimeOffset to)
    {
        // A holiday anywhere in the stretch is what people ask about; a night or a weekend explains itself.
        var names = new List<(string Sv, string En)>();
        for (var date = LocalDate(from); date <= LocalDate(to.AddTicks(-1)); date = date.AddDays(1))
        {
            if ((week.GetValueOrDefault(date.DayOfWeek) ?? []).Count == 0)
                continue;
            if (HolidayOn(date) is { } holiday)
                names.Add((holiday.Sv, holiday.En));
            else if (IsDayOff(date))
                names.Add(("ledig dag", "day off"));
        }
        return names.Count == 0
            ? new Closure(new Stretch(from, to), null, null)
            : new Closure(new Stretch(from, to), string.Join(", ", names.Select(name => name.Sv)), string.Join(", ", names.Select(name => name.En)));
    }

    private bool IsDayOff(DateOnly date) => closed.Dates.Contains(date) || closed.EveryYear.Contains((date.Month, date.Day));

    private Holiday? HolidayOn(DateOnly date)
    {
        if (!closed.Swedish)
            return null;
        var ofYear = _holidays.GetOrAdd(date.Year, year => SwedishHolidays.Of(year)
            .Where(day => day.Kind switch
            {
                DayKind.Public => true,
                DayKind.Eve => closed.Eves,
                DayKind.HalfDay => closed.HalfDaysCloseAt is not null,
                DayKind.Bridge => closed.BridgeDays,
                _ => throw new ArgumentOutOfRangeException(nameof(date), day.Kind, null),
            })
            // Two may fall on one date (Ascension on May Day): the stronger is first in the enum.
            .OrderByDescending(day => day.Kind)
            .Aggregate(new Dictionary<DateOnly, Holiday>(), (days, day) => { days[day.Date] = day; return days; }));
        return ofYear.GetValueOrDefault(date);
    }

    private (long From, long To)[] Openings(int utcDay) => _openings.GetOrAdd(utcDay, FindOpenings);

    private (long From, long To)[] FindOpenings(int utcDay)
    {
        var openings = new List<(long From, long To)>();
        foreach (var (from, to, offset) in Offsets(utcDay * TicksADay))
        {
            // In this piece the wall clock runs straight: local time is UTC and a fixed offset.
            for (var date = DateOf(from + offset); date <= DateOf(to + offset - 1); date = date.AddDays(1))
            {
                var midnight = date.DayNumber * TicksADay - offset;
                foreach (var span in Hours(date))
                {
                    var opens = Math.Max(from, midnight + span.From.Ticks);
                    var closes = Math.Min(to, midnight + span.To.Ticks);
                    if (opens >= closes)
                        continue;
                    if (openings.Count > 0 && openings[^1].To == opens)
                        openings[^1] = (openings[^1].From, closes);
                    else
                        openings.Add((opens, closes));
                }
            }
        }
        return [.. openings];
    }

    /// <summary>A UTC day cut where the zone changes its offset.</summary>
    private IEnumerable<(long From, long To, long Offset)> Offsets(long from)
    {
        var end = from + TicksADay;
        var offset = OffsetAt(from);
        for (var hour = from + TimeSpan.TicksPerHour; hour <= end; hour += TimeSpan.TicksPerHour)
        {
            if (OffsetAt(hour) == offset)
                continue;
            var (before, after) = (hour - TimeSpan.TicksPerHour, hour);
            while (after - before > 1)
            {
                var middle = before + (after - before) / 2;
                if (OffsetAt(middle) == offset) before = middle; else after = middle;
            }
            yield return (from, after, offset);
            (from, offset) = (after, OffsetAt(after));
        }
        if (from < end)
            yield return (from, end, offset);
    }

    private long OffsetAt(long utcTicks) => zone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;

    private DateOnly LocalDate(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    private static DateOnly DateOf(long ticks) => DateOnly.FromDayNumber((int)(ticks / TicksADay));

    private static int DayOf(long ticks) => (int)(ticks / TicksADay);

    // The first and last days of time itself have no neighbours to look an offset up in.
    private static bool InRange(int day) => day > 1 && day < DateOnly.MaxValue.DayNumber - 1;

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{zone.Id}, {week.Sum(day => day.Value.Count)} spans a week");
}
