using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;

namespace Desk.Knowledge.Tests.Articles;

public class ArticleApiTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private async Task<JsonElement> Written(string title, string body, string audience = "everyone", string state = "published")
    {
        var answer = await desk.Write(KnowledgeDesk.Draft(title, body, audience, state));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    [Fact]
    public async Task A_published_article_is_found_at_once_and_said()
    {
        var article = await Written("Grönköpingsprojektorn visar rosa bild", "Byt sladd till Grönköpingsprojektorn.");
        var slug = article.GetProperty("slug").GetString();
        Assert.Equal(slug, (await desk.Search(desk.Anonymous, "grönköpingsprojektor rosa"))[0].GetProperty("slug").GetString());
        var said = await desk.Host.Broker.Next<ArticlePublished>(said => said.Slug == slug);
        Assert.Equal((1, "everyone", "sv"), (said.Version, said.Audience, said.Language));
    }

    [Fact]
    public async Task A_draft_is_for_agents_only_until_it_is_published()
    {
        var article = await Written("Kvarnstensmetoden", "Kvarnstensmetoden i tre steg.", state: "draft");
        var path = $"/api/v1/knowledge/articles/{article.GetProperty("slug").GetString()}";
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.GetAsync(path)).StatusCode);
        Assert.DoesNotContain("kvarnsten", (await desk.Search(desk.Agent, "kvarnstensmetoden")).ToString());

        await Put(article, "published");
        Assert.Equal(HttpStatusCode.OK, (await desk.Anonymous.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task A_later_draft_leaves_alone_what_readers_see()
    {
        var article = await Written("Flaggstångsrutinen", "Hissa klockan åtta.");
        await Put(article, "draft", body: "Hissa klockan nio.");
        var path = $"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}";

        Assert.Contains("åtta", (await desk.Anonymous.GetFromJsonAsync<JsonElement>(path)).GetProperty("html").GetString());
        var forAgents = await desk.Agent.GetFromJsonAsync<JsonElement>(path);
        Assert.Contains("nio", forAgents.GetProperty("body").GetString());
        Assert.Equal((2, 1), (forAgents.GetProperty("version").GetInt32(), forAgents.GetProperty("publishedVersion").GetInt32()));
    }

    [Fact]
    public async Task A_withdrawn_article_is_neither_read_nor_found()
    {
        var article = await Written("Telexanvändning", "Telexapparaten står i källaren.");
        await Put(article, "withdrawn");
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync($"/api/v1/knowledge/articles/{article.GetProperty("slug").GetString()}")).StatusCode);
        Assert.DoesNotContain("telex", (await desk.Search(desk.Agent, "telexapparaten")).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("anonymous")]
    [InlineData("requester")]
    public async Task An_article_for_agents_never_reaches_others(string who)
    {
        var caller = who == "anonymous" ? desk.Anonymous : desk.Requester;
        var article = await Written($"Nödkoden till serverrummet {who}", "Xylofonkoden till serverrummet.", "agents");
        var slug = article.GetProperty("slug").GetString()!;

        Assert.Contains(slug, (await desk.Search(desk.Agent, "xylofonkoden")).ToString());
        Assert.DoesNotContain(slug, (await desk.Search(caller, "xylofonkoden")).ToString());
        Assert.DoesNotContain(slug, (await desk.Search(caller, "xylof", "&typing=true")).ToString());
        Assert.DoesNotContain(slug, await caller.GetStringAsync("/api/v1/knowledge/articles?limit=200&state=all"));
        Assert.Equal(HttpStatusCode.NotFound, (await caller.GetAsync($"/api/v1/knowledge/articles/{slug}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await caller.GetAsync($"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}")).StatusCode);
        Assert.False((await caller.GetAsync($"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}/versions")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Only_agents_write()
    {
        var draft = KnowledgeDesk.Draft("Egen artikel", "Text");
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.PostAsJsonAsync("/api/v1/knowledge/articles", draft)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.Anonymous.PostAsJsonAsync("/api/v1/knowledge/articles", draft)).StatusCode);
    }

    [Fact]
    public async Task A_change_of_a_stale_version_is_refused()
    {
        var article = await Written("Versionsprovet", "Ett");
        await Put(article, "published", body: "Två");
        var stale = await Put(article, "published", body: "Tre", ifMatch: "\"1\"", expected: HttpStatusCode.PreconditionFailed);
        Assert.Contains("version.stale", await stale.Content.ReadAsStringAsync());
        await Put(article, "published", body: "Tre", ifMatch: "\"2\"");
    }

    [Fact]
    public async Task Every_version_is_kept()
    {
        var article = await Written("Historikprovet", "Ett");
        await Put(article, "draft", body: "Två");
        await Put(article, "published", body: "Tre");
        var versions = (await desk.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}/versions")).GetProperty("items");
        Assert.Equal(["3 Tre published", "2 Två draft", "1 Ett published"], versions.EnumerateArray().Select(version =>
            $"{version.GetProperty("version")} {version.GetProperty("body").GetString()} {version.GetProperty("state").GetString()}"));
    }

    [Fact]
    public async Task Articles_with_the_same_title_get_their_own_slugs_also_when_written_at_once()
    {
        var slugs = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await Written("Samma rubrik", "Text")).GetProperty("slug").GetString()));
        Assert.Equal(["samma-rubrik", "samma-rubrik-2", "samma-rubrik-3", "samma-rubrik-4"], slugs.Order());
    }

    [Fact]
    public async Task The_same_idempotency_key_writes_one_article()
    {
        var first = await WriteWithKey("Nyckelprovet", "key-1");
        var second = await WriteWithKey("Nyckelprovet", "key-1");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(HttpStatusCode.Conflict, (await WriteWithKey("Ett annat prov", "key-1")).StatusCode);
    }

    private async Task<HttpResponseMessage> WriteWithKey(string title, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/knowledge/articles") { Content = JsonContent.Create(KnowledgeDesk.Draft(title, "Text")) };
        request.Headers.Add("Idempotency-Key", key);
        return await desk.Agent.SendAsync(request);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_without_gaps_or_repeats()
    {
        var seen = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await desk.Anonymous.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/articles?language=en&limit=5&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("slug").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        Assert.Equal(21, seen.Count);
        Assert.Equal(seen.Order(StringComparer.Ordinal).Distinct(), seen);
    }

    [Theory]
    [InlineData("""{"body":"x","language":"sv"}""", "title")]
    [InlineData("""{"title":"x","language":"sv"}""", "body")]
    [InlineData("""{"title":"x","body":"x","language":"de"}""", "language")]
    public async Task What_is_missing_is_named(string json, string field)
    {
        var answer = await desk.Agent.PostAsync("/api/v1/knowledge/articles", new StringContent(json, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty(field, out _));
    }

    private async Task<HttpResponseMessage> Put(
        JsonElement article, string state, string? body = null, string? ifMatch = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}")
        {
            Content = JsonContent.Create(new
            {
                title = article.GetProperty("title").GetString(),
                body = body ?? article.GetProperty("body").GetString(),
                language = "sv",
                audience = article.GetProperty("audience").GetString(),
                state,
            }),
        };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        var answer = await desk.Agent.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        return answer;
    }
}
