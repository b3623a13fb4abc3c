using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>
/// The time a line gives a ticket before the next should have it. It begins at the first sign that somebody of the line works on it, not while it
/// waits its turn; it stands still in a pause, goes on under another holder of the same team, and begins anew with the next team.
/// </summary>
internal sealed record TimeBox(Team Team, Clock Clock, bool Offered)
{
    public DateTimeOffset StartedAt => Clock.StartedAt;

    public DateTimeOffset? DueAt => Clock.DueAt;

    /// <summary>When the desk escalates by itself; null when it leaves that to the agent.</summary>
    public DateTimeOffset? HandsOnAt => Team.TimeBoxGrace is { } grace ? Clock.WhenWorked(Clock.Promise + grace) : null;

    /// <summary>Null when the ticket's team sets none, or nobody has begun.</summary>
    public static TimeBox? Of(Dossier ticket, DeskSetUp desk)
    {
        var item = ticket.Item;
        if (item is not { IsOpen: true, Pledge: { } pledge } || desk.Team(item.Team) is not { TimeBox: { } length } team)
            return null;
        var (so, runs, offered) = (WorkItem.Nothing, new List<Run>(), false);
        foreach (var fact in ticket.Facts)
        {
            var after = so.After(fact);
            if (after.Team != so.Team)
                (runs, offered) = ([], false);
            if (after.Status is not (TicketStatus.New or TicketStatus.Open))
                Stop(fact.At);
            else if (runs is [.., { To: not null }] || (runs.Count == 0 && IsSign(fact, after)))
                runs.Add(new Run(fact.At, null));
            offered |= fact is EscalationOffered;
            so = after;
        }
        return runs.Count == 0 ? null : new TimeBox(team, new Clock(TargetKind.Resolution, 1, length, desk.Terms(pledge).Calendar, runs, null, null), offered);

        void Stop(DateTimeOffset at)
        {
            if (runs is [.., { To: null } last])
                runs[^1] = last with { To = at };
        }
    }

    /// <summary>What time does: an offer first and, where the team wants that, the escalation itself.</summary>
    public IReadOnlyList<Fact> Decide(WorkItem item, Deciding deciding)
    {
        if (HandsOnAt <= deciding.Now && deciding.Desk.NextAfter(item.Team, item.Category) is { } next)
            return EscalateTicket.HandOn(item, next.Key, null, deciding, null, "timeBox");
        return !Offered && DueAt is { } due && due <= deciding.Now ? [new EscalationOffered(deciding.Now, deciding.By, Team.Key, due)] : [];
    }

    /// <summary>When it will have something to say; null when it has said all.</summary>
    public DateTimeOffset? WakeAt(DeskSetUp desk, string? category)
        => !Offered ? DueAt : desk.NextAfter(Team.Key, category) is not null ? HandsOnAt : null;

    /// <summary>The holder did something, beginning with taking it.</summary>
    private static bool IsSign(Fact fact, WorkItem after) => after.AssigneeId is { } holder && fact.By.Kind == ActorKind.Agent && fact.By.Id == holder;
}
