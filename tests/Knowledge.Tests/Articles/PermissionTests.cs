using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Articles;

/// <summary>
/// What is not for somebody does not reach them, by any way. The ways by mail are tested in Notification, by the portal's pages and an agent's
/// reply in Web.
/// </summary>
public class PermissionTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>, IAsyncLifetime
{
    private static readonly Guid Nordvik = Guid.Parse("0199d000-0000-7000-8000-000000000001");
    private static readonly string OfNordvik = $"organisation:{Nordvik}";

    /// <summary>Who must not have what.</summary>
    public static readonly TheoryData<string, string> Strangers = new()
    {
        { "agents", "anonymous" }, { "agents", "requester" }, { "agents", "another requester" }, { "agents", "portal" },
        { "team:network", "anonymous" }, { "team:network", "requester" }, { "team:network", "agent of another team" }, { "team:network", "machine" },
        { OfNordvik, "anonymous" }, { OfNordvik, "another requester" }, { OfNordvik, "portal" },
    };

    /// <summary>Who must have what, or the tests above would prove nothing.</summary>
    public static readonly TheoryData<string, string> Readers = new()
    {
        { "agents", "agent of another team" }, { "agents", "machine" }, { "team:network", "agent" }, { "team:network", "lead" },
        { OfNordvik, "requester" }, { OfNordvik, "agent" },
    };

    private HttpClient Of(string who) => who switch
    {
        "anonymous" => desk.Anonymous,
        "requester" => desk.Requester,
        "another requester" => desk.Host.As(Callers.AnotherRequester),
        "portal" => desk.Host.As(Callers.RequesterMachine),
        "agent" => desk.Agent,
        "agent of another team" => desk.Host.As(Callers.AnotherAgent),
        "machine" => desk.Host.As(Callers.AgentMachine),
        "lead" => desk.Host.As(Callers.Lead),
        _ => throw new ArgumentOutOfRangeException(nameof(who), who, null),
    };

