using System.Text;
using System.Text.Json;
using Desk.Bench;
using Desk.Contracts;
using Desk.Intake;
using Desk.Intake.Import;

namespace Desk.SystemTests.Journeys;

public class SolvedHistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 16, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_the_demo_has_solved_can_be_taken_in_whole_and_is_past()
    {
        var events = SolvedHistory.Lines(Noon).Select((text, number) =>
        {
            var json = Encoding.UTF8.GetBytes(text);
            var (past, fault) = PastEvent.Read(number, json, JsonSerializer.Deserialize(json, IntakeJson.Default.ImportLine)!, Noon);
            return past ?? throw new InvalidOperationException($"{text}: {fault}");
        }).ToList();

        var tickets = events.GroupBy(past => past.Ticket).ToList();
        Assert.Equal(158, tickets.Count);
        Assert.All(tickets, ticket => Assert.Equal(
            [ImportedKind.Registered, ImportedKind.Assigned, ImportedKind.AgentMessage, ImportedKind.Resolved], ticket.Select(past => past.Event.Kind)));
        // Two subjects that no article answers.
        Assert.Equal(22, events.Count(past => past.Event is { Kind: ImportedKind.Resolved, Article: null }));
    }
}
