using Desk.Routing.Calendars;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Clocks;

/// <summary>
/// A calendar, promises and a list of events, and nothing of the desk. At is the instant to read the clocks at; left out, that of the last event.
/// </summary>
internal sealed record ClocksPreview(CalendarSpec? Calendar, Promises? Targets, IReadOnlyList<PreviewEvent>? Events, DateTimeOffset? At);

internal sealed record PreviewEvent(DateTimeOffset? At, ClockEventType? Type);

/// <summary>
/// A target as it stood: due when its promise is used up (left out while paused), and the working time it had counted. Of reply and update,
/// which come round again, it is the last; Missed is of that one, Misses of all of them.
/// </summary>
internal sealed record TargetPreview(
    DateTimeOffset StartedAt, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, double WorkingSeconds, bool Paused, int Number, int Misses)
{
    public static IReadOnlyDictionary<string, TargetPreview> Of(IReadOnlyList<Clock> clocks, DateTimeOffset at)
        => ClockFold.Current(clocks).ToDictionary(
            clock => clock.Target.ToWord(),
            clock => new TargetPreview(
                clock.StartedAt.ToUniversalTime(), clock.DueAt, clock.MetAt?.ToUniversalTime(), clock.Missed(at), clock.Worked(at).TotalSeconds,
                clock.IsPaused, clock.Number, clocks.Count(other => other.Target == clock.Target && other.Missed(at))));
}

internal sealed record ClocksPreviewed(IReadOnlyDictionary<string, TargetPreview> Targets, IReadOnlyList<Step> Timeline);

/// <summary><c>POST /routing/clocks/preview</c>: what would be due when, and why, computed from the request alone.</summary>
internal static class PreviewClocks
{
    private const int MostEvents = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 20);

    public static Results<Ok<ClocksPreviewed>, ProblemHttpResult> Handle(ClocksPreview request)
    {
        var (calendar, errors) = Check(request);
        return errors.Count > 0 ? Problems.Invalid(errors) : TypedResults.Ok(Preview(request, calendar!));
    }

    internal static ClocksPreviewed Preview(ClocksPreview request, Calendar calendar)
    {
        var terms = new Terms(request.Targets!, calendar);
        var at = request.At ?? request.Events!.Max(happened => happened.At!.Value);
        var clocks = ClockFold.Of(request.Events!.Select(happened => new ClockEvent(
            happened.At!.Value, happened.Type!.Value, happened.Type is ClockEventType.Registered or ClockEventType.Retargeted ? terms : null)), at);
        return new ClocksPreviewed(TargetPreview.Of(clocks, at), Explanation.Of(clocks, at));
    }

    private static (Calendar? Calendar, IReadOnlyDictionary<string, string[]> Errors) Check(ClocksPreview request)
    {
        var errors = new Dictionary<string, string[]>();
        Calendar? calendar = null;
        if (request.Calendar is null)
        {
            errors["calendar"] = ["Give a calendar: timeZone and hours."];
        }
        else
        {
            (calendar, var faults) = request.Calendar.Build();
            foreach (var (field, why) in faults)
                errors[field] = why;
        }
        if (request.Targets is null)
            errors["targets"] = ["Give targets: answer, reply, update or resolution, each a duration such as PT4H."];
        if (request.Events is not { Count: > 0 and <= MostEvents } events)
            errors["events"] = [$"Give 1 to {MostEvents} events."];
        else if (events.Any(happened => happened is not { At: not null, Type: not null }))
            errors["events"] = ["Every event has at and type."];
        else if ((request.At ?? events.Max(happened => happened.At!.Value)) - events.Min(happened => happened.At!.Value) is var length && length > Longest)
            errors["events"] = ["Between the first event and the last instant lie at most 20 years."];
        else if (events.MinBy(happened => happened.At)!.Type != ClockEventType.Registered)
            errors["events"] = ["The first thing that happens to a ticket is that it is registered."];
        return (calendar, errors);
    }
}
