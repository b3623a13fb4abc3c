using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Routing.Tests.Holders;

[Collection(RoutingDesk.Collection)]
public sealed class HoldersApiTests(RoutingDesk desk)
{
    [Fact]
    public async Task Those_who_take_the_next_ticket_at_once_get_different_ones_and_the_most_pressing_first()
    {
        await Teams("""{"key":"claims","sv":"Köteam","en":"Queue team","assign":"byHand"}""");
        var agents = Enumerable.Range(0, 4).Select(n => Callers.Agent with { Id = Guid.CreateVersion7(), Email = $"claim{n}@desk.example", Name = $"Claim {n}" }).ToList();
        foreach (var agent in agents)
            await desk.Hire(agent, "claims");
        var calm = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => desk.Triaged($"Lugnt {n}", but: it => it with { Team = "claims" })));
        var pressing = await desk.Triaged("Hela kommunen står still", but: it => it with { Team = "claims", Impact = Impact.All, Urgency = Urgency.High });
        Assert.All(calm, ticket => Assert.Null(ticket.Work.AssigneeId));

        var taken = await Task.WhenAll(agents.Select(agent => desk.Host.As(agent).PostAsync("/api/v1/routing/next", null)));

        Assert.All(taken, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var numbers = await Task.WhenAll(taken.Select(async answer => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!));
        Assert.Equal(4, numbers.Distinct().Count());
        Assert.Contains(pressing.Number, numbers);
        // Whoever asks again before beginning gets the same: it is theirs already.
        Assert.Contains(numbers[0], await (await desk.Host.As(agents[0]).PostAsync("/api/v1/routing/next", null)).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var free = Callers.Agent with { Id = Guid.CreateVersion7(), Email = "free@desk.example", Name = "Free" };
        await desk.Hire(free, "empty-team");
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(free).PostAsync("/api/v1/routing/next", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.AgentMachine).PostAsync("/api/v1/routing/next", null)).StatusCode);
    }

    [Fact]
    public async Task What_came_when_nobody_was_there_is_handed_out_when_somebody_is_and_handed_back_when_they_go()
    {
        await Teams("""{"key":"seeking","sv":"Sökande","en":"Seeking","sameAgent":true}""");
        var ticket = await desk.Triaged("Ingen är här", but: it => it with { Team = "seeking" });
        Assert.Null(ticket.Work.AssigneeId);

        var (ada, eva) = (Somebody("ada"), Somebody("eva"));
        await desk.Hire(ada, "seeking");
        Assert.Equal(ada.Id, (await desk.Broker.Next<TicketAssigned>(it => it.TicketId == ticket.TicketId)).Work.AssigneeId);
        await desk.Hire(eva, "seeking");
        // Whoever had this person's last ticket gets the next, though the other has none.
        Assert.Equal(ada.Id, (await desk.Triaged("Samma person", but: it => it with { Team = "seeking" })).Work.AssigneeId);

        var gone = await desk.Host.As(ada).PutAsJsonAsync($"/api/v1/routing/agents/{ada.Id}", new { presence = "handBack" });
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(eva.Id, (await desk.Broker.Next<TicketAssigned>(it => it.TicketId == ticket.TicketId && it.Work.AssigneeId != ada.Id)).Work.AssigneeId);

        var lines = (await desk.Host.As(eva).GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{ticket.Number}/timeline")).GetProperty("items").EnumerateArray();
        Assert.Contains(lines, line => line.TryGetProperty("field", out var why) && why.GetString() == "handBack");
    }

    [Fact]
    public async Task A_lead_says_what_an_agent_can_and_how_much_they_hold()
    {
        var ulla = Somebody("ulla");
        await desk.Hire(ulla);
        var lead = desk.Host.As(Callers.Lead);
        var path = $"/api/v1/routing/agents/{ulla.Id}";
        Assert.True((await lead.PutAsJsonAsync("/api/v1/routing/skills", JsonDocument.Parse("""{"items":[{"key":"vpn","sv":"VPN","en":"VPN","categories":["network.vpn"],"level":2}]}"""))).IsSuccessStatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsync(path, Json("""{"skills":{"vpn":3},"capacity":{"phone":1,"all":12}}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await lead.PutAsync(path, Json("""{"skills":{"juggling":3}}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await lead.PutAsync(path, Json("""{"capacity":{"pigeon":1}}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(ulla).PutAsync(path, Json("""{"capacity":{"all":1}}"""))).StatusCode);

        var me = await desk.Host.As(ulla).GetFromJsonAsync<JsonElement>("/api/v1/routing/agents/me");
        Assert.Equal((3, 12, "available"), (me.GetProperty("skills").GetProperty("vpn").GetInt32(), me.GetProperty("capacity").GetProperty("all").GetInt32(), me.GetProperty("presence").GetString()));
    }

    [Fact]
    public async Task A_specialist_is_asked_in_sees_it_and_answers_with_a_note_while_the_holder_keeps_the_ticket()
    {
        var (holder, knower) = (Somebody("holder"), Somebody("knower"));
        await Teams("""{"key":"askers","sv":"Frågande","en":"Asking","model":"noLines"}""");
        await desk.Hire(holder, "askers");
        await desk.Hire(knower);
        var ticket = await desk.Triaged("Vilken port", but: it => it with { Team = "askers" });
        Assert.Equal(holder.Id, ticket.Work.AssigneeId);

        Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(holder).PostAsync($"/api/v1/routing/tickets/{ticket.Number}/asks", Json("""{"agent":"knower@desk.example","question":"Vilken port?"}"""))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Host.As(holder).PostAsync($"/api/v1/routing/tickets/{ticket.Number}/asks", Json("""{"question":"?"}"""))).StatusCode);
        Assert.Contains(ticket.Number, await desk.Host.As(knower).GetStringAsync("/api/v1/routing/asks"), StringComparison.Ordinal);
        var place = await desk.Host.As(holder).GetFromJsonAsync<JsonElement>($"/api/v1/routing/tickets/{ticket.Number}/place");
        Assert.Equal(("noLines", "Vilken port?"), (place.GetProperty("model").GetString(), place.GetProperty("asks")[0].GetProperty("question").GetString()));

        await desk.Broker.Say(ticket.TicketId, new NoteAdded(
            ticket.TicketId, ticket.Number, TimeProvider.System.GetUtcNow(), Guid.CreateVersion7(), new Actor(ActorKind.Agent, knower.Id, knower.Name)));
        await Wait.Until(async () => !(await desk.Host.As(knower).GetStringAsync("/api/v1/routing/asks")).Contains(ticket.Number, StringComparison.Ordinal), "the question is answered");
        var refused = await desk.Host.As(holder).PostAsync($"/api/v1/tickets/{ticket.Number}/escalate", Json("""{"team":"network","reason":"x"}"""));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static ServiceDefaults.Identity.Caller Somebody(string name) => Callers.Agent with { Id = Guid.CreateVersion7(), Email = $"{name}@desk.example", Name = name };

    private async Task Teams(string team)
    {
        var lead = desk.Host.As(Callers.Lead);
        var teams = (await lead.GetFromJsonAsync<System.Text.Json.Nodes.JsonObject>("/api/v1/routing/teams"))!;
        teams["items"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(team));
        var written = await lead.PutAsJsonAsync("/api/v1/routing/teams", teams);
        Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());
    }
}
