using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Proposals;

public class SimilarTicketTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private static readonly Actor Anna = new(ActorKind.Agent, Guid.CreateVersion7(), "Anna Lind");

    [Fact]
    public async Task A_solved_ticket_shows_how_to_solve_the_next_and_what_became_of_it_is_recorded()
    {
        var solved = await Solve(desk.Ticket("Plottern Jupiter ritar dubbelt", "Alla linjer från plottern Jupiter blir dubbla."), "Huvudet kalibrerades om.");
        var again = await Solve(desk.Ticket("Jupiter", "Plottern Jupiter ritar dubbla linjer igen"), "Huvudet kalibrerades om.");
        var proposed = await Similar(desk.Ticket("Dubbla linjer", "Plottern Jupiter ritar dubbla linjer"), expected: 2);
        var first = proposed.Answer.GetProperty("similar")[0];
        Assert.Equal("Huvudet kalibrerades om.", first.GetProperty("solution").GetString());
        Assert.Equal(2, first.GetProperty("times").GetInt32());
        Assert.Contains(first.GetProperty("number").GetString(), new[] { solved.Number, again.Number });

        var path = $"/api/v1/tickets/{proposed.Number}/similar/{first.GetProperty("number").GetString()}";
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsync($"{path}/used", null)).StatusCode);
        Assert.True((await Read(proposed.Number)).GetProperty("similar")[0].TryGetProperty("usedAt", out _));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.PostAsync($"/api/v1/tickets/{proposed.Number}/similar/D-none/used", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.PostAsync($"{path}/used", null)).StatusCode);
    }

    [Fact]
    public async Task A_ticket_that_came_back_shows_nothing_until_it_is_solved_again()
    {
        var ticket = await Solve(desk.Ticket("Kiosken Saturnus har frusit", "Pekskärmen på kiosken Saturnus står still"), "Den startades om.");
        Assert.Equal(1, (await Similar(desk.Ticket("Saturnus", "Kiosken Saturnus har frusit igen"), expected: 1)).Answer.GetProperty("similar").GetArrayLength());
        await desk.Host.Broker.Say(ticket.TicketId, new TicketStatusChanged(ticket.TicketId, ticket.Number, Later(3), Work(3, TicketStatus.Open), Anna, TicketStatus.Resolved, null));
        await Wait.Until(
            async () => (await Similar(desk.Ticket("Saturnus", "Kiosken Saturnus har frusit en gång till"), expected: 0)).Answer.GetProperty("similar").GetArrayLength() == 0,
            "the reopened ticket is not similar any more");
    }

    [Fact]
    public async Task Others_that_look_the_same_are_counted_with_the_problem_they_belong_to()
    {
        var outage = Enumerable.Range(0, 4).Select(i => desk.Ticket($"Lönesystemet Neptun är nere {i}", "Neptun svarar inte sedan i morse")).ToList();
        foreach (var ticket in outage)
            await desk.Propose(ticket, "business.system");
        await desk.Host.Broker.Say(Guid.CreateVersion7(), new ProblemChanged(Guid.CreateVersion7(), "P-7", Later(0), 2, "Leverantörens driftstopp", "known", true, "Vänta", [outage[0].TicketId, outage[1].TicketId]));
        await Wait.Until(
            async () => await Read(outage[3].Number) is var answer && answer.TryGetProperty("alike", out var alike) && alike.GetProperty("count").GetInt32() == 3
                && answer.GetProperty("problems").GetArrayLength() == 1,
            "three others look the same");
        var last = await Read(outage[3].Number);
        Assert.Equal(outage.Take(3).Select(ticket => ticket.Number), last.GetProperty("alike").GetProperty("tickets").EnumerateArray().Select(line => line.GetProperty("number").GetString()));
        Assert.Equal(("P-7", true, false), (last.GetProperty("problems")[0].GetProperty("number").GetString(), last.GetProperty("problems")[0].GetProperty("major").GetBoolean(), last.GetProperty("problems")[0].GetProperty("attached").GetBoolean()));
    }

    [Fact]
    public async Task What_the_requester_adds_is_searched_for_anew_and_thanks_change_nothing()
    {
        var ticket = desk.Ticket("Fikarummet", "Kaffet har surnat.");
        Assert.Empty((await desk.Propose(ticket)).Proposals);
        await desk.Host.Broker.Say(ticket.TicketId, Reply(ticket, "Det är VPN som kopplar ner när jag arbetar hemifrån."));
        var said = await desk.Host.Broker.Next<SolutionsProposed>(said => said.TicketId == ticket.TicketId && said.Proposals.Count > 0);
        Assert.Equal("vpn-ansluter-inte-eller-kopplar-ner", said.Proposals[0].Slug);
        await desk.Host.Broker.Say(ticket.TicketId, Reply(ticket, "Tack!"));
        await desk.Propose(desk.Ticket("VPN", "VPN kopplar ner"));
        Assert.Equal("vpn-ansluter-inte-eller-kopplar-ner", (await Read(ticket.Number)).GetProperty("items")[0].GetProperty("slug").GetString());
    }

    [Fact]
    public async Task An_article_used_and_come_back_has_misled_and_one_used_and_solved_has_not()
    {
        var (good, bad) = (desk.Ticket("VPN", "VPN kopplar ner"), desk.Ticket("VPN", "VPN kopplar ner"));
        foreach (var ticket in new[] { good, bad })
        {
            var article = (await desk.Propose(ticket)).Proposals[0].ArticleId;
            await desk.Agent.PostAsync($"/api/v1/tickets/{ticket.Number}/proposals/{article}/used", null);
            await desk.Host.Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, Later(1), Work(2, TicketStatus.Resolved), Anna, "Se artikeln."));
        }
        await desk.Host.Broker.Say(bad.TicketId, new TicketStatusChanged(bad.TicketId, bad.Number, Later(2), Work(3, TicketStatus.Open), Anna, TicketStatus.Resolved, null));
        await Wait.Until(async () => await Outcome(good.Number) is (true, false) && await Outcome(bad.Number) is (false, true), "one proved, one misled");
    }

    private async Task<(bool Solved, bool Misled)> Outcome(string number)
    {
        var outcome = await desk.Host.Value<string>(
            "select concat(proposal.solved_at is not null, ' ', misled_at is not null) from proposal join ticket on ticket.id = ticket_id where number = $1 and used_at is not null", number);
        return (outcome == "t f", outcome == "f t");
    }

    // Later than anything an agent did here: the desk's own clock is the real one.
    private static DateTimeOffset Later(int minutes) => TimeProvider.System.GetUtcNow().AddMinutes(minutes);

    private static Work Work(long version, TicketStatus status) => KnowledgeDesk.Triaged(new TicketRegistered(
        Guid.Empty, "", default, Channel.Mail, new Person(Guid.Empty, "", null, null, "sv", null, null), "", "", Guid.Empty, null, null, null, null, false, true, null, null, []), null)
        .Work with
    { Version = version, Status = status };

    private static RequesterReplied Reply(TicketRegistered ticket, string text)
        => new(ticket.TicketId, ticket.Number, Later(0), Guid.CreateVersion7(), Channel.Mail, ticket.Requester, text, false, null);

    private async Task<TicketRegistered> Solve(TicketRegistered ticket, string solution)
    {
        await desk.Propose(ticket);
        await desk.Host.Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, Later(0), Work(2, TicketStatus.Resolved), Anna, solution));
        return ticket;
    }

    /// <summary>Registers tickets like this one until the index has heard of what was solved.</summary>
    private async Task<(string Number, JsonElement Answer)> Similar(TicketRegistered ticket, int expected)
    {
        (string Number, JsonElement Answer) last = default;
        await Wait.Until(async () =>
        {
            var copy = ticket with { TicketId = Guid.CreateVersion7(), Number = desk.Ticket("", "").Number };
            await desk.Propose(copy);
            last = (copy.Number, await Read(copy.Number));
            return last.Answer.GetProperty("similar").EnumerateArray().Sum(one => one.GetProperty("times").GetInt32()) >= expected;
        }, "a similar ticket");
        return last;
    }

    private Task<JsonElement> Read(string number) => desk.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/proposals");
}
