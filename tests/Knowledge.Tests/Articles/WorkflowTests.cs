using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Articles;

public class WorkflowTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private static string Path(JsonElement article, string rest = "") => $"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}{rest}";

    private async Task<JsonElement> Written(string title, string body, string state = "published", string audience = "everyone", object? times = null)
    {
        var answer = await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/articles", Fields(title, body, state, audience, times));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Dictionary<string, object?> Fields(string title, string body, string state, string audience = "everyone", object? more = null)
    {
        var fields = new Dictionary<string, object?> { ["title"] = title, ["body"] = body, ["language"] = "sv", ["audience"] = audience, ["state"] = state };
        foreach (var property in more?.GetType().GetProperties() ?? [])
            fields[property.Name] = property.GetValue(more);
        return fields;
    }

    [Fact]
    public async Task An_article_in_review_is_published_by_another_and_then_read()
    {
        var article = await Written("Granskningsprovet om stämpelur", "Stämpeluret startas om.", "review", times: new { owner = "anna.lind@desk.example" });
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync(Path(article))).StatusCode);
        var publish = Fields("Granskningsprovet om stämpelur", "Stämpeluret startas om.", "published");
        var own = await desk.Agent.PutAsJsonAsync(Path(article), publish);
        Assert.Equal(HttpStatusCode.Conflict, own.StatusCode);
        Assert.Contains("article.ownReview", await own.Content.ReadAsStringAsync());
        var colleague = desk.Host.As(Callers.Agent with { Id = Guid.CreateVersion7(), Name = "Bo Ek" });
        Assert.Equal(HttpStatusCode.OK, (await colleague.PutAsJsonAsync(Path(article), publish)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.Anonymous.GetAsync(Path(article))).StatusCode);
    }

    [Fact]
    public async Task A_scheduled_article_is_published_when_its_time_comes_and_lost_when_it_expires()
    {
        var article = await Written("Flyttlådsprovet", "Lådorna kommer.", times: new { publishAt = TimeProvider.System.GetUtcNow().AddSeconds(2) });
        Assert.Equal("scheduled", article.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync(Path(article))).StatusCode);
        await Wait.Until(async () => (await desk.Anonymous.GetAsync(Path(article))).IsSuccessStatusCode, "the article is published");
        await Wait.Until(async () => (await desk.Search(desk.Anonymous, "flyttlådsprovet")).ToString().Contains("flyttladsprovet", StringComparison.Ordinal), "it is found");
        var soon = new { expiresAt = TimeProvider.System.GetUtcNow().AddSeconds(2) };
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.PutAsJsonAsync(Path(article), Fields("Flyttlådsprovet", "Lådorna kommer.", "published", more: soon))).StatusCode);
        await Wait.Until(async () => !(await desk.Anonymous.GetAsync(Path(article))).IsSuccessStatusCode, "the article has expired");
        await Wait.Until(async () => !(await desk.Search(desk.Agent, "flyttlådsprovet")).ToString().Contains("flyttladsprovet", StringComparison.Ordinal), "it is not found any more");
        Assert.Contains("flyttladsprovet", await desk.Agent.GetStringAsync("/api/v1/knowledge/articles?state=expired"));
    }

    [Fact]
    public async Task An_article_to_be_read_again_is_listed_as_due()
    {
        await Written("Omläsningsprovet", "Text", times: new { reviewAt = TimeProvider.System.GetUtcNow().AddDays(-1), owner = "bo.ek@desk.example" });
        await Written("Senareprovet", "Text", times: new { reviewAt = TimeProvider.System.GetUtcNow().AddDays(1) });
        var due = await desk.Agent.GetStringAsync("/api/v1/knowledge/articles?state=due&limit=200");
        Assert.Contains("omlasningsprovet", due);
        Assert.DoesNotContain("senareprovet", due);
    }

    [Fact]
    public async Task An_address_an_article_had_goes_on_to_it_and_is_not_given_to_another()
    {
        var article = await Written("Gamla adressen", "Text");
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.PutAsJsonAsync(Path(article), Fields("Nya adressen", "Text", "published", more: new { slug = "nya-adressen" }))).StatusCode);
        var read = await desk.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/articles/gamla-adressen");
        Assert.Equal("nya-adressen", read.GetProperty("slug").GetString());
        Assert.Equal("gamla-adressen-2", (await Written("Gamla adressen", "Text")).GetProperty("slug").GetString());
        var taken = await desk.Agent.PutAsJsonAsync(Path(await Written("En tredje", "Text")), Fields("En tredje", "Text", "published", more: new { slug = "gamla-adressen" }));
        Assert.Contains("article.slugTaken", await taken.Content.ReadAsStringAsync());
        // And back again.
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.PutAsJsonAsync(Path(article), Fields("Gamla adressen", "Text", "published", more: new { slug = "gamla-adressen" }))).StatusCode);
        Assert.Equal("gamla-adressen", (await desk.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/articles/nya-adressen")).GetProperty("slug").GetString());
    }

    [Fact]
    public async Task Readers_say_whether_an_article_helped_and_agents_read_why_not()
    {
        var article = await Written("Återkopplingsprovet", "Text");
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Requester.PostAsJsonAsync(Path(article, "/feedback"), new { helped = true })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Requester.PostAsJsonAsync(Path(article, "/feedback"), new { helped = false, why = "Knappen finns inte." })).StatusCode);
        var said = await desk.Agent.GetFromJsonAsync<JsonElement>(Path(article, "/feedback"));
        Assert.Equal((1, 1), (said.GetProperty("helped").GetInt32(), said.GetProperty("didNot").GetInt32()));
        Assert.Equal("Knappen finns inte.", said.GetProperty("items")[0].GetProperty("why").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync(Path(article, "/feedback"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Requester.PostAsJsonAsync(Path(article, "/feedback"), new { why = "?" })).StatusCode);
    }

    [Fact]
    public async Task What_is_for_agents_reaches_no_requester_by_any_way_of_the_workflow()
    {
        var secret = await Written("Nattvaktens kod Ugglan", "Uggleskogen öppnar.", audience: "agents");
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Requester.PostAsJsonAsync(Path(secret, "/feedback"), new { helped = true })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.PutAsJsonAsync(Path(secret), Fields("x", "x", "published"))).StatusCode);

        // A part for agents in an article for everyone.
        var article = await Written("Ugglans lampa", "Tryck på knappen.\n\n:::pass network\nSäkringen heter Berguven.\n:::");
        var read = await desk.Requester.GetFromJsonAsync<JsonElement>(Path(article));
        Assert.DoesNotContain("Berguven", read.ToString());
        Assert.False(read.TryGetProperty("body", out _));
        Assert.DoesNotContain("berguven", (await desk.Search(desk.Requester, "säkringen berguven")).ToString(), StringComparison.OrdinalIgnoreCase);
        var forAgents = await desk.Agent.GetFromJsonAsync<JsonElement>(Path(article));
        Assert.Contains("Berguven", forAgents.GetProperty("html").GetString());
        Assert.Equal("Tryck på knappen.", forAgents.GetProperty("tellable").GetString());
        var said = await desk.Propose(desk.Ticket("Ugglans lampa", "Ugglans lampa lyser inte, säkringen Berguven?"));
        Assert.DoesNotContain(said.Proposals, proposal => proposal.Snippet.Contains("Berguven", StringComparison.Ordinal));
    }
}
