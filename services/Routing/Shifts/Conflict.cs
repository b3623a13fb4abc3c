namespace Desk.Routing.Shifts;

/// <summary>
/// Something that does not work out. Kind is <c>unstaffed</c> (fewer than the shift needs), <c>double</c> (two shifts at once), <c>rest</c> (less than eleven
/// hours between two), <c>unknown</c> (no active agent, or not of the team) or <c>away</c> (on the list of those who are away).
/// </summary>
internal sealed record Conflict(DateOnly Date, string Kind, string Shift, string? Agent, string Sv, string En);

internal static class Conflicts
{
    private static readonly TimeSpan Rest = TimeSpan.FromHours(11);

    /// <summary>Everything between two dates that does not work out, each named once. Members: who may staff a team, by e-mail.</summary>
    public static IReadOnlyList<Conflict> Of(DutyPlan plan, DateOnly from, DateOnly to, Func<string, string, bool> isOf)
    {
        var found = new List<Conflict>();
        var duties = plan.Between(from.AddDays(-1), to).ToList();
        foreach (var shift in duties.Where(duty => duty.Date >= from).GroupBy(duty => (duty.Date, duty.Shift.Key)))
        {
            var (date, spec, there) = (shift.Key.Date, shift.First().Shift, shift.Where(duty => duty.Agent is not null).ToList());
            if (there.Count < spec.Need)
                found.Add(new Conflict(date, "unstaffed", spec.Key, null, $"{spec.Sv}: {there.Count} av {spec.Need} på plats", $"{spec.En}: {there.Count} of {spec.Need} there"));
            foreach (var duty in there.Where(duty => !isOf(duty.Agent!, spec.Team)))
                found.Add(new Conflict(date, "unknown", spec.Key, duty.Agent, $"{duty.Agent} är inte med i teamet {spec.Team}", $"{duty.Agent} is not of team {spec.Team}"));
            foreach (var duty in there.Where(duty => plan.Absences.Any(absence => absence.Covers(duty.Agent!, date))))
                found.Add(new Conflict(date, "away", spec.Key, duty.Agent, $"{duty.Agent} är ledig men står på {spec.Sv}", $"{duty.Agent} is away, and is on {spec.En}"));
        }
        // A shift that nobody is even named for.
        for (var date = from; date <= to; date = date.AddDays(1))
        {
            foreach (var shift in plan.Unnamed(date))
                found.Add(new Conflict(date, "unstaffed", shift.Key, null, $"{shift.Sv}: 0 av {shift.Need} på plats", $"{shift.En}: 0 of {shift.Need} there"));
        }
        foreach (var agent in duties.Where(duty => duty.Agent is not null).GroupBy(duty => duty.Agent!, StringComparer.OrdinalIgnoreCase))
        {
            var inOrder = agent.OrderBy(duty => duty.When.From).ToList();
            foreach (var (one, next) in inOrder.Zip(inOrder.Skip(1)).Where(pair => pair.Second.Date >= from))
            {
                if (next.When.From < one.When.To)
                    found.Add(new Conflict(next.Date, "double", next.Shift.Key, agent.Key, $"{agent.Key} har {one.Shift.Sv} och {next.Shift.Sv} samtidigt", $"{agent.Key} has {one.Shift.En} and {next.Shift.En} at once"));
                // Whoever is on call rests, until called.
                else if (next.When.From - one.When.To < Rest && !one.Shift.OnCall && !next.Shift.OnCall && one.Date != next.Date)
                    found.Add(new Conflict(next.Date, "rest", next.Shift.Key, agent.Key, $"{agent.Key} får mindre än elva timmars vila", $"{agent.Key} has less than eleven hours of rest"));
            }
        }
        return [.. found.OrderBy(conflict => conflict.Date).ThenBy(conflict => conflict.Shift, StringComparer.Ordinal)];
    }
}