    public async Task InitializeAsync()
    {
        await desk.Host.Broker.Say(Callers.Agent.Id, new AgentChanged(Callers.Agent.Id, true, ["network"], DateTimeOffset.UnixEpoch));
        await desk.Host.Broker.Say(Callers.AnotherAgent.Id, new AgentChanged(Callers.AnotherAgent.Id, true, ["workplace"], DateTimeOffset.UnixEpoch));
        await desk.Host.Broker.Say(Nordvik, new OrganisationChanged(Nordvik, "Nordvik kommun", ["nordvik.example"], DateTimeOffset.UnixEpoch));
        var membership = (Desk.Knowledge.Articles.Membership)desk.Host.Services.GetService(typeof(Desk.Knowledge.Articles.Membership))!;
        await Wait.Until(() => Task.FromResult(membership.Of(Callers.Agent).Allows("team:network") && membership.Of(Callers.Requester).Allows(OfNordvik)
            && membership.Of(Callers.AnotherAgent).Allows("team:workplace")), "it is known who is of what");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private async Task<(string Id, string Slug)> Secret(string audience)
    {
        var answer = await desk.Host.As(Callers.Lead).PostAsJsonAsync("/api/v1/knowledge/articles", KnowledgeDesk.Draft(
            "Xylofonkoden till serverrummet", "Xylofonkoden är hemlig. Slå den på knappsatsen vid serverrummet.", audience));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var article = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (article.GetProperty("id").GetString()!, article.GetProperty("slug").GetString()!);
    }

    [Theory, MemberData(nameof(Readers))]
    public async Task Those_it_is_for_find_and_read_it(string audience, string who)
    {
        var (id, slug) = await Secret(audience);
        Assert.Contains($"\"{slug}\"", (await desk.Search(Of(who), "xylofonkoden", "&limit=50")).ToString());
        Assert.Contains($"\"{slug}\"", await Of(who).GetStringAsync("/api/v1/knowledge/articles?limit=200"));
        Assert.Equal(HttpStatusCode.OK, (await Of(who).GetAsync($"/api/v1/knowledge/articles/{id}")).StatusCode);
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task It_is_not_found_by_a_search(string audience, string who)
    {
        var (_, slug) = await Secret(audience);
        foreach (var question in new[] { "xylofonkoden", "\"xylofonkoden är hemlig\"", "xylofonkodn", slug, "serverrum knappsats" })
            Assert.DoesNotContain($"\"{slug}\"", (await desk.Search(Of(who), question, "&limit=50")).ToString());
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task It_is_not_found_as_one_types(string audience, string who)
    {
        var (_, slug) = await Secret(audience);
        foreach (var typed in new[] { "xyl", "xylofon", "xylofonkoden ti" })
            Assert.DoesNotContain($"\"{slug}\"", (await desk.Search(Of(who), typed, "&typing=true&limit=50")).ToString());
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task It_is_not_in_a_list(string audience, string who)
    {
        var (_, slug) = await Secret(audience);
        foreach (var state in new[] { "", "&state=all", "&state=published" })
            Assert.DoesNotContain($"\"{slug}\"", await Of(who).GetStringAsync("/api/v1/knowledge/articles?limit=200" + state));
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task It_is_not_read_by_a_link_its_id_or_an_old_address(string audience, string who)
    {
        var (id, slug) = await Secret(audience);
        var moved = slug + "-flyttad";
        var move = await desk.Host.As(Callers.Lead).PutAsJsonAsync($"/api/v1/knowledge/articles/{id}", new { title = "Xylofonkoden till serverrummet", body = "Xylofonkoden är hemlig.", language = "sv", audience, state = "published", slug = moved });
        Assert.Equal(HttpStatusCode.OK, move.StatusCode);
        foreach (var address in new[] { id, slug, moved })
        {
            Assert.Equal(HttpStatusCode.OK, (await Of("lead").GetAsync($"/api/v1/knowledge/articles/{address}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await Of(who).GetAsync($"/api/v1/knowledge/articles/{address}")).StatusCode);
        }
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task Its_history_is_not_read(string audience, string who)
    {
        var (id, _) = await Secret(audience);
        Assert.False((await Of(who).GetAsync($"/api/v1/knowledge/articles/{id}/versions")).IsSuccessStatusCode);
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task Feedback_does_not_tell_that_it_is_there(string audience, string who)
    {
        var (id, slug) = await Secret(audience);
        foreach (var address in new[] { id, slug })
        {
            var said = await Of(who).PostAsJsonAsync($"/api/v1/knowledge/articles/{address}/feedback", new { helped = true });
            var nowhere = await Of(who).PostAsJsonAsync("/api/v1/knowledge/articles/det-som-inte-finns/feedback", new { helped = true });
            Assert.Equal(nowhere.StatusCode, said.StatusCode);
            Assert.False(said.IsSuccessStatusCode);
        }
        Assert.False((await Of(who).GetAsync($"/api/v1/knowledge/articles/{id}/feedback")).IsSuccessStatusCode);
    }

    [Theory, MemberData(nameof(Strangers))]
    public async Task It_is_not_rewritten(string audience, string who)
    {
        var (id, _) = await Secret(audience);
        var change = await Of(who).PutAsJsonAsync($"/api/v1/knowledge/articles/{id}", KnowledgeDesk.Draft("Öppnad", "Öppnad"));
        Assert.Contains(change.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized });
    }

    [Fact]
    public async Task What_is_said_to_be_mailed_never_names_it_as_for_everyone()
    {
        foreach (var audience in new[] { "agents", "team:network", OfNordvik })
        {
            var (id, _) = await Secret(audience);
            var said = await desk.Propose(desk.Ticket("Xylofonkoden till serverrummet", "Jag behöver xylofonkoden till knappsatsen vid serverrummet."));
            Assert.DoesNotContain(said.Proposals, proposal => proposal.ArticleId.ToString() == id && proposal.Audience is null or "everyone" && proposal.Title.Contains("Xylofon", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_for_another_team_or_organisation_is_not_proposed_and_not_shown_to_another_agent()
    {
        var (network, _) = await Secret("team:network");
        var (nordvik, _) = await Secret(OfNordvik);
        var ticket = desk.Ticket("Xylofonkoden till serverrummet", "Jag behöver xylofonkoden till knappsatsen vid serverrummet.");
        var said = await desk.Propose(ticket);
        Assert.DoesNotContain(said.Proposals, proposal => proposal.ArticleId.ToString() == network || proposal.ArticleId.ToString() == nordvik);

        var used = await Of("agent").PostAsync($"/api/v1/tickets/{ticket.Number}/proposals/{network}/used", null);
        Assert.Equal(HttpStatusCode.NoContent, used.StatusCode);
        Assert.Contains(network, await Of("agent").GetStringAsync($"/api/v1/tickets/{ticket.Number}/proposals"));
        Assert.DoesNotContain(network, await Of("agent of another team").GetStringAsync($"/api/v1/tickets/{ticket.Number}/proposals"));
        Assert.Equal(HttpStatusCode.NotFound, (await Of("agent of another team").PostAsync($"/api/v1/tickets/{ticket.Number}/proposals/{network}/opened", null)).StatusCode);
        foreach (var who in new[] { "requester", "another requester", "portal", "anonymous" })
            Assert.False((await Of(who).GetAsync($"/api/v1/tickets/{ticket.Number}/proposals")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task What_is_for_agents_cannot_be_inserted_in_a_reply()
    {
        foreach (var audience in new[] { "agents", "team:network" })
        {
            var (id, _) = await Secret(audience);
            Assert.False((await Of("lead").GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/articles/{id}")).TryGetProperty("tellable", out var tellable) && tellable.ValueKind != JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task An_agent_does_not_write_for_a_team_of_others()
    {
        var article = KnowledgeDesk.Draft("Till andra", "Text", "team:applications");
        var written = await Of("agent").PostAsJsonAsync("/api/v1/knowledge/articles", article);
        Assert.Equal(HttpStatusCode.BadRequest, written.StatusCode);
        Assert.Contains("article.audience", await written.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_agent_who_leaves_the_team_no_longer_reads_what_is_for_it()
    {
        var cecilia = new Caller(Guid.CreateVersion7(), "Cecilia Dahl", "cecilia.dahl@desk.example", "agent", false, "sv");
        var (id, _) = await Secret("team:network");
        var client = desk.Host.As(cecilia);
        await desk.Host.Broker.Say(cecilia.Id, new AgentChanged(cecilia.Id, true, ["network"], DateTimeOffset.UnixEpoch));
        await Wait.Until(async () => (await client.GetAsync($"/api/v1/knowledge/articles/{id}")).IsSuccessStatusCode, "she reads it");
        await desk.Host.Broker.Say(cecilia.Id, new AgentChanged(cecilia.Id, true, ["workplace"], DateTimeOffset.UnixEpoch.AddDays(1)));
        await Wait.Until(async () => !(await client.GetAsync($"/api/v1/knowledge/articles/{id}")).IsSuccessStatusCode, "she reads it no more");
    }
}
