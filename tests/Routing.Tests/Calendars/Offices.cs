using Desk.Routing.Calendars;

namespace Desk.Routing.Tests.Calendars;

/// <summary>Calendars that tests share.</summary>
internal static class Offices
{
    /// <summary>Monday to Friday 8 to 17, Swedish holidays and eves.</summary>
    public static readonly Calendar Stockholm =
        new CalendarSpec("office", "Kontorstid", "Office hours", "Europe/Stockholm", Week([["08:00", "17:00"]], weekend: false), "SE", Eves: true).Build().Calendar!;

    /// <summary>The same spans every day of the week, no holidays.</summary>
    public static Calendar Of(string zone, IReadOnlyList<IReadOnlyList<string>> spans) => new CalendarSpec("x", null, null, zone, Week(spans), null).Build().Calendar!;

    public static Dictionary<string, IReadOnlyList<IReadOnlyList<string>>> Week(IReadOnlyList<IReadOnlyList<string>> spans, bool weekend = true)
        => Enum.GetValues<DayOfWeek>().Where(day => weekend || day is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            .ToDictionary(day => day.ToString().ToLowerInvariant(), _ => spans);
}
