using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Routing.Tests.Relations;

[Collection(RoutingDesk.Collection)]
public sealed class ProblemApiTests(RoutingDesk desk)
{
    [Fact]
    public async Task A_major_incident_is_declared_spoken_of_and_solved_for_all_at_once()
    {
        var (agent, lead) = (desk.Host.As(Callers.Agent), desk.Host.As(Callers.Lead));
        var (first, second) = (await desk.Triaged("Växeln svarar inte"), await desk.Triaged("Kan inte ringa"));

        var made = await agent.PostAsJsonAsync("/api/v1/routing/problems", new { title = "Växeln nere", tickets = new[] { first.Number } });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var number = Text(await made.Content.ReadFromJsonAsync<JsonElement>(), "number")!;
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(agent, number, "declare", new { sv = "Växeln är nere." })).StatusCode);

        var declared = await Body(await Post(lead, number, "declare", new { sv = "Växeln är nere.", en = "The exchange is down." }));
        Assert.True(declared.TryGetProperty("nextWordAt", out _));
        Assert.Equal([first.Number], (await desk.Broker.Next<ManyTold>(it => it.Sv == "Växeln är nere." && it.Tickets[0].Id == first.TicketId)).Tickets.Select(ticket => ticket.Number));
        var majors = await desk.Host.Anonymous().GetFromJsonAsync<JsonElement>("/api/v1/routing/majors");
        Assert.Contains(majors.GetProperty("items").EnumerateArray(), major => Text(major, "number") == number && Text(major, "en") == "The exchange is down.");

        // Who comes later hears the last word.
        await Body(await Post(agent, number, "attach", new { tickets = new[] { second.Number.ToLowerInvariant(), first.Number } }));
        await desk.Broker.Next<ManyTold>(it => it.Tickets is [var one] && one.Id == second.TicketId);
        var links = await agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{second.Number}/links");
        Assert.Equal(("problem", number), (Text(links.GetProperty("items")[0], "kind"), Text(links.GetProperty("items")[0], "number")));

        var solved = await Body(await Post(agent, number, "solve", new { sv = "Växeln är lagad." }));
        Assert.Equal(("solved", 2), (Text(solved, "status"), solved.GetProperty("tickets").EnumerateArray().Count(ticket => Text(ticket, "status") == "resolved")));
        foreach (var ticket in new[] { first, second })
            Assert.Equal("Växeln är lagad.", (await desk.Broker.Next<TicketResolved>(it => it.TicketId == ticket.TicketId)).Solution);
        Assert.DoesNotContain((await desk.Host.Anonymous().GetFromJsonAsync<JsonElement>("/api/v1/routing/majors")).GetProperty("items").EnumerateArray(), major => Text(major, "number") == number);
        Assert.Equal(HttpStatusCode.Conflict, (await Post(agent, number, "speak", new { sv = "Hej" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(agent, "P-999999", "speak", new { sv = "Hej" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(agent, number, "solve", new { })).StatusCode);
    }

    [Fact]
    public async Task A_problem_with_an_unknown_ticket_is_refused_and_so_is_a_change_of_what_has_changed()
    {
        var agent = desk.Host.As(Callers.Agent);
        Assert.Equal(HttpStatusCode.Conflict, (await agent.PostAsJsonAsync("/api/v1/routing/problems", new { title = "Finns inte", tickets = new[] { "D-999999" } })).StatusCode);
        var number = Text(await (await agent.PostAsJsonAsync("/api/v1/routing/problems", new { title = "Två på en gång" })).Content.ReadFromJsonAsync<JsonElement>(), "number")!;
        var seen = (await agent.GetAsync($"/api/v1/routing/problems/{number}")).Headers.ETag!;
        foreach (var expected in new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/routing/problems/{number}/know") { Content = JsonContent.Create(new { cause = "Ett kort" }) };
            request.Headers.IfMatch.Add(seen);
            Assert.Equal(expected, (await agent.SendAsync(request)).StatusCode);
        }
    }

    [Fact]
    public async Task A_parent_waits_for_its_children_and_one_word_reaches_their_requesters()
    {
        var agent = desk.Host.As(Callers.Agent);
        var (parent, child) = (await desk.Triaged("Flytta kontoret"), await desk.Triaged("Flytta skrivaren"));
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync($"/api/v1/tickets/{parent.Number}/link", new { to = child.Number, @as = "child" })).StatusCode);

        var refused = await agent.PostAsJsonAsync($"/api/v1/tickets/{parent.Number}/resolve", new { solution = "x" });
        Assert.Equal((HttpStatusCode.Conflict, "ticket.openChildren"), (refused.StatusCode, Text(await refused.Content.ReadFromJsonAsync<JsonElement>(), "code")));

        Assert.Equal(2, (await Body(await agent.PostAsJsonAsync($"/api/v1/tickets/{parent.Number}/tell", new { sv = "Flytten är på tisdag." }))).GetProperty("tickets").GetInt32());
        Assert.Equal([parent.Number, child.Number], (await desk.Broker.Next<ManyTold>(it => it.Sv == "Flytten är på tisdag.")).Tickets.Select(ticket => ticket.Number));

        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync($"/api/v1/tickets/{child.Number}/resolve", new { solution = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync($"/api/v1/tickets/{parent.Number}/resolve", new { solution = "x" })).StatusCode);
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string number, string verb, object body) => client.PostAsJsonAsync($"/api/v1/routing/problems/{number}/{verb}", body);

    private static async Task<JsonElement> Body(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
