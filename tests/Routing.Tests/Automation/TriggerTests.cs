using Desk.Contracts;
using Desk.Routing.Automation;
using Desk.Routing.Checklists;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Tests.Work;
using Desk.Routing.Triage;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Tests.Automation;

/// <summary>What triggers make of what happens: in order, within limits, and said on the ticket.</summary>
public sealed class TriggerTests
{
    private static readonly Actor ByAnna = new(ActorKind.Agent, Given.Anna.Id, Given.Anna.Name);
    private static readonly DateTimeOffset Ten = Given.Nine.AddHours(1);

    [Fact]
    public void A_trigger_does_its_deeds_when_its_event_comes_and_its_conditions_hold_and_says_so()
    {
        var desk = With(new Trigger("vip", "Lyft nätverk", new(Moment.RequesterReplied),
            [new(Act.SetUrgency, "high"), new(Act.AssignTeam, "network"), new(Act.TellRequester, null, "Vi har {number} hos {team}.", "We have {number} with {team}.")],
            All: [new(TicketField.Organisation, Comparison.Is, "Nordvik kommun"), new(TicketField.Words, Comparison.Contains, "wifi, trådlös*")]));

        var outcome = Outcome.Of(Given.Ticket() with { Words = "Trådlösa nätet är borta" }, [Wrote(Ten)], desk, Ten);

        var fired = Assert.Single(outcome.Facts.OfType<Fired>());
        Assert.Equal(("Lyft nätverk", 7, Moment.RequesterReplied, 1), (fired.Name, fired.Version, fired.On, fired.Depth));
        Assert.All(fired.Deeds, deed => Assert.Null(deed.Not));
        Assert.Equal((Urgency.High, "network"), (outcome.After.Item.Urgency, outcome.After.Item.Team));
        var spoke = Assert.Single(outcome.Events.OfType<TriggerSpoke>());
        Assert.Equal(("Vi har D-1001 hos Nätverk.", "We have D-1001 with Network.", true), (spoke.Sv, spoke.En, spoke.ToRequester));
    }

    [Theory]
    [InlineData(TicketField.Category, Comparison.Is, "account", true)]
    [InlineData(TicketField.Category, Comparison.Is, "network, other", false)]
    [InlineData(TicketField.Category, Comparison.IsNot, "network", true)]
    [InlineData(TicketField.Type, Comparison.Is, "incident", true)]
    [InlineData(TicketField.Impact, Comparison.Is, "one", true)]
    [InlineData(TicketField.Urgency, Comparison.IsNot, "medium", false)]
    [InlineData(TicketField.Priority, Comparison.Is, "P3, P4", true)]
    [InlineData(TicketField.Vip, Comparison.Is, "true", false)]
    [InlineData(TicketField.Ownership, Comparison.Is, "work", true)]
    [InlineData(TicketField.Team, Comparison.Is, "service-desk", true)]
    [InlineData(TicketField.Assignee, Comparison.Is, "none", true)]
    [InlineData(TicketField.Line, Comparison.Is, "first", true)]
    [InlineData(TicketField.Status, Comparison.Is, "new", true)]
    [InlineData(TicketField.WaitingFor, Comparison.Is, "none", true)]
    [InlineData(TicketField.Channel, Comparison.Is, "mail, phone", false)]
    [InlineData(TicketField.Organisation, Comparison.Contains, "nordvik", true)]
    [InlineData(TicketField.Requester, Comparison.Is, "@nordvik.example", true)]
    [InlineData(TicketField.Language, Comparison.Is, "en", false)]
    [InlineData(TicketField.Words, Comparison.Contains, "låst", true)]
    [InlineData(TicketField.Words, Comparison.IsNot, "låst", false)]
    [InlineData(TicketField.Age, Comparison.More, "0.5", true)]
    [InlineData(TicketField.Age, Comparison.Less, "0.5", false)]
    [InlineData(TicketField.Reopened, Comparison.More, "0", false)]
    internal void Every_field_can_be_asked_about(TicketField field, Comparison comparison, string value, bool holds)
        => Assert.Equal(holds, new Condition(field, comparison, value).Holds(
            Given.Ticket().Item, new Lazy<string>(() => CompiledRule.Flatten("Kontot är låst")), Given.Desk, Ten));

