using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Tests.Work;
using Desk.Routing.Watch;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Tests.Holders;

/// <summary>How a desk goes about what its first line cannot solve.</summary>
public sealed class ModelTests
{
    private static readonly Actor ByAnna = new(ActorKind.Agent, Given.Anna.Id, Given.Anna.Name);

    private static readonly DeskSetUp Lines = Given.Desk with
    {
        Teams =
        [
            new Team("service-desk", "Servicedesk", "Service desk", Line.First, Model: DeskModel.Lines, TimeBox: TimeSpan.FromMinutes(5), TimeBoxGrace: TimeSpan.FromMinutes(10), Lead: "leif.ström@desk.example"),
            new Team("network", "Nätverk", "Network", Line.Second, Model: DeskModel.Lines, TimeBox: TimeSpan.FromHours(1), Needs: [new("where", "Var?", "Where?"), new("since", "Sedan när?", "Since when?", Required: false)]),
        ],
    };

    [Fact]
    public void The_lines_time_begins_when_somebody_begins_and_not_while_the_ticket_waits_its_turn()
    {
        var handed = Given.Ticket(Given.Anna);
        Assert.Null(TimeBox.Of(handed, Lines));

        var begun = handed.With([new NoteWritten(Given.Nine.AddMinutes(20), ByAnna, Guid.CreateVersion7())], 1);
        Assert.Equal((Given.Nine.AddMinutes(25), Given.Nine.AddMinutes(35)), (TimeBox.Of(begun, Lines)!.DueAt, TimeBox.Of(begun, Lines)!.HandsOnAt));
        Assert.Equal(Given.Nine.AddMinutes(5), TimeBox.Of(Given.Ticket().With([new Assigned(Given.Nine, ByAnna, "service-desk", Given.Anna.Id, "Anna Lind", null)], 1), Lines)!.DueAt);
    }

    [Fact]
    public void It_stands_still_in_a_pause_and_goes_on_under_another_holder()
    {
        var ticket = Given.Ticket(Given.Anna).With(
        [
            new NoteWritten(Given.Nine, ByAnna, Guid.CreateVersion7()),
            new Paused(Given.Nine.AddMinutes(3), ByAnna, WaitingFor.Requester, null, null),
            new Resumed(Given.Nine.AddHours(2), Given.Rut, null),
            new Assigned(Given.Nine.AddHours(2).AddMinutes(1), ByAnna, "service-desk", Given.Bo.Id, Given.Bo.Name, null),
        ], 1);

        Assert.Equal(Given.Nine.AddHours(2).AddMinutes(2), TimeBox.Of(ticket, Lines)!.DueAt);
    }

    [Fact]
    public void Escalation_is_offered_and_then_done_and_the_next_line_has_its_own_time()
    {
        var begun = Given.Ticket(Given.Anna).With([new NoteWritten(Given.Nine, ByAnna, Guid.CreateVersion7())], 1);
        Assert.Equal(Given.Nine.AddMinutes(5), Outcome.Of(begun, [], Lines, Given.Nine).WakeAt);

        var offered = Outcome.Of(begun, Waking.Decide(begun, At(Given.Nine.AddMinutes(5))), Lines, Given.Nine.AddMinutes(5));
        Assert.IsType<EscalationOffered>(Assert.Single(offered.Facts));
        Assert.IsType<WorkChanged>(Assert.Single(offered.Events));
        Assert.Equal(Given.Nine.AddMinutes(15), offered.WakeAt);
        Assert.Empty(Waking.Decide(offered.After, At(Given.Nine.AddMinutes(6))));

        var done = Outcome.Of(offered.After, Waking.Decide(offered.After, At(Given.Nine.AddMinutes(15))), Lines, Given.Nine.AddMinutes(15));
        Assert.Equal(("network", "timeBox"), (done.After.Item.Team, Assert.IsType<Escalated>(done.Facts[0]).Why));
        // Cecilia of the network has it; her hour begins when she does.
        Assert.Equal((Given.Cecilia.Id, null), (done.After.Item.AssigneeId, TimeBox.Of(done.After, Lines)));
    }

