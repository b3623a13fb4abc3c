namespace Desk.Knowledge.Trends;

/// <summary>How surprising a count is, given the same hours of earlier weeks.</summary>
internal static class Surprise
{
    // Jeffreys' prior of a Poisson rate.
    private const double Prior = 0.5;

    /// <summary>How many are to be expected.</summary>
    public static double Expected(int before, int weeks) => (before + Prior) / weeks;

    /// <summary>
    /// The probability of at least so many in this week's hours, when the same hours of <paramref name="weeks"/> weeks had <paramref name="before"/> together:
    /// the upper tail of the negative binomial <c>NB(before + ½, weeks / (weeks + 1))</c>.
    /// </summary>
    /// <remarks>
    /// Counts of independent contacts are Poisson; a rate that is known only from some weeks has a gamma distribution, and the count to come is then
    /// negative binomial: wider than Poisson, the more so the fewer the weeks (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). The
    /// same family is what outbreak surveillance tests weekly counts with (Noufaily et al., Statistics in Medicine 32, 2013).
    /// </remarks>
    public static double Tail(int observed, int before, int weeks)
    {
        var (r, p) = (before + Prior, weeks / (weeks + 1.0));
        // P(X = 0) = p^r, and P(X = x + 1) = P(X = x) · (x + r) / (x + 1) · (1 − p).
        var (logOne, below) = (r * Math.Log(p), 0.0);
        for (var x = 0; x < observed; x++)
        {
            below += Math.Exp(logOne);
            logOne += Math.Log((x + r) / (x + 1) * (1 - p));
        }
        // Where the tail is too small for a difference of sums, its first term is most of it.
        return 1 - below > 1e-9 ? 1 - below : Math.Exp(logOne);
    }
}
