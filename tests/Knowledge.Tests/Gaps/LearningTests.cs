using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Knowledge.Evidence;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Knowledge.Tests.Gaps;

/// <summary>From what is asked to what is lacking, on the real database.</summary>
public class LearningTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private static readonly Actor Anna = new(ActorKind.Agent, Guid.CreateVersion7(), "Anna Lind");

    [Fact]
    public async Task Three_solved_without_an_article_are_a_gap_that_an_article_answers()
    {
        foreach (var text in new[] { "Plottern Jupiter ritar dubbla linjer", "Alla linjer från plottern Jupiter blir dubbla", "Dubbla linjer från Jupiter, plottern på plan 2" })
            await Solve(desk.Ticket("Plottern Jupiter", text));
        var gap = await Wait.For(async () => (await Gaps()).GetProperty("items").EnumerateArray().Where(one => one.GetProperty("title").GetString()!.Contains("Jupiter")).Select(one => (JsonElement?)one).FirstOrDefault() is { } found && found.GetProperty("tickets").GetInt32() == 3 ? new Box(found) : null, "the gap");
        Assert.Equal("open", gap.Value.GetProperty("state").GetString());
        Assert.True(gap.Value.GetProperty("savesMinutes").GetDouble() > 0);
        var path = $"/api/v1/knowledge/gaps/{gap.Value.GetProperty("id").GetString()}";

        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PutAsJsonAsync(path, new { owner = "anna.lind@desk.example" })).StatusCode);
        Assert.Equal("owned", await State(path));
        var made = await (await desk.Write(KnowledgeDesk.Draft("Plottern Jupiter ritar dubbla linjer", "Kalibrera om huvudet.", state: "draft"))).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PutAsJsonAsync(path, new { articleId = made.GetProperty("id").GetString() })).StatusCode);
        Assert.Equal("written", await State(path));
        await desk.Agent.PutAsJsonAsync($"/api/v1/knowledge/articles/{made.GetProperty("id").GetString()}", KnowledgeDesk.Draft("Plottern Jupiter ritar dubbla linjer", "Kalibrera om huvudet."));
        Assert.Equal("answered", await State(path));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.PutAsJsonAsync($"/api/v1/knowledge/gaps/{Guid.CreateVersion7()}", new { dismissed = true })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync("/api/v1/knowledge/gaps")).StatusCode);
    }

    [Fact]
    public async Task A_search_that_finds_nothing_is_counted_and_can_be_made_a_gap_and_what_is_being_typed_is_not()
    {
        await desk.Search(desk.Anonymous, "hologram i Zoomia", "&typing=true");
        await desk.Search(desk.Anonymous, "hologram i Zoomia");
        await desk.Search(desk.Requester, "Zoomia, hologram?");
        var line = await Wait.For(async () => (await Gaps()).GetProperty("searches").EnumerateArray().Where(one => one.GetProperty("words").GetString()!.Contains("zoomia")).Select(one => (JsonElement?)one).FirstOrDefault() is { } found && found.GetProperty("times").GetInt32() == 2 ? new Box(found) : null, "two failed searches as one");
        Assert.Equal(HttpStatusCode.Created, (await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/gaps", new { search = line.Value.GetProperty("key").GetString() })).StatusCode);
        Assert.Contains((await Gaps()).GetProperty("items").EnumerateArray(), one => one.GetProperty("searches").GetInt32() == 2);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/gaps", new { search = "none" })).StatusCode);
    }

    [Fact]
    public async Task An_article_that_was_used_and_came_back_twice_is_flagged_with_its_tickets()
    {
        var tickets = new[] { desk.Ticket("VPN", "VPN kopplar ner"), desk.Ticket("VPN", "VPN kopplar ner") };
        foreach (var ticket in tickets)
        {
            var article = (await desk.Propose(ticket with { At = Now }, "network.vpn")).Proposals[0].ArticleId;
            await desk.Agent.PostAsync($"/api/v1/tickets/{ticket.Number}/proposals/{article}/used", null);
            await desk.Host.Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, Now.AddMinutes(1), Work(2, TicketStatus.Resolved), Anna, "Se artikeln."));
            await desk.Host.Broker.Say(ticket.TicketId, new TicketStatusChanged(ticket.TicketId, ticket.Number, Now.AddMinutes(2), Work(3, TicketStatus.Open), Anna, TicketStatus.Resolved, null));
        }
        await Wait.Until(async () => (await Gaps()).GetProperty("misleading").EnumerateArray().Any(line =>
            line.GetProperty("title").GetString()!.StartsWith("VPN", StringComparison.Ordinal) && line.GetProperty("tickets").GetArrayLength() == 2), "the misleading article");

        // Its owner hears of it once, and again when a new version misled again.
        await desk.Host.Broker.Hear<ArticleMisleads>();
        var id = Guid.Parse((await Gaps()).GetProperty("misleading").EnumerateArray().First(line => line.GetProperty("title").GetString()!.StartsWith("VPN", StringComparison.Ordinal)).GetProperty("articleId").GetString()!);
        await desk.Host.Value<object>("update article set owner = 'bo.ek@desk.example' where id = $1", id);
        var owners = desk.Host.Services.GetRequiredService<TellOwners>();
        await owners.TellAsync(default);
        await owners.TellAsync(default);
        var told = await desk.Host.Broker.Next<ArticleMisleads>(said => said.ArticleId == id);
        Assert.Equal(("bo.ek@desk.example", 2), (told.To, told.Tickets.Count));
        await desk.Host.Value<object>("update proposal set misled_at = misled_at - interval '1 hour' where article_id = $1", id);
        await desk.Host.Value<object>("update published set published_at = clock_timestamp() where article_id = $1", id);
        await owners.TellAsync(default);
        Assert.Equal(0L, await desk.Host.Value<long>("select count(*) from misleading_told where told_at >= (select published_at from published where article_id = $1) and article_id = $1", id));
        await desk.Host.Value<object>("update proposal set misled_at = clock_timestamp() where article_id = $1 and misled_at is not null", id);
        await owners.TellAsync(default);
        Assert.NotEqual(told.ReportId, (await desk.Host.Broker.Next<ArticleMisleads>(said => said.ArticleId == id && said.ReportId != told.ReportId)).ReportId);
    }

    [Fact]
    public async Task What_another_desk_solved_with_an_article_counts_for_it_and_against_it_when_it_came_back()
    {
        const string Title = "Extra skärm eller dockningsstation fungerar inte";
        foreach (var (number, back) in new[] { ("D-9001", false), ("D-9002", true), ("D-9003", true) })
        {
            var at = TimeProvider.System.GetUtcNow().AddDays(-3);
            ImportedEvent[] past = [new(ImportedKind.Resolved, at, Anna, Article: Title), new(ImportedKind.Reopened, at.AddHours(1), Anna)];
            var id = Guid.CreateVersion7();
            await desk.Host.Broker.Say(id, new TicketImported(
                id, number, at, at, Channel.Mail, new Person(id, "erik.sund@lindqvist.example", null, null, "sv", null, null), "Dockan", "", back ? past : past[..1]));
        }
        await Wait.Until(async () => (await desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/gaps")).GetProperty("misleading").EnumerateArray()
            .Any(line => line.GetProperty("title").GetString() == Title && (line.GetProperty("solved").GetInt32(), line.GetProperty("misled").GetInt32()) == (1, 2)),
            "the history counts for the article and against it");
    }

    [Fact]
    public async Task Visits_are_counted_by_article_and_day_and_agents_are_not()
    {
        const string slug = "vpn-ansluter-inte-eller-kopplar-ner";
        foreach (var outcome in new[] { "read", "read", "solved", "left", "asked" })
            Assert.Equal(HttpStatusCode.NoContent, (await desk.Requester.PostAsJsonAsync("/api/v1/knowledge/visits", new { article = slug, outcome })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/visits", new { article = slug, outcome = "solved" })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.Anonymous.PostAsJsonAsync("/api/v1/knowledge/visits", new { article = slug, outcome = "read" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Requester.PostAsJsonAsync("/api/v1/knowledge/visits", new { article = slug, outcome = "liked" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Agent.PutAsJsonAsync("/api/v1/knowledge/self-service/worth", new { minuteCost = 10, contactMinutes = 15, currency = "SEK" })).StatusCode);
        using var lead = desk.Host.As(Callers.Lead);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync("/api/v1/knowledge/self-service/worth", new { minuteCost = 10, contactMinutes = 15, currency = "SEK" })).StatusCode);
        var answer = await desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/self-service");
        Assert.Equal((2, 1, 1, 1), (answer.GetProperty("read").GetInt32(), answer.GetProperty("solved").GetInt32(), answer.GetProperty("left").GetInt32(), answer.GetProperty("asked").GetInt32()));
        Assert.Equal((150m, 300m), (answer.GetProperty("saved").GetDecimal(), answer.GetProperty("atMost").GetDecimal()));
    }

    [Fact]
    public async Task Trends_are_told_to_agents() // What rises is in TrendTests; here, that the statement and the answer hold.
    {
        var answer = await desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/trends");
        Assert.Equal(JsonValueKind.Array, answer.GetProperty("items").ValueKind);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync("/api/v1/knowledge/trends")).StatusCode);
    }

    private sealed record Box(JsonElement Value);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static Work Work(long version, TicketStatus status)
    {
        var person = new Person(Guid.Empty, "", null, null, "sv", null, null);
        var ticket = new TicketRegistered(Guid.Empty, "", default, Channel.Mail, person, "", "", Guid.Empty, null, null, null, null, false, true, null, null, []);
        return KnowledgeDesk.Triaged(ticket, null).Work with { Version = version, Status = status };
    }

    private async Task Solve(TicketRegistered ticket)
    {
        ticket = ticket with { At = Now.AddHours(-1) };
        await desk.Propose(ticket);
        await desk.Agent.GetAsync($"/api/v1/tickets/{ticket.Number}/proposals");
        await desk.Host.Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, Now, Work(2, TicketStatus.Resolved), Anna, "Huvudet kalibrerades om."));
    }

    private Task<JsonElement> Gaps() => desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/gaps");

    private async Task<string?> State(string path) => (await Gaps()).GetProperty("items").EnumerateArray().Single(one => path.EndsWith(one.GetProperty("id").GetString()!, StringComparison.Ordinal)).GetProperty("state").GetString();
}
