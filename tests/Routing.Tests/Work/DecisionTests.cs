using Desk.Contracts;
using Desk.Routing.Watch;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Tests.Work;

/// <summary>Given a ticket, when something is asked or time passes, then these facts follow, and nothing else.</summary>
public sealed class DecisionTests
{
    private static readonly DateTimeOffset Ten = Given.Nine.AddHours(1);

    [Fact]
    public void Assigning_to_what_already_holds_it_changes_nothing()
        => Assert.Empty(AssignTicket.Decide(Given.Ticket(Given.Anna).Item, "service-desk", Given.Anna, null, Given.At(Ten, Given.Bo)));

    [Fact]
    public void An_agent_of_another_team_takes_it_to_their_team()
    {
        var assigned = Assert.IsType<Assigned>(Assert.Single(AssignTicket.Decide(Given.Ticket().Item, null, Given.Cecilia, null, Given.At(Ten, Given.Anna))));

        Assert.Equal(("network", Given.Cecilia.Id), (assigned.Team, assigned.AssigneeId));
    }

    [Fact]
    public void Giving_it_to_a_team_leaves_the_agent_out()
        => Assert.Null(Assert.IsType<Assigned>(Assert.Single(AssignTicket.Decide(Given.Ticket(Given.Anna).Item, "network", null, null, Given.At(Ten)))).AssigneeId);

    [Fact]
    public void Escalating_finds_somebody_of_the_next_team()
    {
        var facts = EscalateTicket.Decide(Given.Ticket(Given.Anna).Item, "network", "needs a switch", Given.At(Ten, Given.Anna));

        Assert.Equal(("service-desk", "network"), Assert.IsType<Escalated>(facts[0]) is var it ? (it.FromTeam, it.ToTeam) : default);
        Assert.Equal(Given.Cecilia.Id, Assert.IsType<Assigned>(facts[1]).AssigneeId);
    }

    [Fact]
    public void Escalating_to_where_it_is_is_refused()
        => Refused("escalate.nowhere", () => EscalateTicket.Decide(Given.Ticket().Item, "service-desk", "why", Given.At(Ten)));

    [Theory]
    [InlineData("assign"), InlineData("escalate"), InlineData("pause"), InlineData("resolve")]
    public void A_solved_ticket_must_be_reopened_first(string verb) => Refused("ticket.resolved", () => Do(verb, Solved.Item));

    [Theory]
    [InlineData("assign"), InlineData("escalate"), InlineData("pause"), InlineData("resolve"), InlineData("reopen"), InlineData("close"), InlineData("reclassify")]
    public void A_closed_ticket_stays_closed(string verb) => Refused("ticket.closed", () => Do(verb, Over.Item));

    [Fact]
    public void Only_a_waiting_ticket_is_resumed() => Refused("ticket.notWaiting", () => Do("resume", Given.Ticket().Item));

    [Fact]
    public void Only_a_solved_ticket_is_reopened() => Refused("ticket.open", () => Do("reopen", Given.Ticket().Item));

    [Fact]
    public void More_impact_raises_the_priority_and_renews_the_promises()
    {
        var facts = ReclassifyTicket.Decide(Given.Ticket().Item, new ReclassifyRequest(null, null, Impact.All, Urgency.High, "all down"), Given.At(Ten, Given.Anna));

        var reclassified = Assert.IsType<Reclassified>(facts[0]);
        Assert.Equal(["impact", "priority", "urgency"], reclassified.Changed.Keys.Order());
        Assert.Equal(new Move("P4", "P1"), reclassified.Changed["priority"]);
        Assert.Equal(TimeSpan.FromMinutes(15), Assert.IsType<Retargeted>(facts[1]).Pledge.Promises.Answer);
    }

    [Fact]
    public void Saying_what_it_is_already_changes_nothing()
        => Assert.Empty(ReclassifyTicket.Decide(Given.Ticket().Item, new ReclassifyRequest(TicketType.Incident, "account.password", null, null, null), Given.At(Ten)));

    [Fact]
    public void Whose_a_thing_is_is_marked_and_moves_no_promise()
    {
        var ticket = Given.Ticket().After(item => ReclassifyTicket.Decide(item, new ReclassifyRequest(null, null, null, null, "their own router", Ownership.Private), Given.At(Ten, Given.Anna)));

        var reclassified = Assert.IsType<Reclassified>(ticket.Facts[^1]);
        Assert.Equal(("work", "private"), (reclassified.Changed["ownership"].From, reclassified.Changed["ownership"].To));
        Assert.Equal((Ownership.Private, Priority.P4), (ticket.Item.Ownership, ticket.Item.Priority));
        Assert.Equal(Ownership.Private, Outcome.WorkOf(ticket, Given.Desk, Ten).Ownership);
    }

