using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Articles;

public class TranslationTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private async Task<JsonElement> Written(object article, HttpStatusCode expected = HttpStatusCode.Created)
    {
        var answer = await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/articles", article);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<JsonElement> Read(JsonElement article, HttpClient? by = null)
        => (by ?? desk.Agent).GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}");

    private static object Text(string title, string language, string? translates = null, string state = "published", string audience = "everyone", int? says = null)
        => new { title, body = title, language, translates, state, audience, translatesVersion = says };

    [Fact]
    public async Task A_reader_gets_their_language_and_what_there_is_in_no_other()
    {
        var swedish = await Written(Text("Boka gästparkering i garaget", "sv"));
        var english = await Written(Text("Book guest parking in the garage, gästparkering", "en", swedish.GetProperty("slug").GetString()));
        var alone = await Written(Text("Gästparkering för cyklar", "sv"));

        Assert.Equal(["boka-gastparkering-i-garaget", "gastparkering-for-cyklar"], await Found("sv"));
        Assert.Equal(["book-guest-parking-in-the-garage-gastparkering", "gastparkering-for-cyklar"], await Found("en"));
        var other = Assert.Single((await Read(english, desk.Anonymous)).GetProperty("translations").EnumerateArray());
        Assert.Equal(("sv", "boka-gastparkering-i-garaget"), (other.GetProperty("language").GetString(), other.GetProperty("slug").GetString()));
        Assert.Empty((await Read(alone, desk.Anonymous)).GetProperty("translations").EnumerateArray());
        var listed = await desk.Anonymous.GetStringAsync("/api/v1/knowledge/articles?prefer=en&limit=200");
        Assert.Contains("gastparkering-for-cyklar", listed);
        Assert.DoesNotContain("boka-gastparkering", listed);

        async Task<IEnumerable<string?>> Found(string prefer) => (await desk.Search(desk.Anonymous, "gästparkering", $"&prefer={prefer}"))
            .EnumerateArray().Select(item => item.GetProperty("slug").GetString()).Where(slug => slug!.Contains("gastparkering", StringComparison.Ordinal)).Order();
    }

    [Fact]
    public async Task A_translation_that_the_reader_may_not_read_hides_nothing_and_is_not_named()
    {
        var swedish = await Written(Text("Öppettider i vaktkuren", "sv"));
        await Written(Text("Opening hours of the guard house", "en", swedish.GetProperty("id").GetString(), audience: "agents"));
        Assert.Contains("oppettider-i-vaktkuren", (await desk.Search(desk.Anonymous, "vaktkuren", "&prefer=en")).ToString());
        Assert.Empty((await Read(swedish, desk.Anonymous)).GetProperty("translations").EnumerateArray());
        Assert.DoesNotContain("oppettider-i-vaktkuren", (await desk.Search(desk.Agent, "vaktkuren", "&prefer=en")).ToString());
    }

    [Fact]
    public async Task A_translation_is_behind_when_its_original_has_changed_until_it_says_the_same()
    {
        var swedish = await Written(Text("Låna projektorduk", "sv"));
        var english = await Written(Text("Borrow a projector screen", "en", swedish.GetProperty("id").GetString()));
        Assert.False(Behind(await Read(english)));

        await Put(swedish, Text("Låna projektorduk i receptionen", "sv"));
        Assert.True(Behind(await Read(english)));
        Assert.Contains("borrow-a-projector-screen", await desk.Agent.GetStringAsync("/api/v1/knowledge/articles?state=behind"));
        await Put(english, Text("Borrow a projector screen!", "en"));
        Assert.True(Behind(await Read(english)));
        await Put(english, Text("Borrow a projector screen in the reception", "en", says: 2));
        Assert.False(Behind(await Read(english)));
        Assert.DoesNotContain("borrow-a-projector-screen", await desk.Agent.GetStringAsync("/api/v1/knowledge/articles?state=behind"));

        static bool Behind(JsonElement article) => article.GetProperty("translations")[0].GetProperty("isBehind").GetBoolean();
        async Task Put(JsonElement article, object text)
            => Assert.Equal(HttpStatusCode.OK, (await desk.Agent.PutAsJsonAsync($"/api/v1/knowledge/articles/{article.GetProperty("id").GetString()}", text)).StatusCode);
    }

    [Fact]
    public async Task An_article_translates_one_in_the_other_language_once()
    {
        var swedish = await Written(Text("Hissen står stilla", "sv"));
        var id = swedish.GetProperty("id").GetString();
        await Written(Text("Hissen igen", "sv", id), HttpStatusCode.BadRequest);
        await Written(Text("The lift", "en", "finns-inte"), HttpStatusCode.BadRequest);
        var english = await Written(Text("The lift stands still", "en", id));
        await Written(Text("The lift stands", "en", id), HttpStatusCode.Conflict);
        await Written(Text("Hissen en gång till", "sv", english.GetProperty("id").GetString()), HttpStatusCode.BadRequest);
        var secret = await desk.Host.As(Callers.Lead).PostAsJsonAsync("/api/v1/knowledge/articles", Text("Hisskoden", "sv", audience: "team:lifts"));
        await Written(Text("The code of the lift", "en", (await secret.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Seeded_articles_stand_in_both_languages()
    {
        var page = await desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/articles/vpn-does-not-connect-or-drops");
        Assert.Equal("vpn-ansluter-inte-eller-kopplar-ner", page.GetProperty("translations")[0].GetProperty("slug").GetString());
        Assert.Equal(44, (await desk.Host.Value<long>("select count(*) from published where article_id in (select article_id from article_version where by = 'Desk')")));
    }

    [Fact]
    public async Task The_front_of_the_help_names_each_article_once_and_only_what_the_reader_may_read()
    {
        var slug = (await Written(Text("Så hjälper vi varandra i fikarummet", "sv"))).GetProperty("slug").GetString();
        await Written(Text("Hemlig nyhet i pannrummet", "sv", audience: "agents"));
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Requester.PostAsJsonAsync($"/api/v1/knowledge/articles/{slug}/feedback", new { helped = true })).StatusCode);
        var front = await desk.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/help?prefer=sv");
        Assert.Equal(["guide-innan-du-ringer-servicedesken", "guide-internet-hemma-fungerar-daligt"], Slugs(front, "guides"));
        Assert.Contains(slug, Slugs(front, "popular"));
        Assert.Contains(slug, Slugs(front, "news"));
        Assert.DoesNotContain("pannrummet", front.ToString());
        Assert.Contains("pannrummet", (await desk.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/help?prefer=sv")).ToString());
        Assert.Equal(2, front.GetProperty("categories").EnumerateArray().Single(category => category.GetProperty("key").GetString() == "printer").GetProperty("articles").GetInt32() * 2);

        static IEnumerable<string?> Slugs(JsonElement front, string what) => front.GetProperty(what).EnumerateArray().Select(line => line.GetProperty("slug").GetString());
    }
}
