using Desk.Contracts;
using Desk.Routing.Calendars;

namespace Desk.Routing.Clocks;

/// <summary>A stretch when a clock runs; To is null while it still does.</summary>
internal readonly record struct Run(DateTimeOffset From, DateTimeOffset? To);

/// <summary>
/// One promise being kept or broken: the first answer, the reply to the oldest unanswered message, the next update, the solution. Reply and
/// update come round again, numbered from 1. EndedAt is when it stopped counting without being met, because the ticket was closed or the promise fell away.
/// </summary>
internal sealed record Clock(
    TargetKind Target, int Number, TimeSpan Promise, Calendar Calendar, IReadOnlyList<Run> Runs, DateTimeOffset? MetAt, DateTimeOffset? EndedAt)
{
    public DateTimeOffset StartedAt => Runs[0].From;

    public bool IsOver => MetAt is not null || EndedAt is not null;

    public bool IsPaused => !IsOver && Runs[^1].To is not null;

    /// <summary>When the promise is used up; null when it never is, because the clock is paused, was met before, or the desk never opens.</summary>
    public DateTimeOffset? DueAt => WhenWorked(Promise);

    /// <summary>When so much working time had, or will have, gone by on this clock.</summary>
    public DateTimeOffset? WhenWorked(TimeSpan working)
    {
        foreach (var run in Runs)
        {
            // What was stopped while it ran, by being met, would have been due had it run on; what was met in a pause was due never.
            if (run.To is not { } end || (run == Runs[^1] && end == (MetAt ?? EndedAt)))
                return Calendar.Add(run.From, working);
            var worked = Calendar.Between(run.From, end);
            if (worked >= working)
                return Calendar.Add(run.From, working);
            working -= worked;
        }
        return null;
    }

    /// <summary>The working time counted until an instant.</summary>
    public TimeSpan Worked(DateTimeOffset at)
    {
        var worked = TimeSpan.Zero;
        foreach (var run in Runs)
            worked += Calendar.Between(run.From, run.To is { } end && end < at ? end : at);
        return worked;
    }

    /// <summary>Broken: it was met, or is still unmet, after it was due. Met at the very instant is in time.</summary>
    public bool Missed(DateTimeOffset at) => DueAt is { } due && (MetAt ?? EndedAt ?? at) > due;
}
