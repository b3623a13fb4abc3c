namespace Desk.Knowledge.Evidence;

/// <summary>
/// What became of an article when it was proposed. Used: an agent answered or solved with it. Solved: the ticket was then solved and did not come
/// back. Misled: it was used, and the ticket came back. PassedOver: it was seen, and the ticket solved without it.
/// </summary>
internal readonly record struct ArticleEvidence(int Shown, int Opened, int Used, int Solved, int Misled, int PassedOver)
{
    // As if each article had helped in two and not in two before anything is known of it.
    private const double Prior = 0.5;
    private const double PriorWeight = 4;

    // To pass an article over says little against it: another may just have been better.
    private const double PassedOverCounts = 0.1;

    /// <summary>Evidence moves an article's score by at most this share, up or down.</summary>
    public const double MostByProof = 0.15;

    /// <summary>And what is new, up, or old, down, by at most this.</summary>
    public const double MostByAge = 0.03;

    /// <summary>An article whose text matches better by more than this factor stays ahead, whatever was proven of the two.</summary>
    public const double MostApart = (1 + MostByProof + MostByAge) / (1 - MostByProof - MostByAge);

    private const double HalfLifeDays = 365;

    private const int LeastMisled = 2;
    private const double MisleadsFrom = 0.25;

    /// <summary>Used and come back at least twice, and in a quarter of what is known of it.</summary>
    public bool Misleads => Misled >= LeastMisled && Misled >= MisleadsFrom * (Solved + Misled);

    /// <summary>
    /// What the score by text is multiplied by, 0.82 to 1.18:
    /// <c>1 + 2 · 0.15 · (s − ½) + 0.03 · (2 · 2^(−age/365 d) − 1)</c>, where <c>s = (solved + 4 · ½) / (solved + misled + 0.1 · passed over + 4)</c>.
    /// </summary>
    /// <remarks>
    /// s is the mean of a beta distribution with the prior Beta(2, 2), updated by what happened (Gelman et al., Bayesian Data Analysis, 3rd ed., section
    /// 2.1): few uses move it little, many move it to the share that was seen. An article that misleads as often as it solves, or is flagged as
    /// misleading, is never lifted, however new it is.
    /// </remarks>
    public double Factor(TimeSpan age)
    {
        var share = (Solved + PriorWeight * Prior) / (Solved + Misled + PassedOverCounts * PassedOver + PriorWeight);
        var freshness = 2 * Math.Pow(2, -Math.Max(0, age.TotalDays) / HalfLifeDays) - 1;
        var factor = 1 + 2 * MostByProof * (share - Prior) + MostByAge * freshness;
        return Misleads || (Misled > 0 && Misled >= Solved) ? Math.Min(1, factor) : factor;
    }
}
