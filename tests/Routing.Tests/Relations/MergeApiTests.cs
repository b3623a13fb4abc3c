using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Routing.Tests.Relations;

[Collection(RoutingDesk.Collection)]
public sealed class MergeApiTests(RoutingDesk desk)
{
    [Fact]
    public async Task Two_tickets_go_on_as_one_and_as_two_again()
    {
        var agent = desk.Host.As(Callers.Agent);
        var (first, second) = (await desk.Triaged("Skrivaren på plan 2"), await desk.Triaged("Skrivaren igen"));

        Assert.Equal((HttpStatusCode.PreconditionFailed, "version.stale"), await Refusal(await Send(agent, second.Number, "merge", new { into = first.Number }, "\"77\"")));
        var merged = await Body(await Send(agent, second.Number, "merge", new { into = first.Number.ToLowerInvariant(), reason = "same printer" }));
        Assert.Equal(("closed", first.Number), (merged.GetProperty("status").GetString(), merged.GetProperty("mergedInto").GetString()));
        var said = await desk.Broker.Next<TicketMerged>(it => it.TicketId == second.TicketId);
        Assert.Equal((first.TicketId, "same printer", ActorKind.Agent), (said.Into.Id, said.Reason, said.By.Kind));

        Assert.Equal((HttpStatusCode.Conflict, "ticket.merged"), await Refusal(await Send(agent, second.Number, "resolve", new { solution = "x" })));
        Assert.Equal((HttpStatusCode.Conflict, "merge.chain"), await Refusal(await Send(agent, first.Number, "merge", new { into = second.Number })));
        Assert.Equal([("takenIn", second.Number, "Skrivaren igen")], await Links(agent, first.Number));

        // What is written to the merged one starts the reply clock of the other.
        await desk.Broker.Say(second.TicketId, new RequesterReplied(
            second.TicketId, second.Number, TimeProvider.System.GetUtcNow(), Guid.CreateVersion7(), Channel.Mail, RoutingDesk.Rut, "Hur går det?", false, null));
        foreach (var ticket in new[] { first, second })
            await Wait.Until(async () => await desk.Host.Value<long>("select count(*) from timeline where ticket_id = $1 and kind = 'requesterWrote'", ticket.TicketId) == 1, "both have heard it");
        Assert.Contains((await desk.Broker.Next<WorkChanged>(it => it.TicketId == first.TicketId)).Work.Targets, target => target.Kind == TargetKind.Reply);

        var parted = await Body(await Send(agent, second.Number, "unmerge", new { reason = "another printer" }));
        Assert.Equal(("new", false), (parted.GetProperty("status").GetString(), parted.TryGetProperty("mergedInto", out _)));
        Assert.Contains(parted.GetProperty("clocks").EnumerateArray(), clock => clock.GetProperty("target").GetString() == "reply");
        await desk.Broker.Next<TicketUnmerged>(it => it.TicketId == second.TicketId);
        Assert.Empty(await Links(agent, first.Number));

        var kinds = (await agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{first.Number}/timeline")).GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("kind").GetString(), item.TryGetProperty("text", out var text) ? text.GetString() : null)).ToList();
        Assert.Contains(("tookIn", "same printer"), kinds);
        Assert.Contains(("gaveBack", "another printer"), kinds);
    }

    [Fact]
    public async Task Two_who_merge_each_into_the_other_at_once_do_not_close_both()
    {
        var agent = desk.Host.As(Callers.Agent);
        var (first, second) = (await desk.Triaged("En"), await desk.Triaged("Två"));

        var answers = await Task.WhenAll(Send(agent, first.Number, "merge", new { into = second.Number }), Send(agent, second.Number, "merge", new { into = first.Number }));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task What_is_split_off_and_what_it_was_split_from_show_each_other()
    {
        var agent = desk.Host.As(Callers.Agent);
        var origin = await desk.Triaged("Skrivaren och lösenordet");
        var made = await desk.Triaged("Lösenordet", but: registered => registered with
        {
            Origin = new Origin(new TicketRef(origin.TicketId, origin.Number), new Actor(ActorKind.Agent, Callers.Agent.Id, "Anna Lind"), "two matters"),
        });

        Assert.Equal([("splitFrom", origin.Number, "Skrivaren och lösenordet")], await Links(agent, made.Number));
        Assert.Equal([("splitInto", made.Number, "Lösenordet")], await Links(agent, origin.Number));
    }

    [Theory]
    [InlineData("merge", "{}", 400, "merge.into")]
    [InlineData("merge", """{"into":"D-2"}""", 409, "merge.self")]
    [InlineData("link", "{}", 400, "link.to")]
    [InlineData("unlink", "{}", 400, "link.from")]
    public async Task What_makes_no_sense_is_told_so(string verb, string body, int status, string code)
    {
        var answer = await desk.Host.As(Callers.Agent).PostAsync($"/api/v1/tickets/D-2/{verb}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(((HttpStatusCode)status, code), await Refusal(answer));
    }

    [Fact]
    public async Task Requesters_merge_nothing()
        => Assert.Equal(HttpStatusCode.Forbidden, (await Send(desk.Host.As(Callers.Requester), "D-2", "merge", new { into = "D-1" })).StatusCode);

    private static async Task<List<(string?, string?, string?)>> Links(HttpClient agent, string number)
        => [.. (await agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/links")).GetProperty("items").EnumerateArray()
            .Select(link => (link.GetProperty("kind").GetString(), link.GetProperty("number").GetString(), link.GetProperty("subject").GetString()))];

    private static async Task<JsonElement> Body(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<(HttpStatusCode, string?)> Refusal(HttpResponseMessage answer)
        => (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());

    private static Task<HttpResponseMessage> Send(HttpClient client, string number, string verb, object body, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/tickets/{number}/{verb}") { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }
}