    [Fact]
    public void Another_category_may_have_other_promises()
    {
        var desk = Given.Desk with { Agreements = [.. Given.Desk.Agreements, Given.Desk.Agreements[0] with { Key = "network", Categories = ["network"] }] };
        var facts = ReclassifyTicket.Decide(Given.Ticket().Item, new ReclassifyRequest(null, "network.wifi", null, null, null), Given.At(Ten) with { Desk = desk });

        Assert.Equal("network", Assert.Single(facts.OfType<Retargeted>()).Pledge.Agreement);
    }

    [Fact]
    public void The_first_reply_opens_a_new_ticket()
    {
        var ticket = Given.Ticket(Given.Anna).After(item => Replies.Decide(item, Reply(Ten), Ten));

        Assert.Equal(TicketStatus.Open, ticket.Item.Status);
        Assert.Single(Replies.Decide(ticket.Item, Reply(Ten.AddHours(1)), Ten.AddHours(1)));
    }

    [Fact]
    public void The_requesters_word_ends_the_wait_for_them()
    {
        var waiting = Given.Ticket().After(item => PauseTicket.Decide(item, WaitingFor.Requester, null, null, Given.At(Ten)));

        Assert.IsType<Resumed>(Replies.Decide(waiting.Item, Message(Ten.AddHours(1)), Given.At(Ten.AddHours(1)))[1]);
    }

    [Fact]
    public void The_requesters_word_does_not_end_the_wait_for_a_supplier()
    {
        var waiting = Given.Ticket().After(item => PauseTicket.Decide(item, WaitingFor.Supplier, null, null, Given.At(Ten)));

        Assert.Single(Replies.Decide(waiting.Item, Message(Ten.AddHours(1)), Given.At(Ten.AddHours(1))));
    }

    [Fact]
    public void An_automatic_reply_is_noted_and_moves_nothing()
    {
        var waiting = Given.Ticket().After(item => PauseTicket.Decide(item, WaitingFor.Requester, null, null, Given.At(Ten)));

        Assert.True(Assert.IsType<RequesterWrote>(Assert.Single(Replies.Decide(waiting.Item, Message(Ten) with { Automatic = true }, Given.At(Ten)))).Automatic);
    }

    [Fact]
    public void A_word_reopens_what_is_solved_and_one_that_crosses_the_closing_too()
    {
        Assert.IsType<Reopened>(Replies.Decide(Solved.Item, Message(Ten.AddDays(6)), Given.At(Ten.AddDays(6)))[1]);
        Assert.IsType<Reopened>(Replies.Decide(Solved.Item, Message(Ten.AddDays(12)), Given.At(Ten.AddDays(12)))[1]);
        Assert.IsType<Reopened>(Replies.Decide(Over.Item, Message(Ten.AddHours(5)), Given.At(Ten.AddHours(5)))[1]);
    }

    [Fact]
    public void What_is_opened_again_for_the_second_time_goes_to_the_next_line()
    {
        var again = Given.Ticket(Given.Anna)
            .After(item => AssignTicket.Decide(item, "workplace", null, null, Given.At(Ten)))
            .After(item => ResolveTicket.Decide(item, "done", null, Given.At(Ten)))
            .After(item => ReopenTicket.Decide(item, null, Given.At(Ten.AddHours(1))));
        Assert.Equal("workplace", again.Item.Team);

        var twice = again
            .After(item => ResolveTicket.Decide(item, "now", null, Given.At(Ten.AddHours(2), Given.Anna)))
            .After(item => Replies.Decide(item, Message(Ten.AddHours(3)), Given.At(Ten.AddHours(3))));
        Assert.Equal(("network", 2, TicketStatus.Open), (twice.Item.Team, twice.Item.Reopenings, twice.Item.Status));

        // Where no next line is known it stays.
        var alone = Solved.After(item => ReopenTicket.Decide(item, null, Given.At(Ten.AddHours(1)))).After(item => ResolveTicket.Decide(item, "now", null, Given.At(Ten.AddHours(2))));
        Assert.Single(ReopenTicket.Decide(alone.Item, null, Given.At(Ten.AddHours(3))));
    }

