using Desk.Routing.Calendars;

namespace Desk.Routing.Tests.Calendars;

public sealed class SwedishHolidayTests
{
    [Theory]
    [InlineData(2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26")]
    // Easter as early and as late as it has been and will be in living memory.
    [InlineData(2008, "01-01 01-06 03-21 03-23 03-24 05-01 05-01 05-11 06-06 06-21 11-01 12-25 12-26")]
    [InlineData(2038, "01-01 01-06 04-23 04-25 04-26 05-01 06-03 06-06 06-13 06-26 11-06 12-25 12-26")]
    // Before the National Day took its place, Whit Monday was a holiday.
    [InlineData(2004, "01-01 01-06 04-09 04-11 04-12 05-01 05-20 05-30 05-31 06-26 11-06 12-25 12-26")]
    public void Public_holidays_are_computed(int year, string expected)
        => Assert.Equal(expected, string.Join(' ', SwedishHolidays.Of(year).Where(day => day.Kind == DayKind.Public).Select(day => $"{day.Date:MM-dd}")));

    [Fact]
    public void Eves_and_half_days_are_known_by_name()
        => Assert.Equal(
            ["Trettondagsafton", "Skärtorsdagen", "Påskafton", "Valborgsmässoafton", "Klämdag", "Pingstafton", "Midsommarafton", "Allahelgonsafton", "Julafton", "Nyårsafton"],
            SwedishHolidays.Of(2026).Where(day => day.Kind != DayKind.Public).Select(day => day.Sv));

    [Fact]
    public void A_public_holiday_is_one_also_where_an_eve_falls_on_it()
    {
        // In 2008 Ascension Day fell on May Day, and the bridge day on the second of May.
        var calendar = new CalendarSpec("x", null, null, "Europe/Stockholm", Offices.Week([["08:00", "17:00"]]), "SE", Eves: true, HalfDaysCloseAt: "12:00").Build().Calendar!;

        Assert.Empty(calendar.Hours(new DateOnly(2008, 5, 1)));
        Assert.Equal([new Span(TimeSpan.FromHours(8), TimeSpan.FromHours(12))], calendar.Hours(new DateOnly(2008, 4, 30)));
        Assert.NotEmpty(calendar.Hours(new DateOnly(2008, 5, 2)));
    }
}
