namespace Desk.Routing.Calendars;

/// <summary>What kind of day it is. Only <see cref="Public"/> is a holiday by law; the rest are off where the desk says so.</summary>
internal enum DayKind { Public, Eve, HalfDay, Bridge }

/// <summary>A day of the Swedish year that may close a desk, with its name in both languages.</summary>
internal sealed record Holiday(DateOnly Date, DayKind Kind, string Sv, string En);

/// <summary>
/// The Swedish public holidays (lag 1989:253 om allmänna helgdagar), the eves that most are free on, the days before a holiday that
/// many leave early, and the bridge day after Ascension. Sundays are not listed: opening hours say what a Sunday is.
/// </summary>
internal static class SwedishHolidays
{
    public static IReadOnlyList<Holiday> Of(int year)
    {
        var easter = EasterSunday(year);
        var midsummer = FirstSaturdayFrom(new DateOnly(year, 6, 20));
        var allSaints = FirstSaturdayFrom(new DateOnly(year, 10, 31));
        List<Holiday> days =
        [
            new(new(year, 1, 1), DayKind.Public, "Nyårsdagen", "New Year's Day"),
            new(new(year, 1, 5), DayKind.HalfDay, "Trettondagsafton", "Twelfth Night"),
            new(new(year, 1, 6), DayKind.Public, "Trettondedag jul", "Epiphany"),
            new(easter.AddDays(-3), DayKind.HalfDay, "Skärtorsdagen", "Maundy Thursday"),
            new(easter.AddDays(-2), DayKind.Public, "Långfredagen", "Good Friday"),
            new(easter.AddDays(-1), DayKind.Eve, "Påskafton", "Easter Saturday"),
            new(easter, DayKind.Public, "Påskdagen", "Easter Sunday"),
            new(easter.AddDays(1), DayKind.Public, "Annandag påsk", "Easter Monday"),
            new(new(year, 4, 30), DayKind.HalfDay, "Valborgsmässoafton", "Walpurgis Night"),
            new(new(year, 5, 1), DayKind.Public, "Första maj", "May Day"),
            new(easter.AddDays(39), DayKind.Public, "Kristi himmelsfärdsdag", "Ascension Day"),
            new(easter.AddDays(40), DayKind.Bridge, "Klämdag", "Bridge day after Ascension"),
            new(easter.AddDays(48), DayKind.Eve, "Pingstafton", "Whitsun Eve"),
            new(easter.AddDays(49), DayKind.Public, "Pingstdagen", "Whit Sunday"),
            new(midsummer.AddDays(-1), DayKind.Eve, "Midsommarafton", "Midsummer Eve"),
            new(midsummer, DayKind.Public, "Midsommardagen", "Midsummer Day"),
            new(allSaints.AddDays(-1), DayKind.HalfDay, "Allahelgonsafton", "All Saints' Eve"),
            new(allSaints, DayKind.Public, "Alla helgons dag", "All Saints' Day"),
            new(new(year, 12, 24), DayKind.Eve, "Julafton", "Christmas Eve"),
            new(new(year, 12, 25), DayKind.Public, "Juldagen", "Christmas Day"),
            new(new(year, 12, 26), DayKind.Public, "Annandag jul", "Boxing Day"),
            new(new(year, 12, 31), DayKind.Eve, "Nyårsafton", "New Year's Eve"),
            // The National Day took the place of Whit Monday in 2005.
            year >= 2005
                ? new(new(year, 6, 6), DayKind.Public, "Nationaldagen", "National Day")
                : new(easter.AddDays(50), DayKind.Public, "Annandag pingst", "Whit Monday"),
        ];
        return [.. days.OrderBy(day => day.Date)];
    }

    private static DateOnly FirstSaturdayFrom(DateOnly day) => day.AddDays(((int)DayOfWeek.Saturday - (int)day.DayOfWeek + 7) % 7);

    /// <summary>Gregorian Easter by the anonymous computus (Meeus, Astronomical Algorithms, ch. 8).</summary>
    private static DateOnly EasterSunday(int year)
    {
        int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
        int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
        int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
        var n = h + l - 7 * m + 114;
        return new DateOnly(year, n / 31, n % 31 + 1);
    }
}
