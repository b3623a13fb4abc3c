using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Analytics.Measures;
using Desk.Contracts;
using Desk.Testing;
using static Desk.Analytics.Tests.AnalyticsDesk;

namespace Desk.Analytics.Tests.Measures;

public class OverviewTests : IAsyncLifetime
{
    private AnalyticsDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await StartAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task History_counts_at_its_own_times_as_if_it_had_happened_here()
    {
        var id = Guid.CreateVersion7();
        var work = new Work(
            6, TicketStatus.Resolved, null, TicketType.Incident, null, Impact.One, Urgency.Medium, Priority.P4, "network", "Nätverk", null, null, null, null, null, null,
            [new Target(TargetKind.Answer, Ago(540), Ago(570), false, false), new Target(TargetKind.Resolution, Ago(400), Ago(510), false, false)]);
        _desk.Tell(id, new WorkImported(id, "D-1", Now, work, "Skrivaren", Ago(600), Ago(510),
        [
            new PastFact("registered", Ago(600), 1, TicketStatus.New, "phone"), new PastFact("triaged", Ago(600), 2, TicketStatus.New), new PastFact("agentReplied", Ago(570), 3, TicketStatus.New),
            new PastFact("statusChanged", Ago(570), 4, TicketStatus.Open, "new"), new PastFact("resolved", Ago(510), 5, TicketStatus.Resolved),
            new PastFact("met", Ago(570), 6, TicketStatus.Resolved, "answer", Ago(540), false), new PastFact("met", Ago(510), 6, TicketStatus.Resolved, "resolution", Ago(400), false),
        ]));
        await _desk.Said();

        var overview = await _desk.Overview();
        Assert.Equal((0, 1, 1), (overview.Open.Total, overview.Flow.Sum(hour => hour.In), overview.Flow.Sum(hour => hour.Out)));
        Assert.Equal(new TargetMeasure(1, 30, 30, 1), overview.Answer);
        Assert.Equal(new TargetMeasure(1, 90, 90, 1), overview.Resolution);
    }