    [Fact]
    public void A_solved_ticket_closes_by_itself_after_five_working_days()
    {
        // Solved on Monday the first; the National Day is a Saturday that year.
        Assert.Equal(new DateTimeOffset(2026, 6, 8, 15, 0, 0, TimeSpan.Zero), Solved.Item.ClosesAt);
        Assert.Empty(Waking.Decide(Solved.Item, Given.At(Solved.Item.ClosesAt!.Value.AddSeconds(-1))));
        Assert.IsType<Closed>(Assert.Single(Waking.Decide(Solved.Item, Given.At(Solved.Item.ClosesAt!.Value))));
    }

    [Fact]
    public void A_ticket_that_waits_for_a_time_goes_on_then()
    {
        var waiting = Given.Ticket().After(item => PauseTicket.Decide(item, WaitingFor.Time, Ten.AddHours(2), null, Given.At(Ten)));

        Assert.Empty(Waking.Decide(waiting.Item, Given.At(Ten.AddHours(1))));
        Assert.IsType<Resumed>(Assert.Single(Waking.Decide(waiting.Item, Given.At(Ten.AddHours(2)))));
    }

    [Fact]
    public void A_ticket_that_waits_for_somebody_is_asked_after_again_and_again()
    {
        var waiting = Given.Ticket().After(item => PauseTicket.Decide(item, WaitingFor.Supplier, null, null, Given.At(Ten)));
        var asked = Assert.IsType<FollowUpFellDue>(Assert.Single(Waking.Decide(waiting.Item, Given.At(waiting.Item.WaitsUntil!.Value))));

        Assert.Equal(new DateTimeOffset(2026, 6, 4, 15, 0, 0, TimeSpan.Zero), asked.DueAt);
        Assert.Equal(new DateTimeOffset(2026, 6, 9, 15, 0, 0, TimeSpan.Zero), asked.NextAt);
    }

    [Fact]
    public void When_the_holder_leaves_the_team_goes_on()
    {
        var ticket = Given.Ticket(Given.Anna with { Id = Guid.Parse("0190f000-0000-7000-8000-00000000ffff") });

        Assert.Equal(Given.Anna.Id, Assert.IsType<Assigned>(Assert.Single(Waking.Decide(ticket.Item, Given.At(Ten)))).AssigneeId);
    }

    private static Dossier Solved => Given.Ticket(Given.Anna).After(item => ResolveTicket.Decide(item, "done", null, Given.At(Ten, Given.Anna)));

    private static Dossier Over => Solved.After(item => CloseTicket.Decide(item, null, Given.At(Ten.AddHours(1), Given.Anna)));

    private static IReadOnlyList<Fact> Do(string verb, WorkItem item) => verb switch
    {
        "assign" => AssignTicket.Decide(item, null, Given.Bo, null, Given.At(Ten)),
        "escalate" => EscalateTicket.Decide(item, "network", "why", Given.At(Ten)),
        "pause" => PauseTicket.Decide(item, WaitingFor.Requester, null, null, Given.At(Ten)),
        "resume" => ResumeTicket.Decide(item, null, Given.At(Ten)),
        "resolve" => ResolveTicket.Decide(item, null, null, Given.At(Ten)),
        "reopen" => ReopenTicket.Decide(item, null, Given.At(Ten)),
        "close" => CloseTicket.Decide(item, null, Given.At(Ten)),
        "reclassify" => ReclassifyTicket.Decide(item, new ReclassifyRequest(TicketType.Request, null, null, null, null), Given.At(Ten)),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, null),
    };

    private static void Refused(string code, Func<object> deed) => Assert.Equal(code, Assert.Throws<RuleBrokenException>(deed).Code);

    private static AgentReplied Reply(DateTimeOffset at) => new(
        Given.Ticket().Item.TicketId, "D-1001", at, Guid.CreateVersion7(), new Actor(ActorKind.Agent, Given.Anna.Id, Given.Anna.Name), RoutingDesk.Rut, "Re", "Hej", null, [], null, []);

    private static RequesterReplied Message(DateTimeOffset at) => new(
        Given.Ticket().Item.TicketId, "D-1001", at, Guid.CreateVersion7(), Channel.Mail, RoutingDesk.Rut, "Hej", false, null);
}
