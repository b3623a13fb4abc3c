using System.Globalization;
using Desk.Routing.Calendars;

namespace Desk.Routing.Tests.Calendars;

public sealed class CalendarTests
{
    [Theory]
    // An ordinary afternoon, a night between, a weekend between.
    [InlineData("2026-06-01 15:00", "PT1H", "2026-06-01 16:00")]
    [InlineData("2026-06-01 16:30", "PT1H", "2026-06-02 08:30")]
    [InlineData("2026-06-12 16:30", "PT2H", "2026-06-15 09:30")]
    // Exactly at closing time it is due then, not next morning.
    [InlineData("2026-06-01 16:00", "PT1H", "2026-06-01 17:00")]
    // Outside opening hours nothing is counted.
    [InlineData("2026-06-06 12:00", "PT30M", "2026-06-08 08:30")]
    // Midsummer: the eve is off, too, and Saturday and Sunday follow.
    [InlineData("2026-06-18 16:00", "PT2H", "2026-06-22 09:00")]
    public void Working_time_is_added_within_opening_hours(string from, string working, string expected)
        => Assert.Equal(At(expected), Offices.Stockholm.Add(At(from), System.Xml.XmlConvert.ToTimeSpan(working)));

    [Fact]
    public void Lunch_does_not_count()
    {
        var calendar = Offices.Of("Europe/Stockholm", [["08:00", "12:00"], ["13:00", "17:00"]]);

        Assert.Equal(At("2026-06-01 13:30"), calendar.Add(At("2026-06-01 11:30"), TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(8), calendar.Between(At("2026-06-01 00:00"), At("2026-06-02 00:00")));
    }

    [Fact]
    public void The_night_that_loses_an_hour_has_seven_hours_from_midnight_to_eight()
    {
        var calendar = Offices.Of("Europe/Stockholm", [["00:00", "24:00"]]);

        Assert.Equal(TimeSpan.FromHours(7), calendar.Between(At("2026-03-29 00:00"), At("2026-03-29 08:00")));
        Assert.Equal(TimeSpan.FromHours(9), calendar.Between(At("2026-10-25 00:00"), At("2026-10-25 08:00")));
    }

    [Fact]
    public void An_hour_that_the_clock_skips_is_never_worked_and_one_it_repeats_is_worked_twice()
    {
        var calendar = Offices.Of("Europe/Stockholm", [["02:00", "03:00"]]);

        Assert.Equal(TimeSpan.Zero, calendar.Between(At("2026-03-29 00:00"), At("2026-03-30 00:00")));
        Assert.Equal(TimeSpan.FromHours(2), calendar.Between(At("2026-10-25 00:00"), At("2026-10-26 00:00")));
    }

    [Fact]
    public void A_zone_that_changes_its_clock_at_midnight_is_no_different()
    {
        var calendar = Offices.Of("America/Sao_Paulo", [["00:00", "24:00"]]);

        Assert.Equal(TimeSpan.FromHours(23), calendar.Between(Utc("2015-10-18 03:00"), Utc("2015-10-19 02:00")));
        Assert.Equal(Utc("2015-10-18 07:00"), calendar.Add(Utc("2015-10-18 03:00"), TimeSpan.FromHours(4)));
    }

    [Fact]
    public void Days_off_and_half_days_are_taken_away()
    {
        var calendar = new CalendarSpec("x", null, null, "Europe/Stockholm", Offices.Week([["08:00", "17:00"]]), "SE", HalfDaysCloseAt: "12:00", DaysOff: ["2026-06-03", "06-04"])
            .Build().Calendar!;

        Assert.Equal(TimeSpan.Zero, calendar.Between(At("2026-06-03 00:00"), At("2026-06-05 00:00")));
        Assert.Equal(TimeSpan.Zero, calendar.Between(At("2027-06-04 00:00"), At("2027-06-05 00:00")));
        Assert.Equal(TimeSpan.FromHours(4), calendar.Between(At("2026-04-30 00:00"), At("2026-05-01 00:00")));
    }

    [Fact]
    public void A_desk_that_never_opens_promises_nothing()
    {
        var calendar = new CalendarSpec("x", null, null, "UTC", null, null).Build().Calendar!;

        Assert.Null(calendar.Add(At("2026-06-01 08:00"), TimeSpan.FromMinutes(1)));
        Assert.Null(calendar.Subtract(At("2026-06-01 08:00"), TimeSpan.FromMinutes(1)));
        Assert.Null(calendar.AddWorkingDays(At("2026-06-01 08:00"), 1));
    }

    [Fact]
    public void Five_working_days_last_until_the_fifth_closes()
        => Assert.Equal(At("2026-06-25 17:00"), Offices.Stockholm.AddWorkingDays(At("2026-06-17 10:00"), 5));

    [Fact]
    public void A_faulty_calendar_is_told_every_fault()
    {
        var errors = new CalendarSpec(
            "x", null, null, "Mars/Olympus", new Dictionary<string, IReadOnlyList<IReadOnlyList<string>>>
            {
                ["monday"] = [["08:00", "12:00"], ["11:00", "17:00"]],
                ["someday"] = [],
                ["friday"] = [["17:00", "08:00"]],
            }, "DK", DaysOff: ["whenever"]).Build().Errors;

        Assert.Equal(
            ["calendar.daysOff", "calendar.holidays", "calendar.hours.friday", "calendar.hours.monday", "calendar.hours.someday", "calendar.timeZone"],
            errors.Keys.Order());
    }

    [Fact]
    public void A_closed_holiday_is_named()
    {
        var closures = Offices.Stockholm.Closures(At("2026-06-18 16:00"), At("2026-06-22 09:00")).ToList();

        var midsummer = Assert.Single(closures);
        Assert.Equal((At("2026-06-18 17:00"), At("2026-06-22 08:00"), "Midsommarafton"), (midsummer.When.From, midsummer.When.To, midsummer.Sv));
    }

    private static DateTimeOffset At(string local)
    {
        var time = DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, Offices.Stockholm.Zone.GetUtcOffset(time)).ToUniversalTime();
    }

    private static DateTimeOffset Utc(string time) => DateTimeOffset.ParseExact(time, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
