using Desk.Contracts;

namespace Desk.Routing.Work;

/// <summary>What a message does to the work.</summary>
internal static class Replies
{
    /// <summary>A solved ticket opens again when its requester writes so soon after.</summary>
    private static readonly TimeSpan ReopensWithin = TimeSpan.FromDays(7);

    public static IReadOnlyList<Fact> Decide(WorkItem item, RequesterReplied replied, DateTimeOffset now)
    {
        var by = new Actor(ActorKind.Requester, replied.From.Id, replied.From.Name ?? replied.From.Email);
        List<Fact> facts = [new RequesterWrote(replied.At, by, replied.MessageId, replied.Automatic, replied.TicketId == item.TicketId ? null : replied.TicketId)];
        if (replied.Automatic)
            return facts;
        if (item is { Status: TicketStatus.Waiting, WaitingFor: WaitingFor.Requester })
            facts.Add(new Resumed(now, by, null));
        else if (item is { Status: TicketStatus.Resolved, ResolvedAt: { } resolved } && now - resolved <= ReopensWithin)
            facts.Add(new Reopened(now, by, null));
        return facts;
    }

    public static IReadOnlyList<Fact> Decide(WorkItem item, AgentReplied replied, DateTimeOffset now)
    {
        List<Fact> facts = [new AgentWrote(replied.At, replied.Agent, replied.MessageId)];
        if (item.Status == TicketStatus.New)
            facts.Add(new Opened(now, replied.Agent));
        return facts;
    }
}
