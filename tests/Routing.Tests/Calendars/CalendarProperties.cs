using FsCheck;
using FsCheck.Fluent;

namespace Desk.Routing.Tests.Calendars;

public sealed class CalendarProperties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Between_counts_the_minutes_that_the_wall_clock_shows_open()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from start in AnyTime.Time from minutes in Gen.Choose(0, 3000) select (calendar, start, minutes)),
            given => given.calendar.Calendar.Between(given.start, given.start.AddMinutes(given.minutes))
                == TimeSpan.FromMinutes(Enumerable.Range(0, given.minutes).Count(minute => given.calendar.IsWorking(given.start.AddMinutes(minute))))));

    [Fact]
    public void What_was_added_lies_between()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from start in AnyTime.Time from seconds in Gen.Choose(1, 400_000) select (calendar, start, working: TimeSpan.FromSeconds(seconds))),
            given => given.calendar.Calendar.Add(given.start, given.working) is not { } end
                || given.calendar.Calendar.Between(given.start, end) == given.working));

    [Fact]
    public void What_was_subtracted_lies_between()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from end in AnyTime.Time from seconds in Gen.Choose(1, 400_000) select (calendar, end, working: TimeSpan.FromSeconds(seconds))),
            given => given.calendar.Calendar.Subtract(given.end, given.working) is not { } start
                || given.calendar.Calendar.Between(start, given.end) == given.working));

    [Fact]
    public void Added_time_ends_at_the_first_instant_that_will_do()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from start in AnyTime.Time from minutes in Gen.Choose(1, 5000) select (calendar, start, working: TimeSpan.FromMinutes(minutes))),
            given => given.calendar.Calendar.Add(given.start, given.working) is not { } end
                || given.calendar.Calendar.Between(given.start, end.AddTicks(-1)) < given.working));

    [Fact]
    public void Time_between_adds_up()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from start in AnyTime.Time from one in Gen.Choose(0, 9000) from two in Gen.Choose(0, 9000) select (calendar.Calendar, start, one, two)),
            given => given.Calendar.Between(given.start, given.start.AddMinutes(given.one))
                + given.Calendar.Between(given.start.AddMinutes(given.one), given.start.AddMinutes(given.one + given.two))
                == given.Calendar.Between(given.start, given.start.AddMinutes(given.one + given.two))));

    [Fact]
    public void Open_and_closed_stretches_fill_the_time_between_them()
        => Check.One(Many, Prop.ForAll(
            Arb.From(from calendar in AnyTime.Calendar from start in AnyTime.Time from minutes in Gen.Choose(1, 20_000) select (calendar.Calendar, start, end: start.AddMinutes(minutes))),
            given => given.Calendar.Closures(given.start, given.end).Aggregate(TimeSpan.Zero, (sum, closure) => sum + (closure.When.To - closure.When.From))
                + given.Calendar.Between(given.start, given.end) == given.end - given.start));
}
