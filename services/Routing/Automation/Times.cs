using System.Globalization;
using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Calendar = Desk.Routing.Calendars.Calendar;

namespace Desk.Routing.Automation;

/// <summary>The times that a trigger waits for, of one ticket as it stands: what each is called, so that it is known to have been, and when it comes.</summary>
internal static class Times
{
    public static IEnumerable<(string Occasion, DateTimeOffset Due)> Of(Occasion on, Dossier ticket, IReadOnlyList<Clock> clocks, DeskSetUp desk)
    {
        var item = ticket.Item;
        if (item.Pledge is not { } pledge || !desk.Calendars.TryGetValue((pledge.Calendar, pledge.Version), out var calendar))
            return [];
        return on.Event switch
        {
            Moment.InStatus => item.Status == (on.Status ?? TicketStatus.Waiting) && StatusSince(ticket) is { } since ? Since(since) : [],
            Moment.RequesterSilent => item.IsOpen && Spoke(ticket).Agent is { } word ? Since(word) : [],
            Moment.AgentSilent => item.IsOpen && Spoke(ticket).Requester is { } word ? Since(word) : [],
            Moment.BeforeDue => ClockFold.Current(clocks)
                .Where(clock => !clock.IsOver && !clock.IsPaused && (on.Target is not { } target || clock.Target == target))
                .Select(clock => (Clock: clock, Due: on.Working ? clock.WhenWorked(clock.Promise - on.After!.Value) : clock.DueAt - on.After))
                .Where(time => time.Due is not null)
                .Select(time => (string.Create(CultureInfo.InvariantCulture, $"{time.Clock.Target.ToWord()}:{time.Clock.Number}"), time.Due!.Value)),
            _ => [],
        };

        IEnumerable<(string, DateTimeOffset)> Since(DateTimeOffset start) => After(on, start, calendar) is { } due
            ? [(start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture), due)]
            : [];
    }

    private static DateTimeOffset? After(Occasion on, DateTimeOffset start, Calendar calendar)
        => on.Days is { } days ? calendar.AddWorkingDays(start, days) : on.Working ? calendar.Add(start, on.After!.Value) : start + on.After;

    /// <summary>Since when it stands, and waits, as it does.</summary>
    private static DateTimeOffset? StatusSince(Dossier ticket)
    {
        DateTimeOffset? since = null;
        var so = WorkItem.Nothing;
        foreach (var fact in ticket.Facts)
        {
            var after = so.After(fact);
            if (since is null || after.Status != so.Status || after.WaitingFor != so.WaitingFor)
                since = fact.At;
            so = after;
        }
        return since;
    }

    /// <summary>Whose word was last, and since when the other has been silent: the agent's last, or the requester's oldest unanswered.</summary>
    private static (DateTimeOffset? Agent, DateTimeOffset? Requester) Spoke(Dossier ticket)
    {
        (DateTimeOffset? Agent, DateTimeOffset? Requester) so = default;
        foreach (var fact in ticket.Facts)
        {
            if (fact is AgentWrote)
                so = (fact.At, null);
            else if (fact is Registered or RequesterWrote { Automatic: false })
                so = (null, so.Requester ?? fact.At);
        }
        return so;
    }
}
