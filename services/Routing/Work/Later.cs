using Desk.Routing.Calendars;

namespace Desk.Routing.Work;

/// <summary>A time that people mean when they say <c>hour</c>, <c>tomorrow</c> or <c>nextWeek</c>: when the desk is open.</summary>
internal sealed record Later(string Key, DateTimeOffset At)
{
    private const int LongestClosed = 30;

    /// <summary>A working hour from now, the morning of the next day that is open, and that of next week's first.</summary>
    public static IReadOnlyList<Later> Of(Calendar calendar, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, calendar.Zone).DateTime);
        var monday = today.AddDays(8 - (today.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)today.DayOfWeek));
        var times = new List<Later>();
        if (calendar.Add(now, TimeSpan.FromHours(1)) is { } hour)
            times.Add(new Later("hour", hour));
        if (Opening(calendar, today.AddDays(1)) is { } tomorrow)
            times.Add(new Later("tomorrow", tomorrow));
        if (Opening(calendar, monday) is { } week)
            times.Add(new Later("nextWeek", week));
        return times;
    }

    private static DateTimeOffset? Opening(Calendar calendar, DateOnly from)
    {
        for (var date = from; date < from.AddDays(LongestClosed); date = date.AddDays(1))
        {
            if (calendar.Hours(date) is [var first, ..])
            {
                var local = date.ToDateTime(TimeOnly.MinValue) + first.From;
                return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(calendar.Zone.IsInvalidTime(local) ? local.AddHours(1) : local, calendar.Zone), TimeSpan.Zero);
            }
        }
        return null;
    }
}
