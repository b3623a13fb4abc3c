namespace Desk.Analytics.Staffing;

/// <summary>What a number of agents gives the callers. Shares are 0 to 1.</summary>
/// <param name="ServiceLevel">Share of all calls that are answered in time.</param>
/// <param name="AverageAnswerSeconds">Mean wait of a call, whether it was answered or given up.</param>
/// <param name="WaitProbability">Share of calls that wait at all.</param>
/// <param name="Occupancy">Share of their time that agents are busy.</param>
/// <param name="Abandonment">Share of calls given up; null when callers are taken to wait for ever.</param>
internal sealed record QueueForecast(double ServiceLevel, double AverageAnswerSeconds, double WaitProbability, double Occupancy, double? Abandonment);

/// <summary>
/// The queue formulas of A. K. Erlang (1917) and C. Palm (1946): calls that come at random (Poisson), handled in exponential time by equal agents.
/// </summary>
internal static class Erlang
{
    /// <summary>Erlang B: the share of calls that find every server busy when none may wait. Load in erlangs (calls × handling time ÷ time).</summary>
    public static double Blocking(int servers, double load)
    {
        // B(n) = a·B(n−1) / (n + a·B(n−1)): no factorials, so no overflow.
        var blocking = 1.0;
        for (var n = 1; n <= servers; n++)
            blocking = load * blocking / (n + load * blocking);
        return blocking;
    }

    /// <summary>Erlang C: callers wait as long as it takes. Null when there are too few agents: then the line grows for ever.</summary>
    public static QueueForecast? WithEndlessPatience(int agents, double load, double handleSeconds, double answerWithinSeconds)
    {
        if (agents <= load)
            return null;
        var occupancy = load / agents;
        var blocking = Blocking(agents, load);
        var waits = blocking / (1 - occupancy * (1 - blocking));
        return new QueueForecast(
            1 - waits * Math.Exp(-(agents - load) * answerWithinSeconds / handleSeconds), waits * handleSeconds / (agents - load), waits, occupancy, null);
    }

    /// <summary>
    /// Erlang A (M/M/n+M): callers give up after an exponential time of the given mean. Formulas of Mandelbaum and Zeltyn, "The Palm/Erlang-A
    /// queue" (2005), with J(t) integrated numerically. A call that is given up was not answered in time, however short its wait.
    /// </summary>
    public static QueueForecast WithPatience(int agents, double load, double handleSeconds, double answerWithinSeconds, double patienceSeconds)
    {
        if (load <= 0)
            return new QueueForecast(1, 0, 0, 0, 0);
        var (arrival, service, leaving) = (load / handleSeconds, 1 / handleSeconds, 1 / patienceSeconds);
        double Exponent(double x) => arrival * (leaving * x < 1e-6 ? x * (1 - leaving * x / 2) : (1 - Math.Exp(-leaving * x)) / leaving) - agents * service * x;

        // The integrand rises while more come than go, then falls: measured from its top, it can't overflow.
        var top = arrival > agents * service ? Math.Log(arrival / (agents * service)) / leaving : 0;
        var highest = Exponent(top);
        var end = top + handleSeconds / agents;
        while (Exponent(end) > highest - 40)
            end += end - top;

        var idle = Math.Exp(-highest) / Blocking(agents - 1, load);
        var all = Integral(x => Math.Exp(Exponent(x) - highest), 0, end);
        var scale = idle + arrival * all;
        var waits = arrival * all / scale;
        var abandons = Math.Clamp((Math.Exp(-highest) + (arrival - agents * service) * all) / scale, 0, 1);
        var answeredAfterWait = arrival * Integral(x => Math.Exp(Exponent(x) - highest - leaving * x), 0, Math.Min(answerWithinSeconds, end)) / scale;
        return new QueueForecast(1 - waits + answeredAfterWait, abandons * patienceSeconds, waits, load * (1 - abandons) / agents, abandons);
    }

    /// <summary>Simpson's rule.</summary>
    private static double Integral(Func<double, double> of, double from, double to)
    {
        const int Panels = 2000;
        var width = (to - from) / Panels;
        var sum = of(from) + of(to);
        for (var i = 1; i < Panels; i++)
            sum += (i % 2 == 1 ? 4 : 2) * of(from + i * width);
        return sum * width / 3;
    }
}