    [Fact]
    public void They_are_asked_in_order_and_the_later_sees_what_the_earlier_did()
    {
        var desk = With(
            new Trigger("one", "Ett", new(Moment.RequesterReplied), [new(Act.SetCategory, "network.wifi")]),
            new Trigger("two", "Två", new(Moment.RequesterReplied), [new(Act.AssignTeam, "network")], All: [new(TicketField.Category, Comparison.Is, "network")]));

        Assert.Equal(["one", "two"], Outcome.Of(Given.Ticket(), [Wrote(Ten)], desk, Ten).Facts.OfType<Fired>().Select(fired => fired.Trigger));
        Assert.DoesNotContain(
            Outcome.Of(Given.Ticket(), [Wrote(Ten)], desk with { Triggers = [.. desk.Triggers.Reverse()] }, Ten).Facts.OfType<Fired>(), fired => fired.Trigger == "two");
    }

    [Fact]
    public void Two_that_undo_each_other_come_to_rest()
    {
        var desk = With(
            new Trigger("up", "Upp", new(Moment.Reclassified), [new(Act.SetUrgency, "high")]),
            new Trigger("down", "Ner", new(Moment.Reclassified), [new(Act.SetUrgency, "low")]));

        var fired = Outcome.Of(Given.Ticket(), ReclassifyTicket.Decide(Given.Ticket().Item, new(null, null, Impact.Group, null, null), Given.At(Ten)), desk, Ten).Facts.OfType<Fired>().ToList();

        Assert.Equal(["up", "down"], fired.Select(one => one.Trigger));
    }

    [Fact]
    public void A_chain_is_broken_where_it_is_deep_enough_and_that_is_said()
    {
        // Backwards: each sees what the one after it in the list did only in the next round.
        var desk = With(
            new Trigger("t4", "T4", new(Moment.Reclassified), [new(Act.SetOwnership, "private")], [new(TicketField.Type, Comparison.Is, "request")]),
            new Trigger("t3", "T3", new(Moment.Reclassified), [new(Act.SetType, "request")], [new(TicketField.Category, Comparison.Is, "network")]),
            new Trigger("t2", "T2", new(Moment.Reclassified), [new(Act.SetCategory, "network.wifi")], [new(TicketField.Urgency, Comparison.Is, "low")]),
            new Trigger("t1", "T1", new(Moment.Reclassified), [new(Act.SetUrgency, "low")], [new(TicketField.Impact, Comparison.Is, "group")]));

        var fired = Outcome.Of(Given.Ticket(), ReclassifyTicket.Decide(Given.Ticket().Item, new(null, null, Impact.Group, null, null), Given.At(Ten)), desk, Ten).Facts.OfType<Fired>().ToList();

        Assert.Equal(Reacting.Deepest, fired.Where(one => one.HeldBack is null).Max(one => one.Depth));
        Assert.Equal("deep", Assert.Single(fired, one => one.HeldBack is not null).HeldBack);
    }

    [Fact]
    public void A_ticket_has_at_most_so_many_firings_in_an_hour_and_the_next_is_held_back()
    {
        var desk = With(new Trigger("note", "Anteckna", new(Moment.RequesterReplied), [new(Act.Note, null, "De skrev.")]));
        var ticket = Given.Ticket();
        for (var n = 0; n <= Reacting.MostInAnHour; n++)
            ticket = Outcome.Of(ticket, [Wrote(Ten.AddMinutes(n))], desk, Ten.AddMinutes(n)).After;

        Assert.Equal(Reacting.MostInAnHour, ticket.Facts.Count(fact => fact is Fired { HeldBack: null }));
        Assert.Equal("hour", Assert.IsType<Fired>(ticket.Facts[^1]).HeldBack);
        Assert.Null(Outcome.Of(ticket, [Wrote(Ten.AddHours(2))], desk, Ten.AddHours(2)).Facts.OfType<Fired>().Single().HeldBack);
    }

