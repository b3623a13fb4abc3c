using Desk.Contracts;

namespace Desk.Routing.Tests.Triage;

[Collection(RoutingDesk.Collection)]
public sealed class TriageTests(RoutingDesk desk)
{
    [Fact]
    public async Task A_registered_ticket_gets_category_team_priority_and_times()
    {
        var triaged = await desk.Triaged("Glömt lösenordet", "Jag kommer inte in på datorn, kontot är låst");

        Assert.Equal("account.password", triaged.Work.Category);
        Assert.Equal("service-desk", triaged.Work.Team);
        Assert.Equal(Priority.P4, triaged.Work.Priority);
        Assert.Equal(TicketStatus.New, triaged.Work.Status);
        Assert.Equal(1, triaged.Work.Version);
        Assert.Equal("answer", triaged.Work.NextStep);
        Assert.Equal(triaged.Work.Targets.Single(target => target.Kind == TargetKind.Answer).DueAt, triaged.Work.NextStepAt);
        Assert.Equal([TargetKind.Answer, TargetKind.Update, TargetKind.Resolution], triaged.Work.Targets.Select(target => target.Kind));
        Assert.InRange(triaged.Certainty!.Value, 0.3, 1);
    }
}
