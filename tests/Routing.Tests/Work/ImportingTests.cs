using Desk.Contracts;
using Desk.Routing.Work;

namespace Desk.Routing.Tests.Work;

/// <summary>Given another desk's history, when it comes in, then all is as if it had happened here, at its own times.</summary>
public sealed class ImportingTests
{
    private static readonly DateTimeOffset Nine = Given.Nine, Now = Given.Nine.AddDays(30);
    private static readonly Actor Elsewhere = new(ActorKind.Agent, null, "Agent 7");

    private static readonly ImportedEvent Came = new(ImportedKind.Registered, Nine, Given.Rut, Guid.CreateVersion7(), Team: "service-desk", Category: "account.password");

    [Fact]
    public void It_has_the_status_the_clocks_and_the_timeline_that_it_would_have_had_here()
    {
        var live = Given.Ticket()
            .With([new AgentWrote(Nine.AddHours(3), Elsewhere, Guid.Empty), new Opened(Nine.AddHours(3), Elsewhere)], 2)
            .With([new Paused(Nine.AddHours(4), Elsewhere, WaitingFor.Requester, null, null), new Resumed(Nine.AddHours(5), Elsewhere, null)], 3)
            .With([new Resolved(Nine.AddHours(6), Elsewhere, "done", null, null)], 4);
        var imported = Import(
            Came, At(ImportedKind.AgentMessage, 3), At(ImportedKind.Paused, 4) with { WaitingFor = WaitingFor.Requester }, At(ImportedKind.Resumed, 5), At(ImportedKind.Resolved, 6));

        Assert.Equal(TicketStatus.Resolved, imported.After.Item.Status);
        Assert.Equal(Outcome.WorkOf(live, Given.Desk, Now).Targets, imported.Work.Targets);
        // The answer was promised within two hours and came after three: missed when it was, not when it was imported.
        Assert.Equal(Nine.AddHours(2), Assert.Single(imported.Facts.OfType<FellDue>()).At);
        Assert.Equal(imported.Facts.Select(fact => fact.At), imported.Facts.Select(fact => fact.At).Order());
    }

    [Fact]
    public void What_is_counted_of_it_is_counted_at_its_own_times()
    {
        var outcome = Import(Came, At(ImportedKind.AgentMessage, 1), At(ImportedKind.Resolved, 2), At(ImportedKind.Reopened, 3), At(ImportedKind.Resolved, 4), At(ImportedKind.Closed, 50));
        var past = Importing.Past(Dossier.Empty, outcome, Given.Desk, Now);

        Assert.Equal(["registered", "resolved", "reopened", "resolved", "closed"], past.Where(fact => fact.Kind is "registered" or "resolved" or "reopened" or "closed").Select(fact => fact.Kind));
        Assert.Contains(past, fact => fact is { Kind: "met", Detail: "answer", Missed: false } && fact.HappenedAt == Nine.AddHours(1));
        Assert.True(past.Max(fact => fact.Version) <= outcome.After.Version);
    }

    [Fact]
    public void Priority_is_what_the_history_says_else_what_the_matrix_gives()
    {
        Assert.Equal(Priority.P2, Import(Came with { Priority = Priority.P2 }).After.Item.Priority);
        Assert.Equal(Priority.P1, Import(Came with { Impact = Impact.All, Urgency = Urgency.High }).After.Item.Priority);
    }

    [Fact]
    public void What_our_rules_would_refuse_changes_nothing()
    {
        var outcome = Import(Came, At(ImportedKind.Resumed, 1), At(ImportedKind.Resolved, 2), At(ImportedKind.Resolved, 3), At(ImportedKind.Paused, 4) with { WaitingFor = WaitingFor.Time });

        Assert.Equal(TicketStatus.Resolved, outcome.After.Item.Status);
        Assert.Equal(Nine.AddHours(2), outcome.After.Item.ResolvedAt);
        Assert.Single(outcome.Facts.OfType<Resolved>());
    }

    [Fact]
    public void More_of_the_same_history_goes_on_where_it_ended()
    {
        var first = Import(Came, At(ImportedKind.AgentMessage, 1));
        var more = Importing.Decide(first.After, Imported(At(ImportedKind.Resolved, 2), Came), Given.Desk, Now);

        Assert.Equal((TicketStatus.Resolved, 1), (more.After.Item.Status, more.Facts.OfType<Resolved>().Count()));
        Assert.Empty(more.Facts.OfType<Registered>());
        Assert.True(more.After.Version > first.After.Version);
    }

    [Fact]
    public void A_pause_of_long_ago_asks_after_nobody_now()
    {
        var waiting = Import(Came, At(ImportedKind.Paused, 1) with { WaitingFor = WaitingFor.Requester, Until = Nine.AddHours(8) });

        Assert.Equal(TicketStatus.Waiting, waiting.After.Item.Status);
        Assert.True(waiting.After.Item.WaitsUntil > Now);
    }

    [Fact]
    public void An_agent_who_is_not_of_this_desk_is_named_and_the_team_holds_it()
    {
        var outcome = Import(Came, At(ImportedKind.Assigned, 1) with { Team = "network", AssigneeName = "Resolver 149" });
        Assert.Equal(("network", null), (outcome.After.Item.Team, outcome.After.Item.AssigneeId));

        Assert.Equal(Given.Cecilia.Id, Import(Came, At(ImportedKind.Assigned, 1) with { Team = "network", Assignee = Given.Cecilia.Email }).After.Item.AssigneeId);
    }

    private static ImportedEvent At(ImportedKind kind, double hours) => new(kind, Nine.AddHours(hours), Elsewhere);

    private static TicketImported Imported(params ImportedEvent[] events)
        => new(Given.Ticket().Item.TicketId, "D-1001", Now, Nine, Channel.Web, RoutingDesk.Rut, "Lösenord", "Glömt", events);

    private static Outcome Import(params ImportedEvent[] events) => Importing.Decide(Dossier.Empty, Imported(events), Given.Desk, Now);
}