    [Fact]
    public void What_machines_write_sets_off_nothing()
    {
        var desk = With(new Trigger("any", "Alla", new(Moment.RequesterReplied), [new(Act.Note, null, "x")]), new Trigger("noted", "Noterat", new(Moment.NoteAdded), [new(Act.Note, null, "x")]));

        Assert.Empty(Outcome.Of(Given.Ticket(), [new RequesterWrote(Ten, Given.Rut, Guid.CreateVersion7(), Automatic: true), new NoteWritten(Ten, Given.TheDesk, Guid.CreateVersion7())], desk, Ten).Facts.OfType<Fired>());
    }

    [Fact]
    public void What_the_rules_forbid_is_not_done_and_it_is_said_why()
    {
        var desk = With(new Trigger("odd", "Omöjlig", new(Moment.RequesterReplied), [new(Act.Resume), new(Act.Escalate, "service-desk"), new(Act.SetUrgency, "medium"), new(Act.SetImpact, "group")]));

        var fired = Outcome.Of(Given.Ticket(), [Wrote(Ten)], desk, Ten).Facts.OfType<Fired>().Single();

        Assert.Equal(["ticket.notWaiting", "escalate.nowhere", "already", null], fired.Deeds.Select(deed => deed.Not));
    }

    [Fact]
    public void A_machine_does_not_solve_what_has_steps_left()
    {
        var desk = With(new Trigger("solve", "Lös", new(Moment.RequesterReplied), [new(Act.Resolve, null, "Klart.")]));
        var ticket = Given.Ticket().After(item => Checklist.Add(item, ["Ring tillbaka"], Given.At(Ten, Given.Anna)));

        Assert.Equal("checklist.open", Outcome.Of(ticket, [Wrote(Ten)], desk, Ten).Facts.OfType<Fired>().Single().Deeds[0].Not);
        ticket = ticket.After(item => Checklist.Change(item, item.Steps[0].Id, true, null, Given.At(Ten, Given.Anna)));
        Assert.Equal(TicketStatus.Resolved, Outcome.Of(ticket, [Wrote(Ten)], desk, Ten).After.Item.Status);
    }

    [Fact]
    public void Three_working_days_in_a_status_wake_the_ticket_and_the_trigger_fires_once_for_each_wait()
    {
        var desk = With(new Trigger("remind", "Påminn", new(Moment.InStatus, Days: 3, Status: TicketStatus.Waiting), [new(Act.TellRequester, null, "Vi väntar.")], All: [new(TicketField.WaitingFor, Comparison.Is, "requester")]));
        var ticket = Outcome.Of(Given.Ticket(), PauseTicket.Decide(Given.Ticket().Item, WaitingFor.Requester, Given.Nine.AddDays(60), null, Given.At(Given.Nine, Given.Anna)), desk, Given.Nine).After;

        var due = Given.Desk.Calendars[("office", 1)].AddWorkingDays(Given.Nine, 3)!.Value;
        Assert.Equal(due, Reacting.WakeAt(ticket, ticket.Clocks(desk, Given.Nine), desk, Given.Nine));
        Assert.Empty(Outcome.Of(ticket, [], desk, due.AddMinutes(-1)).Facts);

        var reminded = Outcome.Of(ticket, [], desk, due);
        Assert.Single(reminded.Events.OfType<TriggerSpoke>());
        Assert.Empty(Outcome.Of(reminded.After, [], desk, due.AddDays(1)).Facts.OfType<Fired>());

        // The next wait is another.
        var again = Outcome.Of(reminded.After, [Wrote(due.AddHours(1)), new Resumed(due.AddHours(1), Given.Rut, null), new Paused(due.AddHours(2), ByAnna, WaitingFor.Requester, due.AddDays(90), null)], desk, due.AddHours(2)).After;
        Assert.Single(Outcome.Of(again, [], desk, due.AddDays(30)).Facts.OfType<Fired>());
    }

