using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Clocks;
using Desk.Routing.Work;

namespace Desk.Routing.Tests.Work;

/// <summary>The order of work lists.</summary>
public sealed class KeepByTests
{
    private static readonly Calendar Always = new CalendarSpec(
        "always", null, null, "Etc/UTC", Enum.GetNames<DayOfWeek>().ToDictionary(day => day.ToLowerInvariant(), _ => (IReadOnlyList<IReadOnlyList<string>>)[["00:00", "24:00"]]), null).Build().Calendar!;

    private static readonly WorkItem Open = new() { Status = TicketStatus.Open, Priority = Priority.P4, RegisteredAt = Given.Nine };

    [Fact]
    public void The_first_promise_that_can_still_be_kept_decides()
        => Assert.Equal(Given.Nine.AddHours(8), KeepBy.Of(Open, [ClockOf(TargetKind.Answer, 1), ClockOf(TargetKind.Resolution, 8)], Given.Nine.AddHours(2)));

    [Fact]
    public void What_is_broken_stands_back_but_not_for_ever()
    {
        var broken = ClockOf(TargetKind.Answer, 1);

        Assert.Equal(Given.Nine.AddHours(1).AddDays(1), KeepBy.Of(Open, [broken], Given.Nine.AddHours(2)));
        Assert.Equal(Given.Nine.AddHours(1), KeepBy.Of(Open with { Priority = Priority.P1 }, [broken], Given.Nine.AddHours(2)));
        // Its other promise is far away: the broken one comes back before it.
        Assert.Equal(Given.Nine.AddHours(1).AddDays(1), KeepBy.Of(Open, [broken, ClockOf(TargetKind.Resolution, 100)], Given.Nine.AddHours(2)));
    }

    [Fact]
    public void What_is_over_is_owed_nothing_and_what_waits_comes_when_it_goes_on()
    {
        Assert.Null(KeepBy.Of(Open with { Status = TicketStatus.Resolved }, [ClockOf(TargetKind.Answer, 1)], Given.Nine));
        Assert.Equal(Given.Nine.AddDays(3), KeepBy.Of(Open with { Status = TicketStatus.Waiting, WaitsUntil = Given.Nine.AddDays(3) }, [], Given.Nine));
    }

    [Fact]
    public void In_busy_weeks_it_keeps_more_promises_than_by_age_or_by_priority()
    {
        const int Tickets = 20 * 200;
        var (mine, byAge, byPriority) = (0, 0, 0);
        for (var week = 1; week <= 20; week++)
        {
            mine += Kept(week, (ticket, now) => KeepBy.Of(Open with { Priority = ticket.Priority }, [ticket.Clock], now)!.Value.UtcTicks);
            byAge += Kept(week, (ticket, _) => ticket.Clock.StartedAt.UtcTicks);
            byPriority += Kept(week, (ticket, _) => (long)ticket.Priority * TimeSpan.FromDays(1000).Ticks + ticket.Clock.StartedAt.UtcTicks);
        }
        // A fifth of what the better of the two breaks, at least, is saved.
        Assert.True(Tickets - mine < .8 * (Tickets - Math.Max(byAge, byPriority)), $"kept {mine}, by age {byAge}, by priority {byPriority} of {Tickets}");
    }

    private sealed record Play(Clock Clock, Priority Priority, TimeSpan Work);

    /// <summary>One agent, 200 tickets in five days, half an hour each and more in the mornings: how many are answered in time.</summary>
    private static int Kept(int week, Func<Play, DateTimeOffset, long> order)
    {
        var random = new Random(week);
        var coming = Enumerable.Range(0, 200).Select(_ =>
        {
            var priority = (Priority)(1 + Math.Min(4, (int)(Math.Sqrt(random.NextDouble()) * 5)));
            var at = Given.Nine.AddHours(24 * random.Next(5) + 24 * Math.Pow(random.NextDouble(), 1.5));
            return new Play(ClockOf(TargetKind.Answer, new[] { 1, 2, 4, 12, 24 }[(int)priority - 1], at), priority, TimeSpan.FromMinutes(20 + random.Next(31)));
        }).OrderBy(ticket => ticket.Clock.StartedAt).ToList();

        var (waiting, now, kept) = (new List<Play>(), Given.Nine, 0);
        while (coming.Count + waiting.Count > 0)
        {
            var here = coming.TakeWhile(ticket => ticket.Clock.StartedAt <= now).ToList();
            coming.RemoveRange(0, here.Count);
            waiting.AddRange(here);
            if (waiting.Count == 0)
            {
                now = coming[0].Clock.StartedAt;
                continue;
            }
            var next = waiting.MinBy(ticket => order(ticket, now))!;
            waiting.Remove(next);
            now += next.Work;
            kept += now <= next.Clock.DueAt ? 1 : 0;
        }
        return kept;
    }

    private static Clock ClockOf(TargetKind target, double hours, DateTimeOffset? from = null)
        => new(target, 1, TimeSpan.FromHours(hours), Always, [new Run(from ?? Given.Nine, null)], null, null);
}
