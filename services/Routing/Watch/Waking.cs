using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Watch;

/// <summary>
/// What time, or a change of the set-up, does to a ticket that nobody touches. What it does to the clocks, <see cref="Outcome"/> adds by itself.
/// </summary>
internal static class Waking
{
    public static IReadOnlyList<Fact> Decide(Dossier ticket, Deciding deciding)
    {
        var facts = Decide(ticket.Item, deciding);
        var after = ticket.With(facts, ticket.Version);
        return TimeBox.Of(after, deciding.Desk) is { } box ? [.. facts, .. box.Decide(after.Item, deciding)] : facts;
    }

    public static IReadOnlyList<Fact> Decide(WorkItem item, Deciding deciding)
    {
        var (desk, now, by) = (deciding.Desk, deciding.Now, deciding.By);
        var facts = new List<Fact>();
        if (item.Status == TicketStatus.Resolved && item.ClosesAt <= now)
            facts.Add(new Closed(now, by, null));
        if (!item.IsOpen)
            return facts;

        if (item.Status == TicketStatus.Waiting && item.WaitsUntil is { } until && until <= now)
        {
            facts.Add(item.WaitingFor == WaitingFor.Time
                ? new Resumed(now, by, null)
                : new FollowUpFellDue(now, by, until, deciding.FollowUpAt(item)));
        }

        // Who held it has left the desk, has gone and handed it back, or is not heard of: another of the team has it, or the team itself.
        if (item.AssigneeId is not null && WhyTakenBack(item, desk, now) is { } why)
        {
            var holder = deciding.HolderOf(item, item.Team, not: item.AssigneeId);
            if (why == "shiftEnd")
                holder ??= desk.Duties.On(item.Team!, now).Select(desk.AgentAt).FirstOrDefault(agent => agent is not null && agent.Id != item.AssigneeId);
            facts.Add(new Assigned(now, by, item.Team, holder?.Id, holder?.Name, null, desk.Agent(item.AssigneeId)?.Name, why));
        }

        var pledge = desk.PledgeOf(item);
        if (item.Pledge is not null && pledge != item.Pledge)
            facts.Add(new Retargeted(now, by, pledge));
        return facts;
    }

    private static string? WhyTakenBack(WorkItem item, DeskSetUp desk, DateTimeOffset now) => desk.Agent(item.AssigneeId) switch
    {
        not { Active: true } => "left",
        { Presence: Presence.HandBack } => "handBack",
        { } agent when !desk.Duties.Comes(agent, now) => "offDuty",
        _ => item.HandedOverAt(desk) <= now ? "shiftEnd" : item.TakenBackAt(desk) <= now ? "silent" : null,
    };
}