    [Fact]
    public void Silence_counts_from_whose_turn_it_is()
    {
        var agent = With(new Trigger("agent", "Tyst", new(Moment.AgentSilent, TimeSpan.FromHours(2)), [new(Act.TellAgent, "lead", "Ingen svarar.")]));
        var requester = With(new Trigger("requester", "Tyst", new(Moment.RequesterSilent, TimeSpan.FromHours(2)), [new(Act.Note, null, "Ingen svarar.")]));
        var answered = Given.Ticket().With([new AgentWrote(Ten, ByAnna, Guid.CreateVersion7())], 2);

        Assert.Equal(Given.Leif.Email, Outcome.Of(Given.Ticket(), [], agent, Given.Nine.AddHours(2)).Events.OfType<AgentTold>().Single().To);
        Assert.Empty(Outcome.Of(answered, [], agent, Given.Nine.AddHours(2)).Facts.OfType<Fired>());
        Assert.Empty(Outcome.Of(Given.Ticket(), [], requester, Given.Nine.AddHours(9)).Facts.OfType<Fired>());
        Assert.Single(Outcome.Of(answered, [], requester, Ten.AddHours(2)).Facts.OfType<Fired>());
    }

    [Fact]
    public void Before_a_promise_is_due_counts_working_time_and_comes_once_for_each_round()
    {
        var desk = With(new Trigger("soon", "Snart", new(Moment.BeforeDue, TimeSpan.FromHours(1), Working: true, Target: TargetKind.Answer), [new(Act.TellAgent, "holder", "Snart dags.")]));

        Assert.Equal(Ten, Reacting.WakeAt(Given.Ticket(), Given.Ticket().Clocks(desk, Given.Nine), desk, Given.Nine));
        var fired = Outcome.Of(Given.Ticket(), [], desk, Ten);
        Assert.Equal("answer:1", fired.Facts.OfType<Fired>().Single().Occasion);
        Assert.Empty(Outcome.Of(fired.After, [], desk, Ten.AddMinutes(5)).Facts.OfType<Fired>());
    }

    [Fact]
    public void A_preview_lives_through_the_past_and_changes_nothing()
    {
        var trigger = new Trigger("remind", "Påminn", new(Moment.InStatus, TimeSpan.FromHours(24), Status: TicketStatus.Waiting), [new(Act.TellRequester, null, "Vi väntar."), new(Act.SetUrgency, "low")]);
        var waited = Given.Ticket().With([new Paused(Given.Nine, ByAnna, WaitingFor.Requester, null, null), new Resumed(Given.Nine.AddDays(2), Given.Rut, null)], 3);
        var waits = Given.Ticket().With([new Paused(Given.Nine, ByAnna, WaitingFor.Requester, null, null)], 2);
        var soon = Given.Ticket().With([new Paused(Given.Nine.AddDays(3), ByAnna, WaitingFor.Requester, null, null)], 2);

        var preview = PreviewTrigger.Of(trigger with { Off = true }, [waited, waits, soon], Given.Desk, Given.Nine.AddDays(3).AddHours(1));

        Assert.Equal((3, 2, 1), (preview.Looked, preview.Fires, preview.AtOnce));
        Assert.Equal((Given.Nine.AddDays(1), "setUrgency low"), (preview.Items[0].At, preview.Items[0].Would[1]));
    }

    [Fact]
    public void Of_history_nothing_is_made()
    {
        var desk = With(new Trigger("new", "Ny", new(Moment.Registered), [new(Act.Note, null, "x")]));
        Assert.Single(Outcome.Of(Dossier.Empty, Given.Ticket().Facts, desk, Given.Nine).Facts.OfType<Fired>());
        Assert.Empty(Outcome.Of(Dossier.Empty, Given.Ticket().Facts, desk, Given.Nine, history: true).Facts.OfType<Fired>());
    }

    [Fact]
    public void A_mail_that_fails_sets_off_a_trigger_that_tells_an_agent_also_in_its_preview_but_none_that_writes_to_the_requester()
    {
        var trigger = new Trigger("dead", "Mejl når inte fram", new(Moment.MailFailed), [new(Act.TellAgent, Given.Anna.Email, "Ring beställaren i {number}.")]);
        var outcome = Outcome.Of(Given.Ticket(), [new MailFailed(Ten, Given.TheDesk, "550 No such mailbox")], With(trigger), Ten);

        Assert.Equal((Given.Anna.Email, "Ring beställaren i D-1001."), outcome.Events.OfType<AgentTold>().Select(told => (told.To, told.Sv)).Single());
        Assert.Equal((1, 1), PreviewTrigger.Of(trigger, [Given.Ticket(), outcome.After], Given.Desk, Ten) is var tried ? (tried.Fires, tried.Items.Count) : default);
        Assert.Empty(Checks.Triggers(new([trigger]), Given.Desk));
        Assert.Equal(["dead.tellRequester"], Checks.Triggers(new([trigger with { Do = [new(Act.TellRequester, null, "Nådde vårt mejl fram?")] }]), Given.Desk).Keys);
    }

