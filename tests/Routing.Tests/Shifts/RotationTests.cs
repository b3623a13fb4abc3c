using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Holders;
using Desk.Routing.Shifts;
using Desk.Routing.Tests.Calendars;

namespace Desk.Routing.Tests.Shifts;

/// <summary>Who takes which turn, and who is on duty when.</summary>
public sealed class RotationTests
{
    private static readonly string[] Seventeen = [.. Enumerable.Range(1, 17).Select(n => $"t{n:00}@desk.example")];
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    private static readonly Dictionary<string, Calendar> Calendars = new() { ["office"] = Offices.Stockholm };
    private static readonly Shift Day = new("day", "Dag", "Day", "desk", Weekdays, "08:00", "17:00", "office");
    private static readonly Rotation EachSeventeenth = new("turns", "Tur", "Turns", "day", new DateOnly(2026, 1, 1), Seventeen);

    [Fact]
    public void Each_of_seventeen_technicians_has_every_seventeenth_working_day_and_holidays_are_no_turn()
    {
        var plan = new DutyPlan([Day], [EachSeventeenth], [], [], Calendars);
        var days = plan.Between(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)).ToList();

        // 2026 has 250 weekdays that are neither holidays nor eves.
        var working = Enumerable.Range(0, 365).Select(new DateOnly(2026, 1, 1).AddDays).Where(date => Offices.Stockholm.Hours(date).Count > 0).ToList();
        Assert.Equal(working, days.Select(duty => duty.Date));
        Assert.Equal(days.Select((_, n) => Seventeen[n % 17]), days.Select(duty => duty.Agent));
        Assert.DoesNotContain(days, duty => duty.Date == new DateOnly(2026, 6, 19) || duty.Date == new DateOnly(2026, 1, 6));
        var shares = days.CountBy(duty => duty.Agent!).Select(share => share.Value).ToList();
        Assert.True(shares.Max() - shares.Min() <= 1);
    }

    [Fact]
    public void When_a_shift_ends_it_is_handed_to_who_is_on_duty_then_or_comes_next()
    {
        var holder = new Agent(Guid.CreateVersion7(), "a@desk.example", "A", Role.Agent, true, Presence.Available, ["desk"]);
        var plan = new DutyPlan(
            [Day with { Agents = ["a@desk.example"] }, Day with { Key = "evening", From = "17:00", To = "22:00", Agents = ["b@desk.example"] }], [], [], [], Calendars);
        // Monday 1 June: nine in the morning, and six in the evening.
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 15, 0, 0, TimeSpan.Zero), plan.HandsOverAt(holder, "desk", new DateTimeOffset(2026, 6, 1, 7, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 6, 2, 15, 0, 0, TimeSpan.Zero), plan.HandsOverAt(holder, "desk", new DateTimeOffset(2026, 6, 1, 16, 0, 0, TimeSpan.Zero)));
        Assert.Null(plan.HandsOverAt(holder, "other", new DateTimeOffset(2026, 6, 1, 7, 0, 0, TimeSpan.Zero)));
        Assert.Null(new DutyPlan([Day with { Agents = ["a@desk.example"] }], [], [], [], Calendars).HandsOverAt(holder, "desk", new DateTimeOffset(2026, 6, 1, 7, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Whatever_leave_is_taken_nobody_is_on_duty_who_is_away_and_everybody_still_has_as_many_turns()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var order = Seventeen[..random.Next(2, 18)];
            var dates = Enumerable.Range(0, random.Next(20, 200)).Select(new DateOnly(2026, 1, 1).AddDays).ToList();
            var absences = Enumerable.Range(0, random.Next(0, 25)).Select(_ =>
            {
                var from = dates[random.Next(dates.Count)];
                return new Absence(Guid.Empty, order[random.Next(order.Length)], from, from.AddDays(random.Next(0, 15)));
            }).ToList();

            var turns = Turns.Of(EachSeventeenth with { Agents = order }, [.. dates.Select(date => new[] { date })], absences);

            Assert.Equal(dates, turns.Select(turn => turn.Dates[0]));
            foreach (var turn in turns)
            {
                Assert.DoesNotContain(absences, absence => turn.Agent is not null && absence.Covers(turn.Agent, turn.Dates[0]));
                // Nobody only when everybody is away, and another only when there is a reason.
                Assert.True(turn.Agent is not null || order.All(agent => absences.Any(absence => absence.Covers(agent, turn.Dates[0]))), $"seed {seed}");
                Assert.Equal(turn.Agent is not null && turn.Agent != turn.Whose, turn.Why is not null);
            }
            // Changing turns gives and takes: without extras every agent has exactly what the order gave.
            if (turns.All(turn => turn.Why is null or "leave" && turn.Agent is not null))
                Assert.Equal(turns.CountBy(turn => turn.Whose).OrderBy(it => it.Key), turns.CountBy(turn => turn.Agent!).OrderBy(it => it.Key));
        }
    }

    [Fact]
    public void Leave_changes_two_turns_and_a_substitute_or_a_swap_takes_one()
    {
        IReadOnlyList<IReadOnlyList<DateOnly>> days = [.. Enumerable.Range(1, 6).Select(day => new[] { new DateOnly(2026, 3, day) })];
        var three = EachSeventeenth with { Agents = ["a", "b", "c"] };
        var away = new Absence(Guid.Empty, "a", new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1));

        Assert.Equal(["b", "a", "c", "a", "b", "c"], Turns.Of(three, days, [away]).Select(turn => turn.Agent));
        Assert.Equal(["c", "b", "c", "a", "b", "c"], Turns.Of(three, days, [away with { Substitute = "c" }]).Select(turn => turn.Agent));
        Assert.Equal(["a", "b", "a", "a", "b", "c"], Turns.Of(three, days, [], [new Swap("turns", new DateOnly(2026, 3, 3), "a")]).Select(turn => turn.Agent));
    }

    [Fact]
    public void Weeks_on_call_go_over_midnight_and_over_holidays()
    {
        var night = new Shift("night", "Natt", "Night", "desk", [.. Weekdays, "saturday", "sunday"], "17:00", "08:00", "office", OnCall: true, Holidays: true);
        var plan = new DutyPlan([night], [new Rotation("weeks", "V", "W", "night", new DateOnly(2026, 1, 5), ["a@x", "b@x"], Turn.Week)], [], [], Calendars);

        // Tuesday the 6th is a holiday; Monday the 12th begins the other's week.
        Assert.Equal(["a@x", "a@x", "b@x"], new[] { new DateOnly(2026, 1, 6), new DateOnly(2026, 1, 11), new DateOnly(2026, 1, 12) }.Select(date => plan.On(date).Single().Agent));
        Assert.Equal(new DateTimeOffset(2026, 1, 7, 7, 0, 0, TimeSpan.Zero), plan.On(new DateOnly(2026, 1, 6)).Single().When.To);
        Assert.True(plan.IsOn(Of("a@x"), "desk", new DateTimeOffset(2026, 1, 7, 3, 0, 0, TimeSpan.Zero)));
        Assert.False(plan.IsOn(Of("b@x"), "desk", new DateTimeOffset(2026, 1, 7, 3, 0, 0, TimeSpan.Zero)));
        Assert.False(plan.IsOn(Of("a@x"), "desk", new DateTimeOffset(2026, 1, 7, 9, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Only_who_is_on_duty_is_handed_anything_and_a_team_without_shifts_always_is()
    {
        var plan = new DutyPlan([Day with { Agents = ["a@x"] }], [], [], [], Calendars);
        var (night, noon) = (new DateTimeOffset(2026, 6, 1, 22, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));

        Assert.True(plan.IsOn(Of("a@x"), "desk", noon));
        Assert.False(plan.IsOn(Of("a@x"), "desk", night));
        Assert.True(plan.IsOn(Of("a@x"), "other", night));
        Assert.True(plan.IsStaffedSoon("desk", [Of("a@x")], night));
        Assert.False(plan.IsStaffedSoon("desk", [Of("b@x")], night));
        Assert.False(new DutyPlan([Day], [], [], [], Calendars).IsStaffedSoon("desk", [Of("a@x")], noon));
    }

    [Fact]
    public void What_does_not_work_out_is_named_once()
    {
        var monday = new DateOnly(2026, 6, 1);
        var plan = new DutyPlan(
        [
            Day with { Need = 2, Agents = ["a@x"] },
            new("late", "Sen", "Late", "desk", ["monday"], "16:00", "23:00", "office", Agents: ["a@x"]),
            new("early", "Tidig", "Early", "desk", ["tuesday"], "06:00", "08:00", "office", Agents: ["a@x", "gone@x"]),
            new("none", "Ingen", "None", "desk", ["wednesday"], "08:00", "12:00", "office"),
        ], [], [new Absence(Guid.Empty, "a@x", monday.AddDays(4), monday.AddDays(4), null, "b@x")], [], Calendars);

        var found = Conflicts.Of(plan, monday, monday.AddDays(4), (agent, _) => agent is "a@x" or "b@x").Select(conflict => (conflict.Date.Day, conflict.Kind, conflict.Shift)).ToList();

        Assert.Equal(5, found.Count(conflict => conflict is { Kind: "unstaffed", Shift: "day" }));
        Assert.Contains((1, "double", "late"), found);
        Assert.Contains((2, "rest", "early"), found);
        Assert.Contains((2, "unknown", "early"), found);
        Assert.Contains((3, "unstaffed", "none"), found);
        Assert.DoesNotContain(found, conflict => conflict.Kind == "away");
    }

    [Fact]
    public void An_agents_duties_are_read_back_from_their_calendar_and_long_lines_are_folded()
    {
        var plan = new DutyPlan([Day with { Sv = new string('å', 60) + ", växel", Agents = ["a@x"] }], [], [], [], Calendars);
        var text = Ical.Write(plan.On(new DateOnly(2026, 6, 1)), "a@x", "desk.example", "sv", new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.All(text.Split("\r\n"), line => Assert.True(System.Text.Encoding.UTF8.GetByteCount(line) <= 75));
        Assert.Contains("DTSTART:20260601T060000Z", text, StringComparison.Ordinal);
        Assert.Equal(new string('å', 60) + ", växel", Assert.Single(Ical.Read(text, 10)).Summary);
    }

    [Fact]
    public void Days_off_are_read_from_a_calendar()
    {
        var entries = Ical.Read("""
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:1
            DTSTART;VALUE=DATE:20260706
            DTEND;VALUE=DATE:20260725
            SUMMARY:Semester\, äntligen
            END:VEVENT
            BEGIN:VEVENT
            SUMMARY:no date
            END:VEVENT
            BEGIN:VEVENT
            UID:2
            DTSTART;TZID=Europe/Stockholm:20260810T080000
            DTEND;TZID=Europe/Stockholm:20260810T120000
            END:VEVENT
            END:VCALENDAR
            """, 10);

        Assert.Equal([("1", new DateOnly(2026, 7, 6), new DateOnly(2026, 7, 24), "Semester, äntligen"), ("2", new DateOnly(2026, 8, 10), new DateOnly(2026, 8, 10), null)],
            entries.Select(entry => (entry.Uid, entry.From, entry.To, entry.Summary)));
    }

    private static Agent Of(string email) => new(Guid.CreateVersion7(), email, email, Role.Agent, true, Presence.Available, ["desk", "other"]);
}
