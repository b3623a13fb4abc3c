using System.Collections.Concurrent;
using System.Globalization;
using Desk.Routing.Calendars;
using Desk.Routing.Holders;
using Calendar = Desk.Routing.Calendars.Calendar;

namespace Desk.Routing.Shifts;

/// <summary>Somebody's shift on a date. For is whose it was by the order, when another took it, and Why (see <see cref="TurnTaken"/>). Agent is null when nobody can.</summary>
internal sealed record Duty(DateOnly Date, Shift Shift, string? Agent, Stretch When, string? Rotation = null, string? For = null, string? Why = null)
{
    public bool Holds(DateTimeOffset at) => When.From <= at && at < When.To;
}

/// <summary>
/// Who is on duty when: shifts, rotations, absences and swaps, worked out day by day and remembered. A team without shifts is staffed by its members
/// at all times, and so is an agent of such a team.
/// </summary>
internal sealed class DutyPlan(
    IReadOnlyList<Shift> shifts, IReadOnlyList<Rotation> rotations, IReadOnlyList<Absence> absences, IReadOnlyList<Swap> swaps,
    IReadOnlyDictionary<string, Calendar> calendars)
{
    public static readonly DutyPlan Nothing = new([], [], [], [], new Dictionary<string, Calendar>());

    /// <summary>So far ahead somebody must be coming, or nobody is.</summary>
    public const int Horizon = 14;

    private readonly ConcurrentDictionary<DateOnly, IReadOnlyList<Duty>> _days = new();
    private readonly ConcurrentDictionary<(string Rotation, int Year), IReadOnlyList<TurnTaken>> _turns = new();

    private readonly HashSet<string> _planned = new(
        shifts.SelectMany(shift => shift.Agents ?? []).Concat(rotations.SelectMany(rotation => rotation.Agents)), StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<Shift> Shifts => shifts;
    public IReadOnlyList<Rotation> Rotations => rotations;
    public IReadOnlyList<Absence> Absences => absences;

    public IReadOnlyList<Duty> On(DateOnly date) => _days.GetOrAdd(date, Plan);

    public IEnumerable<Duty> Between(DateOnly from, DateOnly to)
    {
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            foreach (var duty in On(date))
                yield return duty;
        }
    }

    /// <summary>Shifts of a date that name nobody and have no rotation.</summary>
    public IEnumerable<Shift> Unnamed(DateOnly date) => shifts.Where(shift => Runs(shift, date) && On(date).All(duty => duty.Shift.Key != shift.Key));

    public bool IsStaffed(string team) => shifts.Any(shift => shift.Team == team);

    /// <summary>The agent is on duty for the team at an instant; or the team has no shifts.</summary>
    public bool IsOn(Agent agent, string team, DateTimeOffset at)
        => !IsStaffed(team) || Around(at, 0).Any(duty => duty.Shift.Team == team && duty.Holds(at) && agent.Email.Equals(duty.Agent, StringComparison.OrdinalIgnoreCase));

    /// <summary>The agent is on duty at an instant, or comes within the horizon. Who is in no shift, or also in a team without, comes unless they are away.</summary>
    public bool Comes(Agent agent, DateTimeOffset at)
        => !_planned.Contains(agent.Email) || agent.Teams.Any(team => !IsStaffed(team))
            ? !IsAway(agent, at)
            : Around(at, Horizon).Any(duty => duty.When.To > at && agent.Email.Equals(duty.Agent, StringComparison.OrdinalIgnoreCase));

    /// <summary>Somebody of these agents is on duty for the team at an instant, or comes within the horizon.</summary>
    public bool IsStaffedSoon(string team, IReadOnlyCollection<Agent> members, DateTimeOffset at) => IsStaffed(team)
        ? Around(at, Horizon).Any(duty => duty.Shift.Team == team && duty.When.To > at && members.Any(agent => agent.Email.Equals(duty.Agent, StringComparison.OrdinalIgnoreCase)))
        : members.Any(agent => !IsAway(agent, at));

    /// <summary>
    /// When the first shift of an agent that ends after an instant is over and somebody else of the team is on duty: then, or when the next one comes. Null when no shift
    /// of theirs ends, or nobody comes.
    /// </summary>
    public DateTimeOffset? HandsOverAt(Agent holder, string team, DateTimeOffset since)
    {
        if (!IsStaffed(team))
            return null;
        var duties = Around(since, Horizon).Where(duty => duty.Shift.Team == team && duty.Agent is not null).ToLookup(duty => holder.Email.Equals(duty.Agent, StringComparison.OrdinalIgnoreCase));
        var ends = duties[true].Select(duty => duty.When.To).Where(end => end > since && !duties[true].Any(duty => duty.Holds(end))).Select(end => (DateTimeOffset?)end).Min();
        return ends is not { } over ? null : duties[false].Where(duty => duty.When.To > over).Select(duty => (DateTimeOffset?)(duty.When.From > over ? duty.When.From : over)).Min();
    }

    /// <summary>The agents on duty for a team at an instant, by e-mail.</summary>
    public IEnumerable<string> On(string team, DateTimeOffset at) => Around(at, 0).Where(duty => duty.Shift.Team == team && duty.Holds(at)).Select(duty => duty.Agent).OfType<string>();

    /// <summary>Every turn of a rotation whose first day is between two dates.</summary>
    public IEnumerable<TurnTaken> TurnsOf(Rotation rotation, DateOnly from, DateOnly to)
        => TurnsUntil(rotation, to.Year).Where(turn => turn.Dates[0] >= from && turn.Dates[0] <= to);

    /// <summary>Away for all of the horizon.</summary>
    private bool IsAway(Agent agent, DateTimeOffset at)
    {
        var today = DateOnly.FromDateTime(at.UtcDateTime);
        return Enumerable.Range(0, Horizon).All(days => absences.Any(absence => absence.Covers(agent.Email, today.AddDays(days))));
    }

    private IEnumerable<Duty> Around(DateTimeOffset at, int days)
    {
        // By the clock of any zone it is at most a day off, and a night shift began the day before.
        var today = DateOnly.FromDateTime(at.UtcDateTime);
        return Between(today.AddDays(-2), today.AddDays(days + 1));
    }

    private IReadOnlyList<Duty> Plan(DateOnly date)
    {
        var duties = new List<Duty>();
        foreach (var shift in shifts.Where(shift => Runs(shift, date)))
        {
            var when = StretchOf(shift, date);
            foreach (var agent in shift.Agents ?? [])
            {
                var absence = absences.FirstOrDefault(absence => absence.Covers(agent, date));
                var substitute = absence?.Substitute is { } other && !absences.Any(absence => absence.Covers(other, date)) ? other : null;
                duties.Add(absence is null ? new Duty(date, shift, agent, when) : new Duty(date, shift, substitute, when, null, agent, substitute is null ? "leave" : "substitute"));
            }
            foreach (var rotation in rotations.Where(rotation => rotation.Shift == shift.Key && date >= rotation.Starts))
            {
                if (TurnsUntil(rotation, date.Year).FirstOrDefault(turn => turn.Dates.Contains(date)) is { } turn)
                    duties.Add(new Duty(date, shift, turn.Agent, when, rotation.Key, turn.Agent == turn.Whose ? null : turn.Whose, turn.Why));
            }
        }
        return duties;
    }

    /// <summary>Worked out to the end of the year after: a turn at the end of the one may be changed with one of the next.</summary>
    private IReadOnlyList<TurnTaken> TurnsUntil(Rotation rotation, int year) => _turns.GetOrAdd((rotation.Key, year), _ =>
    {
        if (shifts.FirstOrDefault(shift => shift.Key == rotation.Shift) is not { } shift)
            return [];
        var dates = new List<DateOnly>();
        for (var date = rotation.Starts; date.Year <= year + 1; date = date.AddDays(1))
        {
            if (Runs(shift, date))
                dates.Add(date);
        }
        // A week begins on its Monday.
        var turns = dates.GroupBy(date => rotation.Every == Turn.Week ? date.AddDays(-(((int)date.DayOfWeek + 6) % 7)) : date);
        return Turns.Of(rotation, [.. turns.Select(turn => turn.ToList())], absences, swaps);
    });

    private bool Runs(Shift shift, DateOnly date)
        => shift.Days.Contains(date.DayOfWeek.ToString(), StringComparer.OrdinalIgnoreCase)
            && (shift.Holidays || !calendars.TryGetValue(shift.Calendar, out var calendar) || !calendar.IsHoliday(date));

    private Stretch StretchOf(Shift shift, DateOnly date)
    {
        var zone = calendars.TryGetValue(shift.Calendar, out var calendar) ? calendar.Zone : TimeZoneInfo.Utc;
        var (from, to) = (Time(shift.From), Time(shift.To));
        return new Stretch(At(date.ToDateTime(from)), At(date.AddDays(to <= from ? 1 : 0).ToDateTime(to)));

        DateTimeOffset At(DateTime local) => new(TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone), TimeSpan.Zero);
    }

    internal static TimeOnly Time(string text) => TimeOnly.ParseExact(text == "24:00" ? "00:00" : text, "HH:mm", CultureInfo.InvariantCulture);
}