    [Fact]
    public async Task A_merged_ticket_is_out_of_the_way_and_not_solved()
    {
        _desk.Ticket("D-1").Registered(Ago(300)).Triaged(Ago(299), Priority.P4, "network", Now.AddHours(1), Now.AddHours(9));
        // Solved once, opened again, and then merged: nothing of it was solved here.
        _desk.Ticket("D-2").Registered(Ago(200)).Triaged(Ago(199), Priority.P4, "network", Ago(100), Ago(90)).AnswerMissed().Resolved(Ago(150)).Reopened(Ago(140)).Merged(Ago(120));
        _desk.Ticket("D-3").Registered(Ago(200)).Triaged(Ago(199), Priority.P4, "network", Now.AddHours(1), Now.AddHours(9)).Merged(Ago(110)).Unmerged(Ago(100));
        await _desk.Said();

        var overview = await _desk.Overview();

        Assert.Equal(2, overview.Open.Total);
        Assert.Equal(2, overview.Flow.Sum(hour => hour.In - hour.Out));
        Assert.Equal(0, overview.Resolution.Count);
        Assert.Empty(overview.Overdue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Given_events_in_any_order_and_some_twice_the_measures_are_exact(int seed)
    {
        // Answered in 30 of 60 minutes, solved in 90 of 120.
        _desk.Ticket("D-1").Registered(Ago(600)).Triaged(Ago(599), Priority.P3, "network", Ago(540), Ago(480)).Replied(Ago(570)).Answered(Ago(570)).Resolved(Ago(510)).Closed(Ago(100));
        // Answered late: after 90 of 60 minutes; still open, and past the time of its solution.
        _desk.Ticket("D-2").Registered(Ago(300)).Triaged(Ago(299), Priority.P2, "network", Ago(240), Ago(60)).AnswerMissed().Replied(Ago(210)).Answered(Ago(210));
        // Never answered, and its answer is overdue.
        _desk.Ticket("D-3").Registered(Ago(200)).Triaged(Ago(199), Priority.P2, "service-desk", Ago(140), Now.AddHours(3)).AnswerMissed();
        // Solved late, reopened, solved again: counts once, with the last solution. In and out twice.
        _desk.Ticket("D-4").Registered(Ago(400)).Triaged(Ago(399), Priority.P5, "service-desk", Ago(100), Ago(300)).Answered(Ago(350)).Resolved(Ago(250)).Reopened(Ago(240)).Resolved(Ago(200));
        // Waits for its requester: its clocks stand.
        _desk.Ticket("D-5").Registered(Ago(50)).Triaged(Ago(49), Priority.P4, "service-desk", Now.AddHours(1), Ago(10)).Answered(Ago(40)).Waiting(Ago(30));
        // Closed without a solution.
        _desk.Ticket("D-6").Registered(Ago(45)).Triaged(Ago(44), Priority.P5, "service-desk", Now.AddHours(1), Now.AddHours(9)).Closed(Ago(20));
        // Not triaged yet.
        _desk.Ticket("D-7").Registered(Ago(1));
        await _desk.Said(seed);

        var overview = await _desk.Overview();

        Assert.Equal(Now, overview.At);
        Assert.Equal((4, 1), (overview.Open.Total, overview.Open.Untriaged));
        Assert.Equal("P1 0, P2 2, P3 0, P4 1, P5 0", string.Join(", ", overview.Open.ByPriority.Select(line => $"{line.Priority} {line.Count}")));
        Assert.Equal("service-desk 2, network 1,  1", string.Join(", ", overview.Open.ByTeam.Select(line => $"{line.Team} {line.Count}")));

        // In less out is what is open.
        Assert.Equal(24, overview.Flow.Count);
        Assert.Equal(overview.Open.Total, overview.Flow.Sum(hour => hour.In - hour.Out));
        Assert.Equal((8, 4), (overview.Flow.Sum(hour => hour.In), overview.Flow.Sum(hour => hour.Out)));

        // Answers took 10, 30, 50 and 90 minutes; of the five promises that were settled, those of D-2 and D-3 were not kept.
        Assert.Equal(new TargetMeasure(4, 40, 78, 0.6), overview.Answer);
        // Solutions took 90 and 200 minutes; D-1 kept its promise, D-4 did not.
        Assert.Equal(new TargetMeasure(2, 145, 189, 0.5), overview.Resolution);

        Assert.Equal(["D-2", "D-3", "D-7"], overview.OldestWaiting.Select(ticket => ticket.Number).Order());
        Assert.Equal(["D-3", "D-2"], overview.Overdue.Select(ticket => ticket.Number));
        Assert.Equal(2, overview.OverdueTotal);
    }

    [Fact]
    public async Task Who_has_heard_nothing_for_longest_waits_longest()
    {
        _desk.Ticket("D-1").Registered(Ago(600)).Triaged(Ago(599), Priority.P3, "network", Now, Now).Replied(Ago(10)).Answered(Ago(10));
        _desk.Ticket("D-2").Registered(Ago(300)).Triaged(Ago(299), Priority.P3, "network", Now, Now);
        _desk.Ticket("D-3").Registered(Ago(500)).Triaged(Ago(499), Priority.P3, "network", Now, Now).Replied(Ago(200)).Replied(Ago(400));
        await _desk.Said();
        Assert.Equal([("D-2", Ago(300)), ("D-3", Ago(200)), ("D-1", Ago(10))], (await _desk.Overview()).OldestWaiting.Select(ticket => (ticket.Number, ticket.Since)));
    }

    [Fact]
    public async Task What_lies_outside_the_window_does_not_count()
    {
        _desk.Ticket("D-1").Registered(Now.AddDays(-9)).Triaged(Now.AddDays(-9), Priority.P3, "network", Now.AddDays(-8.5), Now.AddDays(-8)).Answered(Now.AddDays(-8.9)).Resolved(Now.AddDays(-8));
        await _desk.Said();
        var overview = await _desk.Overview();
        Assert.Equal(new TargetMeasure(0, null, null, null), overview.Answer);
        Assert.Equal(new TargetMeasure(0, null, null, null), overview.Resolution);
        Assert.All(overview.Flow, hour => Assert.Equal((0, 0), (hour.In, hour.Out)));
    }

    [Fact]
    public async Task Hours_are_of_the_desks_own_clock()
    {
        _desk.Ticket("D-1").Registered(new DateTimeOffset(2026, 3, 4, 9, 59, 59, TimeSpan.Zero));
        _desk.Ticket("D-2").Registered(new DateTimeOffset(2026, 3, 4, 10, 0, 0, TimeSpan.Zero));
        await _desk.Said();
        var flow = (await _desk.Overview()).Flow;
        Assert.Equal("2026-03-03T13:00:00+01:00", flow[0].Hour.ToString("yyyy-MM-ddTHH:mm:sszzz"));
        Assert.Equal(["10 1", "11 1"], flow.Where(hour => hour.In > 0).Select(hour => $"{hour.Hour.Hour} {hour.In}"));
    }

    [Fact]
    public async Task A_black_hole_is_shown_until_it_is_mended()
    {
        _desk.Ticket("D-1").BlackHole(Ago(60)).BlackHole(Ago(55)).BlackHole(Ago(50), mended: true);
        _desk.Ticket("D-2").BlackHole(Ago(60)).BlackHole(Ago(50), mended: true).BlackHole(Ago(40)).BlackHole(Ago(35));
        _desk.Ticket("D-3").BlackHole(Ago(20));
        await _desk.Said();
        Assert.Equal([new BlackHole("D-2", "no holder", Ago(40)), new BlackHole("D-3", "no holder", Ago(20))], (await _desk.Overview()).BlackHoles);
    }

    [Fact]
    public async Task Every_mail_and_delivery_is_counted_by_what_became_of_it()
    {
        foreach (var (outcome, count) in new[] { (MailOutcome.Ticket, 3), (MailOutcome.Reply, 2), (MailOutcome.Automatic, 1), (MailOutcome.Bounce, 1), (MailOutcome.Quarantined, 1) })
        {
            for (var i = 0; i < count; i++)
                _desk.Tell(Guid.CreateVersion7(), new MailAccounted(Guid.CreateVersion7(), Ago(30), outcome, null, null, null));
        }
        _desk.Tell(Guid.CreateVersion7(), new MailAccounted(Guid.CreateVersion7(), Ago(25 * 60), MailOutcome.Ticket, null, null, null));
        _desk.Tell(Guid.CreateVersion7(), new MessageDelivered(Guid.CreateVersion7(), null, null, null, "confirmation", "a@b.example", "<1@desk.example>", Ago(5)));
        _desk.Tell(Guid.CreateVersion7(), new DeliveryFailed(Guid.CreateVersion7(), null, null, null, "reply", "a@b.example", false, "busy", Ago(5)));
        _desk.Tell(Guid.CreateVersion7(), new DeliveryFailed(Guid.CreateVersion7(), null, null, null, "reply", "a@b.example", true, "no such address", Ago(4)));
        await _desk.Said();
        var overview = await _desk.Overview();
        Assert.Equal(new MailMeasure(8, 3, 2, 1, 1, 0, 1), overview.Mail);
        Assert.Equal(new DeliveryMeasure(1, 1), overview.Deliveries);
    }

    [Fact]
    public async Task A_mail_that_an_agent_decided_about_again_counts_once_with_its_last_outcome_whatever_is_heard_first()
    {
        var (made, late) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        _desk.Tell(made, new MailAccounted(made, Ago(30), MailOutcome.Automatic, null, null, null));
        _desk.Tell(made, new MailAccounted(made, Ago(30), MailOutcome.Ticket, null, null, null, 1));
        _desk.Tell(late, new MailAccounted(late, Ago(20), MailOutcome.Ticket, null, null, null, 2));
        _desk.Tell(late, new MailAccounted(late, Ago(20), MailOutcome.Quarantined, null, null, null));
        await _desk.Said();
        var expected = new MailMeasure(2, 2, 0, 0, 0, 0, 0);
        Assert.Equal(expected, (await _desk.Overview()).Mail);
        var measure = await _desk.Host.As(Callers.Agent).GetFromJsonAsync<MailMeasure>(
            $"/api/v1/analytics/mail?since={Uri.EscapeDataString(Ago(60).ToString("o"))}&until={Uri.EscapeDataString(Ago(0).ToString("o"))}");
        Assert.Equal(expected, measure);
    }

    [Fact]
    public async Task Days_add_up_to_what_is_open()
    {
        _desk.Ticket("D-1").Registered(Now.AddDays(-40));
        // Before midnight in Stockholm, after it in UTC's eyes the same day.
        _desk.Ticket("D-2").Registered(new DateTimeOffset(2026, 3, 2, 22, 59, 0, TimeSpan.Zero));
        _desk.Ticket("D-3").Registered(new DateTimeOffset(2026, 3, 2, 23, 1, 0, TimeSpan.Zero)).Triaged(Now.AddDays(-1), Priority.P3, "network", Now, Now).Resolved(Ago(30));
        await _desk.Said();
        var days = (await _desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonElement>("/api/v1/analytics/tickets/per-day?days=3")).GetProperty("items");
        Assert.Equal(
            ["2026-03-02 1 0 2", "2026-03-03 1 0 3", "2026-03-04 0 1 2"],
            days.EnumerateArray().Select(day => $"{day.GetProperty("day").GetString()} {day.GetProperty("in")} {day.GetProperty("out")} {day.GetProperty("open")}"));
    }

    [Fact]
    public async Task The_numbers_are_for_agents()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await _desk.Host.As(Callers.Requester).GetAsync("/api/v1/analytics/overview")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _desk.Host.Anonymous().GetAsync("/api/v1/analytics/overview")).StatusCode);
    }

    [Fact]
    public async Task Staffing_is_planned_over_the_API()
    {
        var answer = await _desk.Host.As(Callers.Agent).PostAsJsonAsync("/api/v1/analytics/staffing", new
        { calls = 100, intervalMinutes = 30, handleSeconds = 180, answerWithinSeconds = 20, serviceLevel = 0.8, maxOccupancy = 0.85, shrinkage = 0.3 });
        var plan = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((14, 20), (plan.GetProperty("agents").GetInt32(), plan.GetProperty("positions").GetInt32()));
        Assert.False(plan.TryGetProperty("abandonment", out _));
    }
}
