namespace Desk.Analytics.Staffing;

/// <summary>
/// The load and the promise. Shares are 0 to 1: serviceLevel .8 with answerWithinSeconds 20 promises that 80 % of calls are answered in 20 s.
/// MaxOccupancy: no busier than this. Shrinkage: the part of paid time that is not at the telephone. Patience: how long a caller waits on average.
/// </summary>
internal sealed record StaffingRequest(
    double Calls, double IntervalMinutes, double HandleSeconds, double AnswerWithinSeconds, double ServiceLevel, double? MaxOccupancy, double? Shrinkage,
    double? PatienceSeconds)
{
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        Check("calls", Calls is >= 0 and <= 1_000_000, "Calls are 0 to 1,000,000.");
        Check("intervalMinutes", IntervalMinutes is > 0 and <= 10_080, "An interval is longer than nothing and at most a week.");
        Check("handleSeconds", HandleSeconds is > 0 and <= 86_400, "Handling takes more than nothing and at most a day.");
        Check("answerWithinSeconds", AnswerWithinSeconds is >= 0 and <= 86_400, "The answer time is 0 s to a day.");
        Check("serviceLevel", ServiceLevel is > 0 and < 1, "The service level is above 0 and below 1.");
        Check("maxOccupancy", MaxOccupancy is null or (> 0 and <= 1), "The highest occupancy is above 0 and at most 1.");
        Check("shrinkage", Shrinkage is null or (>= 0 and < 1), "Shrinkage is 0 or more and below 1.");
        Check("patienceSeconds", PatienceSeconds is null or (> 0 and <= 31_536_000), "Patience is more than nothing and at most a year.");
        if (faults.Count == 0)
            Check("calls", Load <= 10_000, "The load is above 10,000 erlangs: divide it among desks.");
        return faults;

        void Check(string field, bool right, string what)
        {
            if (!right) faults[field] = [what];
        }
    }

    /// <summary>In erlangs: how many agents are busy on average if no one is kept waiting.</summary>
    public double Load => Calls * HandleSeconds / (IntervalMinutes * 60);
}

/// <summary>The fewest agents that keep the promise; positions is how many must be on the pay roll for that many to be at the telephone.</summary>
internal sealed record StaffingPlan(
    int Agents, int Positions, double ServiceLevel, double AverageAnswerSeconds, double WaitProbability, double Occupancy, double? Abandonment)
{
    public static StaffingPlan For(StaffingRequest request)
    {
        if (request.Load == 0)
            return new StaffingPlan(0, 0, 1, 0, 0, 0, request.PatienceSeconds is null ? null : 0);

        // Service grows and occupancy falls with every agent: the fewest that suffice is found by halving.
        var (tooFew, enough) = (0, Math.Max(1, (int)Math.Ceiling(request.Load)));
        while (!Suffices(enough))
            (tooFew, enough) = (enough, enough * 2);
        while (enough - tooFew > 1)
        {
            var middle = (tooFew + enough) / 2;
            if (Suffices(middle)) enough = middle;
            else tooFew = middle;
        }

        var forecast = Forecast(enough)!;
        // A hair of rounding must not cost a position: 14 ÷ 0.7 is 20.
        var positions = (int)Math.Ceiling(enough / (1 - (request.Shrinkage ?? 0)) - 1e-9);
        return new StaffingPlan(
            enough, positions, forecast.ServiceLevel, forecast.AverageAnswerSeconds, forecast.WaitProbability, forecast.Occupancy, forecast.Abandonment);

        bool Suffices(int agents) => Forecast(agents) is { } forecast
            && forecast.ServiceLevel >= request.ServiceLevel && forecast.Occupancy <= (request.MaxOccupancy ?? 1);

        QueueForecast? Forecast(int agents) => request.PatienceSeconds is { } patience
            ? Erlang.WithPatience(agents, request.Load, request.HandleSeconds, request.AnswerWithinSeconds, patience)
            : Erlang.WithEndlessPatience(agents, request.Load, request.HandleSeconds, request.AnswerWithinSeconds);
    }
}
