using Desk.Contracts;
using Desk.Intake.Import;

namespace Desk.Intake.Tests.Domain;

public class DemoHistoryTests
{
    [Fact]
    public void The_demo_history_is_whole_past_and_always_the_same()
    {
        var events = DemoHistory.Events(Works.Noon);
        var tickets = events.GroupBy(past => past.Ticket).ToList();
        Assert.InRange(tickets.Count, 150, 200);
        Assert.All(tickets, ticket => Assert.Equal(
            [ImportedKind.Registered, ImportedKind.Assigned, ImportedKind.AgentMessage, ImportedKind.Resolved], ticket.Select(past => past.Event.Kind)));
        Assert.All(events, past => Assert.True(past.Event.HappenedAt < Works.Noon));
        Assert.Equal(events.Select(past => (past.Ticket, past.Key)), DemoHistory.Events(Works.Noon).Select(past => (past.Ticket, past.Key)));
        Assert.Equal(22, events.Count(past => past.Event is { Kind: ImportedKind.Resolved, Article: null }));
    }
}
