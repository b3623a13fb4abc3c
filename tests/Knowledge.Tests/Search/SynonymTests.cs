using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Knowledge.Proposals;
using Desk.Knowledge.Search;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Search;

public class SynonymTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private static readonly Synonyms Known = new(1,
    [
        new SynonymGroup(["kanon", "projektor", "projector"]),
        new SynonymGroup(["trådlöst nätverk", "wi-fi"]),
        new SynonymGroup(["kontorspaketet"], ["Word", "Excel"]),
    ]);

    private static string[] Meant(string question) => [.. Known.Of(question, _ => false).Select(term => term.Text)];

    [Theory]
    [InlineData("kanonen är trasig", "e:projector")]
    [InlineData("the projectors flicker", "s:kanon")]
    [InlineData("mitt trådlösa nätverk", "s:wifi")]
    [InlineData("Wi-Fi är nere", "s:nätverk")]
    [InlineData("vad är kontorspaketet", "s:excel")]
    public void A_word_also_asks_for_what_means_the_same_in_any_form(string question, string term) => Assert.Contains(term, Meant(question));

    [Theory]
    [InlineData("Excel räknar fel"), InlineData("nätverk"), InlineData("kanonbra ")]
    public void One_way_is_not_the_other_and_half_a_phrase_is_none(string question) => Assert.DoesNotContain(Meant(question), term => term is "s:kontorspaket" or "s:wifi" or "e:projector");

    [Fact]
    public void A_ticket_asks_for_what_means_the_same_once_and_for_what_its_subject_means_twice_as_much()
    {
        var terms = Searching.Asked("Kanonen", "Wi-Fi är nere, kanonen lyser", Known, _ => false).ToLookup(term => term.Text, term => term.Weight);
        Assert.Equal(2 * Assert.Single(terms["s:nätverk"]) * MathF.Sqrt(2), Assert.Single(terms["e:projector"]), 0.001f);
        Assert.All(terms, term => Assert.Single(term));
    }

    [Fact]
    public async Task Synonyms_that_are_written_count_in_the_next_search_and_are_undone_by_writing_the_version_before()
    {
        await desk.Write(KnowledgeDesk.Draft("Byta lampa i ljuskastaren", "Ljuskastaren kallnar i tio minuter, sedan byts lampan."));
        Assert.DoesNotContain("ljuskastaren", (await desk.Search(desk.Anonymous, "wolframsol")).ToString());
        var lead = desk.Host.As(Callers.Lead);
        var before = await lead.GetAsync("/api/v1/knowledge/synonyms");
        var document = (await before.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray().Select(item => (object)item).ToList();
        Assert.True(document.Count > 50);

        var written = await Put(lead, new { items = document.Append(new { words = new[] { "wolframsol", "ljuskastare" } }) }, before.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Contains("ljuskastaren", (await desk.Search(desk.Anonymous, "wolframsolen slocknade")).ToString());
        await Wait.Until(
            async () => (await desk.Propose(desk.Ticket("Wolframsolen", "Wolframsolen slocknade"))).Proposals.Any(proposal => proposal.Title.Contains("ljuskastaren", StringComparison.Ordinal)),
            "the article is proposed for the desk's own word");

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Put(lead, new { items = document }, before.Headers.ETag.Tag)).StatusCode);
        var old = await lead.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/synonyms/versions/{before.Headers.ETag.Tag.Trim('"')}");
        Assert.Equal(HttpStatusCode.OK, (await Put(lead, old, written.Headers.ETag!.Tag)).StatusCode);
        Assert.DoesNotContain("ljuskastaren", (await desk.Search(desk.Anonymous, "wolframsol")).ToString());
        Assert.Equal(3, (await lead.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/synonyms/versions")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Only_a_lead_writes_synonyms_and_what_says_nothing_is_refused()
    {
        var one = new { items = new[] { new { words = new[] { "a", "b" } } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(desk.Agent, one, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync("/api/v1/knowledge/synonyms")).StatusCode);
        var lead = desk.Host.As(Callers.Lead);
        foreach (var words in new[] { new[] { "ensam" }, ["skrivare", "och"], ["skrivare", ""], ["skrivare", "!!"] })
            Assert.Equal(HttpStatusCode.BadRequest, (await Put(lead, new { items = new[] { new { words } } }, null)).StatusCode);
    }

    private static async Task<HttpResponseMessage> Put(HttpClient caller, object document, string? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/knowledge/synonyms") { Content = JsonContent.Create(document) };
        if (version is not null)
            request.Headers.TryAddWithoutValidation("If-Match", version);
        return await caller.SendAsync(request);
    }
}
