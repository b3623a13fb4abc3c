namespace Desk.Knowledge.Gaps;

/// <summary>A solved ticket that is like the one looked at: the gap it is in, or whether it, too, was solved without an article.</summary>
internal readonly record struct Neighbour(Guid Id, double Share, Guid? Gap, bool Unanswered);

/// <summary>Where a ticket solved without an article belongs: to a gap, to a new one with others, or to none yet.</summary>
internal static class GapRule
{
    /// <summary>Three tickets make a gap: two may be chance.</summary>
    public const int Least = 3;

    /// <summary>How much of what a ticket says has to be in another for both to ask the same.</summary>
    public const double Alike = 0.3;

    /// <summary>The gap it joins, or the tickets that become one with it; neither when it stands alone.</summary>
    public static (Guid? Joins, IReadOnlyList<Guid> Founds) Decide(IReadOnlyList<Neighbour> neighbours)
    {
        var gap = neighbours.Where(one => one.Gap is not null).GroupBy(one => one.Gap).Where(same => same.Count() >= Least - 1)
            .OrderByDescending(same => same.Sum(one => one.Share)).FirstOrDefault()?.Key;
        if (gap is not null)
            return (gap, []);
        var others = neighbours.Where(one => one.Gap is null && one.Unanswered).Select(one => one.Id).ToList();
        return (null, others.Count >= Least - 1 ? others : []);
    }

    /// <summary>The words that most of the texts share, at most four, the most shared first.</summary>
    public static string SharedWords(IReadOnlyList<string> texts) => string.Join(' ', texts
        .SelectMany(text => Search.Analysis.Words(Likeness.Matter.Told(text)).Where(word => word.Length > 2 && Search.Analysis.IsTelling(word)).Distinct())
        .GroupBy(word => word).Where(same => same.Count() * 2 >= texts.Count).OrderByDescending(same => same.Count()).Take(4).Select(same => same.Key));
}
