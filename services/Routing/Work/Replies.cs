using Desk.Contracts;

namespace Desk.Routing.Work;

/// <summary>What a message does to the work.</summary>
internal static class Replies
{
    /// <summary>
    /// A solved ticket opens again for as long as it is not closed. A word that crosses the closing opens it too; one that comes later,
    /// Intake makes a new ticket of.
    /// </summary>
    public static IReadOnlyList<Fact> Decide(WorkItem item, RequesterReplied replied, Deciding deciding)
    {
        var by = new Actor(ActorKind.Requester, replied.From.Id, replied.From.Name ?? replied.From.Email);
        List<Fact> facts = [new RequesterWrote(replied.At, by, replied.MessageId, replied.Automatic, replied.TicketId == item.TicketId ? null : replied.TicketId)];
        if (replied.Automatic)
            return facts;
        if (item is { Status: TicketStatus.Waiting, WaitingFor: WaitingFor.Requester })
            facts.Add(new Resumed(deciding.Now, by, null));
        else if (item is { IsOpen: false, MergedInto: null })
            facts.AddRange(ReopenTicket.Reopening(item, null, deciding with { By = by }));
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
