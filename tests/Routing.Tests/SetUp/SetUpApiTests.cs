using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Routing.Tests.SetUp;

[Collection(RoutingDesk.Collection)]
public sealed class SetUpApiTests(RoutingDesk desk)
{
    [Theory]
    [InlineData("teams"), InlineData("categories"), InlineData("matrix"), InlineData("agreements"), InlineData("calendars"), InlineData("rules"), InlineData("skills"), InlineData("agents")]
    public async Task A_fresh_desk_is_set_up_and_can_be_read_by_agents(string kind)
        => Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(Callers.Agent).GetAsync($"/api/v1/routing/{kind}")).StatusCode);

    [Fact]
    public async Task Categories_are_read_by_everyone_who_is_known_and_the_rest_by_agents()
    {
        Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(Callers.Requester).GetAsync("/api/v1/routing/categories")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Requester).GetAsync("/api/v1/routing/rules")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Agent).PutAsJsonAsync("/api/v1/routing/rules", new { items = Array.Empty<object>() })).StatusCode);
    }

    [Fact]
    public async Task A_rule_that_a_lead_writes_holds_for_the_next_ticket()
    {
        var lead = desk.Host.As(Callers.Lead);
        var rules = (await lead.GetFromJsonAsync<JsonObject>("/api/v1/routing/rules"))!;
        rules["items"]!.AsArray().Insert(0, JsonNode.Parse("""{"name":"Kaffe","when":{"words":["kaffemaskin*"]},"set":{"category":"other","urgency":"high"}}"""));

        var written = await lead.PutAsJsonAsync("/api/v1/routing/rules", rules);
        Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());

        var triaged = await desk.Triaged("Kaffemaskinen är trasig");
        Assert.Equal(("other", Contracts.Urgency.High, null), (triaged.Work.Category, triaged.Work.Urgency, triaged.Certainty));
    }

    [Theory]
    [InlineData("teams", """{"items":[{"key":"service-desk","sv":"S","en":"S"}]}""", "network")]
    [InlineData("categories", """{"items":[{"key":"x","sv":"X","en":"X","team":"nowhere"}]}""", "x.team")]
    [InlineData("matrix", """{"cells":{"one":{"low":"P5"}}}""", "one.medium")]
    [InlineData("agreements", """{"items":[{"key":"a","sv":"A","en":"A","calendar":"moon","targets":{}}]}""", "a.calendar")]
    [InlineData("agreements", """{"items":[{"key":"a","sv":"A","en":"A","calendar":"office","targets":{},"onCall":{"P1":"moon"}}]}""", "a.onCall.P1")]
    [InlineData("agreements", """{"items":[{"key":"a","sv":"A","en":"A","calendar":"office","targets":{},"categories":["network"]}]}""", "organisations")]
    [InlineData("calendars", """{"items":[{"key":"office","timeZone":"Mars/Olympus"}]}""", "office.timeZone")]
    [InlineData("rules", """{"items":[{"name":"","when":{},"set":{}}]}""", "items[0].set")]
    [InlineData("skills", """{"items":[{"key":"vpn","sv":"VPN","en":"VPN","level":4,"categories":["network.vpn"]}]}""", "vpn.level")]
    public async Task A_set_up_with_holes_is_refused_field_by_field(string kind, string document, string field)
    {
        var answer = await desk.Host.As(Callers.Lead).PutAsync($"/api/v1/routing/{kind}", new StringContent(document, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty(field, out _), await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_swedish_to_who_reads_swedish()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/routing/skills")
        { Content = JsonContent.Create(new { items = new[] { new { key = "vpn", sv = "VPN", en = "VPN", level = 4, categories = new[] { "network.vpn" } } } }) };
        request.Headers.Add("Accept-Language", "sv");

        using var answer = await desk.Host.As(Callers.Lead).SendAsync(request);

        Assert.Contains("Nivåerna är 1 till 3.", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Every_version_is_kept_with_who_made_it_and_can_be_put_in_force_again()
    {
        var lead = desk.Host.As(Callers.Lead);
        var before = await lead.GetAsync("/api/v1/routing/skills");
        var (was, tag) = (await before.Content.ReadAsStringAsync(), before.Headers.ETag!.Tag.Trim('"'));
        Assert.True((await lead.PutAsync("/api/v1/routing/skills", Json("""{"items":[{"key":"telepathy","sv":"Tankeläsning","en":"Telepathy"}]}"""))).IsSuccessStatusCode);

        var versions = (await lead.GetFromJsonAsync<JsonElement>("/api/v1/routing/skills/versions")).GetProperty("items");
        Assert.Equal("Leif Ström", versions[0].GetProperty("by").GetString());
        var earlier = await lead.GetStringAsync($"/api/v1/routing/skills/versions/{tag}");
        Assert.Equal(was, earlier);
        Assert.True((await lead.PutAsync("/api/v1/routing/skills", Json(earlier))).IsSuccessStatusCode);
        Assert.Equal(was, await lead.GetStringAsync("/api/v1/routing/skills"));
        Assert.Equal(HttpStatusCode.NotFound, (await lead.GetAsync("/api/v1/routing/skills/versions/99999")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Agent).GetAsync("/api/v1/routing/skills/versions")).StatusCode);
    }

    [Fact]
    public async Task A_rule_is_tried_on_past_tickets_before_it_is_put_in_force()
    {
        var ticket = await desk.Triaged("Flaggstången knakar", "ovanligt mycket");
        var lead = desk.Host.As(Callers.Lead);

        var answer = await lead.PostAsync("/api/v1/routing/rules/preview", Json("""{"name":"Flaggor","off":true,"when":{"words":["flaggstång*"]},"set":{"urgency":"high","type":"incident"}}"""));
        var preview = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((1, 1), (preview.GetProperty("holds").GetInt32(), preview.GetProperty("changes").GetInt32()));
        var hit = preview.GetProperty("items")[0];
        Assert.Equal((ticket.Number, "high"), (hit.GetProperty("number").GetString(), hit.GetProperty("would").GetProperty("urgency").GetProperty("would").GetString()));
        Assert.False(hit.GetProperty("would").TryGetProperty("type", out _));
        Assert.Equal(HttpStatusCode.BadRequest, (await lead.PostAsync("/api/v1/routing/rules/preview", Json("""{"name":"","when":{},"set":{}}"""))).StatusCode);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    [Fact]
    public async Task Two_leads_at_once_do_not_write_over_each_other()
    {
        var lead = desk.Host.As(Callers.Lead);
        var read = await lead.GetAsync("/api/v1/routing/matrix");
        var matrix = await read.Content.ReadFromJsonAsync<JsonObject>();
        Task<HttpResponseMessage> Write()
        {
            var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/routing/matrix") { Content = JsonContent.Create(matrix) };
            request.Headers.IfMatch.Add(read.Headers.ETag!);
            return lead.SendAsync(request);
        }

        var answers = await Task.WhenAll(Write(), Write());

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task An_agent_says_whether_they_are_there_and_a_lead_who_is_in_which_team()
    {
        var cecilia = Callers.Agent with { Id = Guid.CreateVersion7(), Email = "cecilia.dahl@desk.example", Name = "Cecilia Dahl" };
        await desk.Hire(cecilia);
        var path = $"/api/v1/routing/agents/{cecilia.Id}";

        Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(cecilia).PutAsJsonAsync(path, new { presence = "away" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Agent).PutAsJsonAsync(path, new { presence = "available" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(cecilia).PutAsJsonAsync(path, new { teams = new[] { "network" } })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(Callers.Lead).PutAsJsonAsync(path, new { teams = new[] { "network" } })).StatusCode);

        var agents = (await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonElement>("/api/v1/routing/agents")).GetProperty("items").EnumerateArray();
        var read = agents.Single(agent => agent.GetProperty("id").GetGuid() == cecilia.Id);
        Assert.Equal(("away", "network"), (read.GetProperty("presence").GetString(), read.GetProperty("teams")[0].GetString()));
        var told = await desk.Host.Broker.Next<AgentChanged>(said => said.AgentId == cecilia.Id && said.Teams is ["network"]);
        Assert.True(told.Active);
    }

    [Fact]
    public async Task The_preview_computes_from_data_alone()
    {
        var answer = await desk.Host.As(Callers.Agent).PostAsync("/api/v1/routing/clocks/preview", new StringContent("""
            {"calendar":{"timeZone":"Europe/Stockholm","hours":{"monday":[["08:00","12:00"],["13:00","17:00"]],"tuesday":[["08:00","12:00"],["13:00","17:00"]]},
              "holidays":"SE","daysOff":["2026-06-09"]},
             "targets":{"answer":"PT1H","reply":"PT2H","update":"PT4H","resolution":"PT10H"},
             "events":[{"at":"2026-06-01T11:30:00+02:00","type":"registered"},{"at":"2026-06-01T13:15:00+02:00","type":"agentMessage"},
              {"at":"2026-06-01T14:00:00+02:00","type":"requesterMessage"},{"at":"2026-06-01T15:00:00+02:00","type":"paused"},{"at":"2026-06-01T16:00:00+02:00","type":"resumed"}],
             "at":"2026-06-01T17:00:00+02:00"}
            """, System.Text.Encoding.UTF8, "application/json"));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var targets = body.GetProperty("targets");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((false, 2700.0), (targets.GetProperty("answer").GetProperty("missed").GetBoolean(), targets.GetProperty("answer").GetProperty("workingSeconds").GetDouble()));
        Assert.Equal("2026-06-01T15:00:00+00:00", targets.GetProperty("reply").GetProperty("dueAt").GetString());
        // Half an hour before lunch, two after it, one after the pause; six and a half on Tuesday and, the ninth being off, on Monday the eighth.
        Assert.Equal("2026-06-02T13:30:00+00:00", targets.GetProperty("resolution").GetProperty("dueAt").GetString());
        Assert.NotEmpty(body.GetProperty("timeline").EnumerateArray());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"calendar":{"timeZone":"Europe/Stockholm"},"targets":{"answer":"P1D"},"events":[{"at":"2026-06-01T11:30:00Z","type":"registered"}]}""")]
    [InlineData("""{"calendar":{"timeZone":"Europe/Stockholm"},"targets":{},"events":[{"at":"2026-06-01T11:30:00Z","type":"resolved"}]}""")]
    [InlineData("""{"calendar":{"timeZone":"Europe/Stockholm"},"targets":{},"events":[{"at":"1826-06-01T11:30:00Z","type":"registered"},{"at":"2026-06-01T11:30:00Z","type":"closed"}]}""")]
    public async Task A_preview_that_makes_no_sense_is_refused(string body)
        => Assert.Equal(HttpStatusCode.BadRequest, (await desk.Host.As(Callers.Agent).PostAsync(
            "/api/v1/routing/clocks/preview", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).StatusCode);
}
