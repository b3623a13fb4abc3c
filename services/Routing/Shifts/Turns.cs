namespace Desk.Routing.Shifts;

/// <summary>
/// A turn of a rotation: its days, whose it is by the order alone, and who takes it (null: nobody can). Why they differ is <c>substitute</c>, <c>leave</c> (the two
/// changed turns), <c>extra</c> (nobody could change, so whoever has had the fewest takes one more) or <c>swap</c> (by hand).
/// </summary>
internal sealed record TurnTaken(int Index, IReadOnlyList<DateOnly> Dates, string Whose, string? Agent, string? Why = null);

/// <summary>
/// Who takes which turn. A pure function of the order, the days and who is away: the n-th turn is of the n-th in the order, round and round, so that
/// each of seventeen has every seventeenth working day. Who is away changes turns with the next in the order for whom it works out, so that both
/// still have as many; the days themselves never move.
/// </summary>
internal static class Turns
{
    public static IReadOnlyList<TurnTaken> Of(
        Rotation rotation, IReadOnlyList<IReadOnlyList<DateOnly>> turns, IReadOnlyList<Absence> absences, IReadOnlyList<Swap>? swaps = null)
    {
        var order = rotation.Agents;
        if (order.Count == 0)
            return [];
        // Rotations run for years: each agent's own absences are few.
        var away = absences.ToLookup(absence => absence.Agent, StringComparer.OrdinalIgnoreCase);
        var taken = turns.Select((dates, index) => new TurnTaken(index, dates, order[index % order.Count], order[index % order.Count])).ToArray();
        var settled = new bool[taken.Length];
        var had = order.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(agent => agent, _ => 0, StringComparer.OrdinalIgnoreCase);

        for (var i = 0; i < taken.Length; i++)
        {
            if (!settled[i] && !IsThere(taken[i].Agent!, i))
                taken[i] = taken[i] with { Agent = null };
            if (taken[i].Agent is null)
                Settle(i);
            if (taken[i].Agent is { } agent && had.TryGetValue(agent, out var before))
                had[agent] = before + 1;
        }
        foreach (var swap in (swaps ?? []).Where(swap => swap.Rotation == rotation.Key))
        {
            if (Array.FindIndex(taken, turn => turn.Dates.Contains(swap.Date)) is >= 0 and var at)
                taken[at] = taken[at] with { Agent = swap.Agent, Why = "swap" };
        }
        return taken;

        void Settle(int i)
        {
            var whose = taken[i].Whose;
            if (SubstituteOf(whose, i) is { } substitute)
            {
                taken[i] = taken[i] with { Agent = substitute, Why = "substitute" };
                return;
            }
            for (var j = i + 1; j < Math.Min(taken.Length, i + 2 * order.Count); j++)
            {
                var other = taken[j].Whose;
                if (settled[j] || other.Equals(whose, StringComparison.OrdinalIgnoreCase) || !IsThere(other, i) || !IsThere(whose, j))
                    continue;
                taken[i] = taken[i] with { Agent = other, Why = "leave" };
                taken[j] = taken[j] with { Agent = whose, Why = "leave" };
                settled[j] = true;
                return;
            }
            var extra = had.Where(agent => IsThere(agent.Key, i)).OrderBy(agent => agent.Value).Select(agent => agent.Key).FirstOrDefault();
            taken[i] = taken[i] with { Agent = extra, Why = extra is null ? null : "extra" };
        }

        bool IsThere(string agent, int turn) => !away[agent].Any(absence => turns[turn].Any(date => absence.Covers(agent, date)));

        string? SubstituteOf(string agent, int turn) => away[agent]
            .Where(absence => absence.Substitute is not null && turns[turn].Any(date => absence.Covers(agent, date)))
            .Select(absence => absence.Substitute!).FirstOrDefault(substitute => IsThere(substitute, turn));
    }
}
