using Desk.Contracts;
using Desk.Routing.Work;

namespace Desk.Routing.Tests.Work;

/// <summary>What a change leads to: what is said, what is next, and when to look again.</summary>
public sealed class OutcomeTests
{
    private static readonly Actor ByAnna = new(ActorKind.Agent, Given.Anna.Id, Given.Anna.Name);

    [Fact]
    public void A_new_ticket_is_said_once_with_its_holder()
    {
        var outcome = Outcome.Of(Dossier.Empty, Given.Ticket(Given.Anna).Facts, Given.Desk, Given.Nine);

        var triaged = Assert.IsType<TicketTriaged>(Assert.Single(outcome.Events));
        Assert.Equal((1, "service-desk", "Servicedesk", Line.First, "anna.lind@desk.example"), (triaged.Work.Version, triaged.Work.Team, triaged.Work.TeamName, triaged.Work.Line, triaged.Work.AssigneeEmail));
        Assert.Equal((NextStep.Answer, Given.Nine.AddHours(2)), (triaged.Work.NextStep, triaged.Work.NextStepAt));
        // Three quarters of the two hours to the first answer.
        Assert.Equal(Given.Nine.AddHours(1.5), outcome.WakeAt);
    }

    [Fact]
    public void A_reply_meets_the_answer_and_opens_the_ticket_in_one_version()
    {
        var at = Given.Nine.AddMinutes(30);
        var outcome = Outcome.Of(Given.Ticket(Given.Anna), [new AgentWrote(at, ByAnna, Guid.CreateVersion7()), new Opened(at, ByAnna)], Given.Desk, at);

        Assert.Equal([typeof(TicketStatusChanged), typeof(TargetMet), typeof(TargetMet)], outcome.Events.Select(happened => happened.GetType()));
        Assert.Equal(2, outcome.After.Version);
        // A first answer is an update, too.
        Assert.Equal([(TargetKind.Answer, at, false), (TargetKind.Update, at, false)], outcome.Events.OfType<TargetMet>().Select(met => (met.Target, met.MetAt, met.Missed)));
    }

    [Fact]
    public void A_question_from_the_requester_is_said_as_changed_work()
    {
        var at = Given.Nine.AddMinutes(30);
        var outcome = Outcome.Of(Given.Ticket(), [new RequesterWrote(at, Given.Rut, Guid.CreateVersion7(), false)], Given.Desk, at);

        var changed = Assert.IsType<WorkChanged>(Assert.Single(outcome.Events));
        Assert.Contains(changed.Work.Targets, target => target.Kind == TargetKind.Reply && target.DueAt == Given.Nine.AddHours(4.5));
    }

    [Fact]
    public void A_note_changes_no_version_and_is_told_nobody()
    {
        var outcome = Outcome.Of(Given.Ticket(), [new NoteWritten(Given.Nine.AddMinutes(5), ByAnna, Guid.CreateVersion7())], Given.Desk, Given.Nine.AddMinutes(5));

        Assert.Empty(outcome.Events);
        Assert.Equal(1, outcome.After.Version);
        Assert.Single(outcome.Facts);
    }

    [Fact]
    public void What_is_at_risk_is_said_once()
    {
        var at = Given.Nine.AddMinutes(90);
        var outcome = Outcome.Of(Given.Ticket(), [], Given.Desk, at);

        Assert.Equal((TargetKind.Answer, Given.Nine.AddHours(2)), Assert.IsType<TargetAtRisk>(Assert.Single(outcome.Events)) is var it ? (it.Target, it.DueAt) : default);
        Assert.Empty(Outcome.Of(outcome.After, [], Given.Desk, at.AddMinutes(1)).Events);
        Assert.Equal(Given.Nine.AddHours(2), outcome.WakeAt);
    }

    [Fact]
    public void What_is_missed_is_said_once_also_when_nobody_warned_before()
    {
        var at = Given.Nine.AddHours(3);
        var outcome = Outcome.Of(Given.Ticket(), [], Given.Desk, at);

        var missed = Assert.IsType<TargetMissed>(Assert.Single(outcome.Events));
        Assert.True(missed.Work.Targets.Single(target => target.Kind == TargetKind.Answer).Missed);
        Assert.Empty(Outcome.Of(outcome.After, [], Given.Desk, at.AddMinutes(1)).Events);
    }

    [Fact]
    public void An_answer_that_comes_late_is_said_to_be_missed_and_met()
    {
        var at = Given.Nine.AddHours(3);
        var outcome = Outcome.Of(Given.Ticket(), [new AgentWrote(at, ByAnna, Guid.CreateVersion7()), new Opened(at, ByAnna)], Given.Desk, at);

        Assert.Single(outcome.Events.OfType<TargetMissed>());
        Assert.True(outcome.Events.OfType<TargetMet>().Single(met => met.Target == TargetKind.Answer).Missed);
    }

    [Fact]
    public void Before_an_update_is_due_the_desk_is_told_to_speak()
    {
        var opened = Given.Ticket().After(item => [new AgentWrote(Given.Nine, ByAnna, Guid.CreateVersion7()), new Opened(Given.Nine, ByAnna)]);
        // Twelve of sixteen working hours: Monday nine to five is eight, four more on Tuesday.
        var outcome = Outcome.Of(opened, [], Given.Desk, Given.Nine.AddDays(1).AddHours(3));

        Assert.Equal(new DateTimeOffset(2026, 6, 2, 14, 0, 0, TimeSpan.Zero), Assert.IsType<UpdateDue>(Assert.Single(outcome.Events)).DueAt);
    }

    [Fact]
    public void A_waiting_ticket_shows_whom_it_waits_for_and_until_when()
    {
        var outcome = Outcome.Of(Given.Ticket(), PauseTicket.Decide(Given.Ticket().Item, WaitingFor.Requester, null, null, Given.At(Given.Nine)), Given.Desk, Given.Nine);

        Assert.Equal((TicketStatus.Waiting, WaitingFor.Requester, NextStep.WaitRequester), (outcome.Work.Status, outcome.Work.WaitingFor!.Value, outcome.Work.NextStep));
        Assert.Equal(new DateTimeOffset(2026, 6, 4, 15, 0, 0, TimeSpan.Zero), outcome.Work.NextStepAt);
        Assert.All(outcome.Work.Targets, target => Assert.True(target is { Paused: true, DueAt: null }));
    }

    [Fact]
    public void What_nobody_could_sort_says_that_a_human_looks()
    {
        var facts = Given.Ticket().Facts.Select(fact => fact is Triaged it ? it with { Category = "other", Why = new Dictionary<string, string> { ["category"] = "unsure" } } : fact).ToList();

        Assert.Equal(NextStep.Look, Outcome.Of(Dossier.Empty, facts, Given.Desk, Given.Nine).Work.NextStep);
    }

    [Fact]
    public void A_change_of_calendar_promises_every_open_ticket_anew()
    {
        var ticket = Given.Ticket();
        var pledge = ticket.Item.Pledge! with { Promises = ticket.Item.Pledge!.Promises with { Answer = TimeSpan.FromHours(1) } };
        var outcome = Outcome.Of(ticket, [new Retargeted(Given.Nine.AddMinutes(10), Given.TheDesk, pledge)], Given.Desk, Given.Nine.AddMinutes(10));

        Assert.Equal(Given.Nine.AddHours(1), Assert.IsType<WorkChanged>(Assert.Single(outcome.Events)).Work.NextStepAt);
    }
}
