using System.Globalization;
using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Clocks;

/// <summary>What a clock did at a step. Closed: the desk was or will be closed from At to Until, so the time there does not count.</summary>
[JsonConverter(typeof(Word<StepKind>))]
internal enum StepKind { Started, Closed, Paused, Resumed, Due, Missed, Met, Ended }

/// <summary>
/// One step of an explanation, in words and in numbers. WorkingSeconds is what the clock had counted at the step; DueAt what was then due.
/// </summary>
internal sealed record Step(
    DateTimeOffset At, TargetKind Target, int Number, StepKind Kind, double WorkingSeconds, string Sv, string En,
    DateTimeOffset? Until = null, DateTimeOffset? DueAt = null);

/// <summary>Tells the story of a clock: why it is due when it is.</summary>
internal static class Explanation
{
    public static IReadOnlyList<Step> Of(IReadOnlyList<Clock> clocks, DateTimeOffset at)
        => [.. clocks.SelectMany(clock => Of(clock, at)).OrderBy(step => step.At).ThenBy(step => step.Target)];

    private static IEnumerable<Step> Of(Clock clock, DateTimeOffset at)
    {
        var due = clock.DueAt;
        var promise = (Sv: Words(clock.Promise, "sv"), En: Words(clock.Promise, "en"));
        var name = Name(clock.Target);
        for (var i = 0; i < clock.Runs.Count; i++)
        {
            var run = clock.Runs[i];
            var dueThen = (clock with { Runs = [.. clock.Runs.Take(i), run with { To = null }], MetAt = null, EndedAt = null }).DueAt;
            var worked = clock.Worked(run.From);
            if (i == 0)
            {
                yield return Say(run.From, StepKind.Started, dueThen,
                    $"{name.Sv}: lovat inom {promise.Sv} arbetstid{By(", senast ", dueThen)}.",
                    $"{name.En}: promised within {promise.En} of working time{By(", by ", dueThen)}.");
            }
            else
            {
                yield return Say(run.From, StepKind.Resumed, dueThen,
                    $"Går igen efter {Words(worked, "sv")}{By(", nu senast ", dueThen)}.",
                    $"Runs again after {Words(worked, "en")}{By(", now by ", dueThen)}.");
            }

            // What is closed after the due time explains nothing.
            var until = run.To ?? Later(dueThen, at);
            foreach (var closure in clock.Calendar.Closures(run.From, Earlier(until, dueThen)))
            {
                yield return Say(closure.When.From, StepKind.Closed, null,
                    $"Stängt till {Local(closure.When.To)}{Because(closure.Sv)}: tiden räknas inte.",
                    $"Closed until {Local(closure.When.To)}{Because(closure.En)}: the time does not count.") with
                { Until = closure.When.To };
            }

            if (run.To is { } paused && paused != (clock.MetAt ?? clock.EndedAt) && paused > run.From)
            {
                var so = clock.Worked(paused);
                var left = clock.Promise > so ? clock.Promise - so : TimeSpan.Zero;
                yield return Say(paused, StepKind.Paused, null,
                    $"Pausad efter {Words(so, "sv")}; {Words(left, "sv")} återstår.",
                    $"Paused after {Words(so, "en")}; {Words(left, "en")} left.");
            }
        }

        if (due is { } end && clock.Missed(at))
        {
            yield return Say(end, StepKind.Missed, due,
                $"{name.Sv}: {promise.Sv} arbetstid har gått; löftet är brutet.",
                $"{name.En}: {promise.En} of working time have gone; the promise is broken.");
        }
        else if (due is { } ahead && !clock.IsOver)
        {
            yield return Say(ahead, StepKind.Due, due, $"{name.Sv}: senast nu.", $"{name.En}: due now.");
        }

        if (clock.MetAt is { } met)
        {
            var late = due < met ? clock.Calendar.Between(due.Value, met) : TimeSpan.Zero;
            yield return Say(met, StepKind.Met, due,
                $"{name.Sv}: klart efter {Words(clock.Worked(met), "sv")}" + (clock.Missed(at) ? $", {Words(late, "sv")} för sent." : ", i tid."),
                $"{name.En}: done after {Words(clock.Worked(met), "en")}" + (clock.Missed(at) ? $", {Words(late, "en")} late." : ", in time."));
        }
        else if (clock.EndedAt is { } ended)
        {
            yield return Say(ended, StepKind.Ended, due, $"{name.Sv}: löftet upphör.", $"{name.En}: the promise ends.");
        }

        Step Say(DateTimeOffset when, StepKind kind, DateTimeOffset? dueAt, string sv, string en)
            => new(when, clock.Target, clock.Number, kind, clock.Worked(when).TotalSeconds, sv, en, DueAt: dueAt);

        string Local(DateTimeOffset when)
            => TimeZoneInfo.ConvertTime(when, clock.Calendar.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

        string By(string word, DateTimeOffset? when) => when is { } time ? word + Local(time) : "";
    }

    private static string Because(string? name) => name is null ? "" : $" ({name})";

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;

    private static (string Sv, string En) Name(TargetKind target) => target switch
    {
        TargetKind.Answer => ("Första svar", "First answer"),
        TargetKind.Reply => ("Svar på meddelande", "Reply to a message"),
        TargetKind.Update => ("Nästa besked", "Next update"),
        TargetKind.Resolution => ("Lösning", "Solution"),
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
    };

    /// <summary>Hours and minutes: working time has no days.</summary>
    internal static string Words(TimeSpan duration, string language)
    {
        if (duration < TimeSpan.FromMinutes(1))
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(duration.TotalSeconds)} s");
        var minutes = (long)duration.TotalMinutes;
        var hour = language == "sv" ? "tim" : "h";
        return (minutes / 60, minutes % 60) switch
        {
            (0, var m) => string.Create(CultureInfo.InvariantCulture, $"{m} min"),
            (var h, 0) => string.Create(CultureInfo.InvariantCulture, $"{h} {hour}"),
            var (h, m) => string.Create(CultureInfo.InvariantCulture, $"{h} {hour} {m} min"),
        };
    }
}