    [Fact]
    public void A_document_that_names_what_is_not_there_is_refused_field_by_field()
    {
        var errors = Checks.Triggers(new([new Trigger("x", "", new(Moment.InStatus), [new(Act.AssignTeam, "gone"), new(Act.Note)], [new(TicketField.Category, Comparison.Is, "nothing")])]), Given.Desk);
        Assert.Equal(["x.assignTeam", "x.category", "x.name", "x.note", "x.on"], errors.Keys.Order());
    }

    [Fact]
    public void A_checklist_comes_with_its_kind_of_matter_is_moved_ticked_and_stands_in_the_way_of_a_solution()
    {
        var desk = Given.Desk with { Checklists = [new("pw", "Lösenord", ["Fråga vem", "Byt", "Bekräfta"], ["account"]), new("wifi", "Nät", ["Starta om"], ["network"])] };
        var item = WorkItem.Of([.. Given.Ticket().Facts, .. Checklist.For(TicketType.Incident, "account.password", desk, Given.TheDesk, Given.Nine)]);
        Assert.Equal(["Fråga vem", "Byt", "Bekräfta"], item.Steps.Select(step => step.Text));

        var deciding = Given.At(Ten, Given.Anna);
        item = Checklist.Change(item, item.Steps[2].Id, true, 0, deciding).Aggregate(item, (so, fact) => so.After(fact));
        Assert.Equal(("Bekräfta", "Anna Lind"), (item.Steps[0].Text, item.Steps[0].Done?.By));
        Assert.Equal("checklist.open", Assert.Throws<RuleBrokenException>(() => item.MustHaveNothingLeft(leaveThem: false)).Code);
        item.MustHaveNothingLeft(leaveThem: true);
        Assert.Empty(Checklist.Take(item, desk.Checklists[0], deciding));
    }

    [Fact]
    public void Opened_again_for_the_second_time_the_next_line_takes_it_also_where_no_team_is_named()
    {
        var desk = Given.Desk with { Teams = [.. Given.Desk.Teams.Select(team => team with { Model = DeskModel.Lines })] };
        var item = Given.Ticket().Item with { Status = TicketStatus.Resolved, Reopenings = 1 };
        Assert.Equal("network", ReopenTicket.Decide(item, null, Given.At(Ten) with { Desk = desk }).OfType<Escalated>().Single().ToTeam);
    }

    [Theory]
    [InlineData("2026-06-04T10:00:00Z", "2026-06-04T11:00:00Z", "2026-06-05T06:00:00Z", "2026-06-08T06:00:00Z")]
    [InlineData("2026-06-05T14:30:00Z", "2026-06-08T06:30:00Z", "2026-06-08T06:00:00Z", "2026-06-08T06:00:00Z")]
    [InlineData("2026-06-07T10:00:00Z", "2026-06-08T07:00:00Z", "2026-06-08T06:00:00Z", "2026-06-08T06:00:00Z")]
    public void Later_is_when_the_desk_is_open(string now, string hour, string tomorrow, string nextWeek)
        => Assert.Equal(
            [new("hour", DateTimeOffset.Parse(hour, null)), new("tomorrow", DateTimeOffset.Parse(tomorrow, null)), new("nextWeek", DateTimeOffset.Parse(nextWeek, null))],
            Later.Of(Given.Desk.Calendars[("office", 1)], DateTimeOffset.Parse(now, null)));

    private static DeskSetUp With(params Trigger[] triggers) => Given.Desk with { Triggers = triggers, TriggersVersion = 7 };

    private static RequesterWrote Wrote(DateTimeOffset at) => new(at, Given.Rut, Guid.CreateVersion7(), false);
}