    [Fact]
    public void The_last_line_has_nowhere_to_go_and_only_offers()
    {
        var desk = Lines with { Teams = [Lines.Teams[0] with { Line = Line.Expert }], Categories = [new("account.password", "L", "P", "service-desk")] };
        var begun = Given.Ticket(Given.Anna).With([new NoteWritten(Given.Nine, ByAnna, Guid.CreateVersion7()), new EscalationOffered(Given.Nine.AddMinutes(5), Given.TheDesk, "service-desk", Given.Nine)], 1);

        Assert.Empty(Waking.Decide(begun, new Deciding(desk, Given.TheDesk, Given.Nine.AddHours(1), Standing.Nothing)));
        Assert.True(Outcome.Of(begun, [], desk, Given.Nine.AddHours(1)).WakeAt > Given.Nine.AddHours(1));
    }

    [Fact]
    public void Escalating_asks_for_what_the_next_team_needs_and_carries_it()
    {
        var item = Given.Ticket(Given.Anna).Item;
        Refused("escalate.needs", () => EscalateTicket.Decide(item, null, "a switch is down", At(Given.Nine, Given.Anna)));

        var escalated = Assert.IsType<Escalated>(EscalateTicket.Decide(
            item, null, "a switch is down", At(Given.Nine, Given.Anna), new Dictionary<string, string> { ["where"] = "floor 3" })[0]);

        Assert.Equal(("network", "floor 3"), (escalated.ToTeam, escalated.Answers!["where"]));
        var line = Desk.Routing.Timeline.ReadTimeline.ItemsOf(Given.Ticket(Given.Anna).With([escalated], 2), Lines).Last();
        Assert.Equal("a switch is down\nVar?: floor 3", line.Text);
    }

    [Fact]
    public void Up_to_the_lead_or_the_manager_it_stays_with_the_team()
    {
        var raised = EscalateTicket.Raise(Given.Ticket(Given.Anna).Item, "lead", "the mayor called", At(Given.Nine, Given.Anna));
        Assert.Equal(("service-desk", "lead"), (((Escalated)raised[0]).ToTeam, ((Escalated)raised[0]).Level));
        Assert.Equal(Given.Leif.Id, ((Assigned)raised[1]).AssigneeId);

        Refused("escalate.nobody", () => EscalateTicket.Raise(Given.Ticket().Item, "manager", "x", At(Given.Nine, Given.Anna)));
        Refused("escalate.nowhere", () => EscalateTicket.Raise(Given.Ticket(Given.Leif).Item, "lead", "x", At(Given.Nine, Given.Anna)));
    }

    [Fact]
    public void A_team_without_lines_keeps_what_it_takes_and_asks_in()
    {
        var desk = Given.Desk with { Teams = [Given.Desk.Teams[0] with { Model = DeskModel.NoLines }, .. Given.Desk.Teams.Skip(1)] };
        var (anna, leif) = (new Deciding(desk, ByAnna, Given.Nine, Standing.Nothing), new Deciding(desk, new Actor(ActorKind.Agent, Given.Leif.Id, "Leif"), Given.Nine, Standing.Nothing));
        Refused("escalate.noLines", () => EscalateTicket.Decide(Given.Ticket(Given.Anna).Item, "network", "why", anna));
        Assert.NotEmpty(EscalateTicket.Decide(Given.Ticket(Given.Anna).Item, "network", "why", leif));

        var asked = Given.Ticket(Given.Anna).After(item => AskIn.Decide(item, new AskRequest(null, "network", "Which VLAN?"), anna));
        Assert.Equal((Given.Anna.Id, 1), (asked.Item.AssigneeId, asked.Item.Asks.Count));
        // Not by who asked, nor by who has nothing to do with it.
        Assert.Empty(AskIn.Answers(asked.Item, ByAnna, desk, Given.Nine));
        Assert.Empty(AskIn.Answers(asked.Item, new Actor(ActorKind.Agent, Given.Bo.Id, "Bo"), desk, Given.Nine));
        var answered = asked.With(AskIn.Answers(asked.Item, new Actor(ActorKind.Agent, Given.Cecilia.Id, "Cecilia"), desk, Given.Nine), 3);
        Assert.Equal((Given.Anna.Id, 0), (answered.Item.AssigneeId, answered.Item.Asks.Count));
        Refused("ask.holder", () => AskIn.Decide(asked.Item, new AskRequest(Given.Anna.Email, null, "?"), anna));
    }

    private static Deciding At(DateTimeOffset now, Agent? by = null)
        => new(Lines, by is null ? Given.TheDesk : new Actor(ActorKind.Agent, by.Id, by.Name), now, Standing.Nothing);

    private static void Refused(string code, Action act) => Assert.Equal(code, Assert.Throws<RuleBrokenException>(act).Code);
}
