using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Routing.Tests.Work;

[Collection(RoutingDesk.Collection)]
public sealed class WorkApiTests(RoutingDesk desk)
{
    [Fact]
    public async Task A_ticket_goes_all_the_way_and_every_step_is_told()
    {
        await desk.Hire(Callers.Agent, "service-desk");
        var agent = desk.Host.As(Callers.Agent);
        var ticket = await desk.Triaged("Glömt lösenordet", "kontot är låst");

        var assigned = await Post(agent, ticket.Number, "assign", new { assignee = "me", reason = "I know this one" });
        Assert.Equal("anna.lind@desk.example", assigned.GetProperty("assignee").GetString());

        await Say(ticket, new AgentReplied(
            ticket.TicketId, ticket.Number, Now, Guid.CreateVersion7(), new Actor(ActorKind.Agent, Callers.Agent.Id, "Anna Lind"), RoutingDesk.Rut, "Re", "Hej", null, [], null, []));
        var opened = await desk.Broker.Next<TicketStatusChanged>(it => it.TicketId == ticket.TicketId);
        Assert.Equal((TicketStatus.New, TicketStatus.Open), (opened.From, opened.Work.Status));
        await desk.Broker.Next<TargetMet>(it => it.TicketId == ticket.TicketId && it.Target == TargetKind.Answer);

        var paused = await Post(agent, ticket.Number, "pause", new { @for = "requester" });
        Assert.Equal(("waiting", "requester", "waitRequester"), (Text(paused, "status"), Text(paused, "waitingFor"), Text(paused, "nextStep")));

        await Say(ticket, new RequesterReplied(ticket.TicketId, ticket.Number, Now, Guid.CreateVersion7(), Channel.Mail, RoutingDesk.Rut, "Nu går det", false, null));
        Assert.Equal(TicketStatus.Open, (await desk.Broker.Next<TicketStatusChanged>(it => it.TicketId == ticket.TicketId && it.From == TicketStatus.Waiting)).Work.Status);

        Assert.Equal("P1", Text(await Patch(agent, ticket.Number, new { impact = "all", urgency = "high", reason = "hela kommunen" }), "priority"));
        var resolved = await Post(agent, ticket.Number, "resolve", new { solution = "Nytt lösenord" });
        Assert.Equal(("resolved", "confirm"), (Text(resolved, "status"), Text(resolved, "nextStep")));
        Assert.Equal("Nytt lösenord", (await desk.Broker.Next<TicketResolved>(it => it.TicketId == ticket.TicketId)).Solution);

        // What was promised and how much of it was used is known to the lead.
        var pace = (await desk.Host.As(Callers.Lead).GetFromJsonAsync<JsonElement>("/api/v1/routing/pace")).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(pace, line => Text(line, "target") == "answer" && line.GetProperty("kept").GetDouble() == 1 && Text(line, "verdict") == "over");
        Assert.Contains(pace, line => Text(line, "target") == "resolution");

        // Solved, so learned from.
        Assert.Equal("account.password", await desk.Host.Value<string>("select category from lesson where ticket_id = $1", ticket.TicketId));

        Assert.Equal("open", Text(await Post(agent, ticket.Number, "reopen", new { reason = "not yet" }), "status"));
        Assert.Equal("closed", Text(await Post(agent, ticket.Number, "close", new { }), "status"));

        var kinds = (await agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{ticket.Number}/timeline")).GetProperty("items").EnumerateArray().Select(item => Text(item, "kind")!).ToList();
        Assert.Equal(
            ["registered", "triaged", "assigned", "agentWrote", "opened", "paused", "requesterWrote", "resumed", "reclassified", "reclassified", "reclassified", "retargeted", "resolved", "reopened", "closed"],
            kinds.Where((kind, i) => !(kind == "assigned" && i == 2 && kinds[3] == "assigned")));
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_the_right_one_is_not()
    {
        var agent = desk.Host.As(Callers.Agent);
        var ticket = await desk.Triaged("Skrivaren");

        var stale = await Send(agent, ticket.Number, "pause", new { @for = "supplier" }, "\"77\"");
        var right = await Send(agent, ticket.Number, "pause", new { @for = "supplier" }, "\"1\"");

        Assert.Equal((HttpStatusCode.PreconditionFailed, "version.stale"), (stale.StatusCode, await Code(stale)));
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (right.StatusCode, right.Headers.ETag!.ToString()));
    }

    [Fact]
    public async Task Two_who_change_it_at_once_go_one_after_the_other()
    {
        var agent = desk.Host.As(Callers.Agent);
        var ticket = await desk.Triaged("Skrivaren igen");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Send(agent, ticket.Number, "resolve", new { solution = "x" })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
    }

    [Fact]
    public async Task A_change_right_after_the_registration_waits_for_the_ticket()
    {
        var registered = desk.Registered("Datorn är långsam");
        var assigning = Send(desk.Host.As(Callers.Agent), registered.Number, "assign", new { team = "network" });
        await desk.Broker.Say(registered.TicketId, registered);

        Assert.Equal(HttpStatusCode.OK, (await assigning).StatusCode);
    }

    [Fact]
    public async Task An_unknown_ticket_is_not_found_in_the_end()
    {
        var answer = await Send(desk.Host.As(Callers.Agent), "D-999999", "close", new { });

        Assert.Equal((HttpStatusCode.NotFound, "ticket.unknown"), (answer.StatusCode, await Code(answer)));
    }

    [Fact]
    public async Task A_requester_may_close_and_reopen_their_own_and_nothing_else()
    {
        var ticket = await desk.Triaged("Mitt ärende");
        var (own, others, machine) = (desk.Host.As(Callers.Requester), desk.Host.As(Callers.AnotherRequester), desk.Host.As(Callers.RequesterMachine));

        Assert.Equal(HttpStatusCode.Forbidden, (await Send(own, ticket.Number, "resolve", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(others, ticket.Number, "close", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(machine, ticket.Number, "close", new { })).StatusCode);
        await Post(desk.Host.As(Callers.Agent), ticket.Number, "resolve", new { });
        Assert.Equal(HttpStatusCode.OK, (await Send(own, ticket.Number, "reopen", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Send(own, ticket.Number, "close", new { reason = "Det löste sig" })).StatusCode);
        Assert.Equal(ActorKind.Requester, (await desk.Broker.Next<TicketClosed>(it => it.TicketId == ticket.TicketId)).By.Kind);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(desk.Host.Anonymous(), ticket.Number, "close", new { })).StatusCode);
    }

    [Theory]
    [InlineData("assign", "{}", "assign.nobody")]
    [InlineData("assign", """{"team":"nowhere"}""", "team.unknown")]
    [InlineData("assign", """{"assignee":"nobody@desk.example"}""", "agent.unknown")]
    [InlineData("escalate", """{"team":"network"}""", "escalate.reason")]
    [InlineData("pause", "{}", "pause.for")]
    [InlineData("pause", """{"for":"time"}""", "pause.until")]
    [InlineData("pause", """{"for":"time","until":"2020-01-01T00:00:00Z"}""", "pause.until")]
    [InlineData("pause", """{"for":"godot"}""", "request.invalid")]
    public async Task What_makes_no_sense_is_told_so(string verb, string body, string code)
    {
        var answer = await desk.Host.As(Callers.Agent).PostAsync(
            $"/api/v1/tickets/D-1/{verb}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, await Code(answer)));
    }

    [Fact]
    public async Task An_account_without_teams_that_closes_leaves_no_ticket_behind()
    {
        await desk.Hire(Callers.AnotherAgent, "workplace");
        var ticket = await desk.Triaged("Datorn startar inte", "svart skärm på min laptop");
        Assert.Equal(Callers.AnotherAgent.Id, ticket.Work.AssigneeId);

        await desk.Broker.Say(Callers.AnotherAgent.Id, new AccountChanged(Callers.AnotherAgent.Id, "bo.ek@desk.example", "Bo Ek", Role.Agent, "sv", Active: false, Now));

        var handedOn = await desk.Broker.Next<TicketAssigned>(it => it.TicketId == ticket.TicketId);
        Assert.Equal(("workplace", null), (handedOn.Work.Team, handedOn.Work.AssigneeId));
        // The monitor names it: the holder is gone or, once it is handed on, nobody is left in the team.
        Assert.Contains((await desk.Broker.Next<BlackHoleFound>(it => it.TicketId == ticket.TicketId && !it.Mended)).Reason, new[] { "holderGone", "teamEmpty" });
        var agent = desk.Host.As(Callers.Agent);
        var listed = await agent.GetFromJsonAsync<JsonElement>("/api/v1/routing/blackholes");
        Assert.Contains(listed.GetProperty("items").EnumerateArray(), hole => Text(hole, "number") == ticket.Number);
        await Post(agent, ticket.Number, "close", new { });
        await desk.Hire(Callers.AnotherAgent with { Id = Guid.CreateVersion7(), Email = "ny.ek@desk.example" }, "workplace");
        Assert.True((await desk.Broker.Next<BlackHoleFound>(it => it.TicketId == ticket.TicketId && it.Mended)).Mended);
    }

    [Fact]
    public async Task History_comes_in_at_its_own_times_and_nothing_of_it_is_said_as_if_it_were_now()
    {
        var (id, number, began) = (Guid.CreateVersion7(), $"D-{Guid.CreateVersion7():N}"[..12], Now.AddDays(-60));
        var agent = new Actor(ActorKind.Agent, null, "Agent 7");
        TicketImported Part(params ImportedEvent[] events) => new(id, number, Now, began, Channel.Phone, RoutingDesk.Rut, "Skrivaren", "Den skriver inte.", events);
        await desk.Broker.Say(id, Part(
            new ImportedEvent(ImportedKind.Registered, began, new Actor(ActorKind.Requester, null, "Rut"), Guid.CreateVersion7(), Category: "printer"),
            new ImportedEvent(ImportedKind.Resolved, began.AddDays(20), agent, Text: "Ny trumma.")));
        var said = await desk.Broker.Next<WorkImported>(it => it.TicketId == id);
        Assert.Equal((TicketStatus.Resolved, began.AddDays(20).Ticks / 10), (said.Work.Status, said.LastAt.Ticks / 10));
        Assert.Contains(said.Facts, fact => fact is { Kind: "missed", Detail: "resolution" } && fact.HappenedAt < began.AddDays(20));

        await desk.Broker.Say(id, Part(new ImportedEvent(ImportedKind.Closed, began.AddDays(25), agent)));
        Assert.Equal(TicketStatus.Closed, (await desk.Broker.Next<WorkImported>(it => it.TicketId == id && it.Work.Version > said.Work.Version)).Work.Status);

        var timeline = await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/timeline");
        var kinds = timeline.GetProperty("items").EnumerateArray().Select(item => Text(item, "kind")!).ToList();
        Assert.Equal(("registered", "closed"), (kinds[0], kinds[^1]));
        Assert.DoesNotContain(desk.Broker.Heard<TicketResolved>(), it => it.TicketId == id);
        Assert.DoesNotContain(desk.Broker.Heard<TargetMissed>(), it => it.TicketId == id);
        Assert.Equal("printer", await desk.Host.Value<string>("select category from lesson where ticket_id = $1", id));
        // The pace of the desk knows how late it was.
        Assert.True(await desk.Host.Value<bool>("select used_seconds > promise_seconds from fulfilled where ticket_id = $1 and target = 'resolution'", id));
    }

    [Fact]
    public async Task Clocks_are_explained()
    {
        var ticket = await desk.Triaged("Wifi i mötesrummet");

        var clocks = await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{ticket.Number}/clocks?explain=true");

        Assert.Equal(ticket.Work.NextStepAt, clocks.GetProperty("targets").GetProperty("answer").GetProperty("dueAt").GetDateTimeOffset());
        Assert.StartsWith("Första svar: lovat inom", clocks.GetProperty("timeline")[0].GetProperty("sv").GetString());
    }

    [Fact]
    public async Task The_document_of_the_API_is_there_for_the_gateway()
    {
        var document = await desk.Host.Anonymous().GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        Assert.True(document.GetProperty("paths").TryGetProperty("/api/v1/tickets/{number}/assign", out _));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private Task Say<TEvent>(TicketTriaged ticket, TEvent happened) where TEvent : class => desk.Broker.Say(ticket.TicketId, happened);

    private static async Task<JsonElement> Post(HttpClient client, string number, string verb, object body)
    {
        var answer = await Send(client, number, verb, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> Patch(HttpClient client, string number, object body)
    {
        var answer = await client.PatchAsJsonAsync($"/api/v1/tickets/{number}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<HttpResponseMessage> Send(HttpClient client, string number, string verb, object body, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/tickets/{number}/{verb}") { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }

    private static async Task<string?> Code(HttpResponseMessage answer) => Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "code");

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
