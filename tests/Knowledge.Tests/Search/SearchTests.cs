using System.Net;

namespace Desk.Knowledge.Tests.Search;

public class SearchTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    [Theory]
    [InlineData("glömt lösenord", "jag-har-glomt-mitt-losenord")]
    [InlineData("losenordsbyte", "jag-har-glomt-mitt-losenord")]
    [InlineData("lösenrod", "jag-har-glomt-mitt-losenord")]
    [InlineData("forgot my pasword", "i-have-forgotten-my-password")]
    [InlineData("pappersstopp i skrivaren", "skriva-ut-och-installera-skrivare")]
    [InlineData("installera program", "bestalla-och-installera-program")]
    [InlineData("how do I install software", "order-and-install-software")]
    [InlineData("vpn kopplar ner hela tiden", "vpn-ansluter-inte-eller-kopplar-ner")]
    [InlineData("kontot är spärrat", "mitt-konto-ar-last")]
    [InlineData("hör inget i mötet", "inget-ljud-eller-ingen-bild-i-teams-moten")]
    [InlineData("no sound in the meeting", "no-sound-or-no-picture-in-teams-meetings")]
    [InlineData("konstigt mejl med länk", "misstankt-mejl-natfiske-och-bluff")]
    [InlineData("wifi hemma", "internet-hemma-ar-langsamt-eller-bryts")]
    [InlineData("ny telefon bankid app", "tvastegsverifiering-ny-telefon-och-koder-som-inte-kommer")]
    [InlineData("G: saknas", "behorighet-till-gemensam-mapp-eller-delad-fil")]
    public async Task The_right_article_comes_first(string question, string slug)
        => Assert.Equal(slug, (await desk.Search(desk.Anonymous, question))[0].GetProperty("slug").GetString());

    [Theory]
    [InlineData("skrivarinstallation", "skriva-ut-och-installera-skrivare")]
    [InlineData("mötesljudet", "inget-ljud-eller-ingen-bild-i-teams-moten")]
    [InlineData("mappbehörighet", "behorighet-till-gemensam-mapp-eller-delad-fil")]
    public async Task A_compound_finds_the_article_that_has_its_parts_among_the_first_three(string compound, string slug)
        => Assert.Contains(slug, (await desk.Search(desk.Anonymous, compound)).EnumerateArray().Take(3).Select(article => article.GetProperty("slug").GetString()));

    [Theory]
    [InlineData("skriv", "skriva-ut-och-installera-skrivare")]
    [InlineData("löse", "jag-har-glomt-mitt-losenord")]
    [InlineData("vpn ansl", "vpn-ansluter-inte-eller-kopplar-ner")]
    public async Task As_one_types_the_article_is_there_before_the_word_is_finished(string typed, string slug)
        => Assert.Equal(slug, (await desk.Search(desk.Anonymous, typed, "&typing=true"))[0].GetProperty("slug").GetString());

    [Theory]
    [InlineData("")]
    [InlineData("och det att")]
    [InlineData("zzzzqqqq")]
    public async Task What_asks_for_nothing_finds_nothing(string question)
        => Assert.Equal(0, (await desk.Search(desk.Anonymous, question)).GetArrayLength());

    [Fact]
    public async Task A_language_can_be_chosen()
    {
        var found = await desk.Search(desk.Anonymous, "vpn", "&language=en");
        Assert.All(found.EnumerateArray(), article => Assert.Equal("en", article.GetProperty("language").GetString()));
        Assert.Equal("vpn-does-not-connect-or-drops", found[0].GetProperty("slug").GetString());
    }

    [Theory]
    [InlineData("q=vpn&language=fr", "language.unknown")]
    public async Task What_is_not_understood_is_refused(string query, string code)
    {
        var answer = await desk.Anonymous.GetAsync($"/api/v1/knowledge/search?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_stands_in_quotation_marks_stands_in_every_article_found()
    {
        var found = await desk.Search(desk.Anonymous, "\"följ mig\" skrivare");
        Assert.Equal("skriva-ut-och-installera-skrivare", Assert.Single(found.EnumerateArray()).GetProperty("slug").GetString());
        Assert.Equal(0, (await desk.Search(desk.Anonymous, "\"skrivare följ\"")).GetArrayLength());
    }

    [Fact]
    public async Task The_marks_of_a_snippet_are_what_was_asked_for()
    {
        var found = (await desk.Search(desk.Anonymous, "toner"))[0];
        var snippet = found.GetProperty("snippet").GetString()!;
        var marked = found.GetProperty("marks").EnumerateArray().Select(mark => snippet.Substring(mark.GetProperty("at").GetInt32(), mark.GetProperty("length").GetInt32())).ToList();
        Assert.NotEmpty(marked);
        Assert.All(marked, word => Assert.StartsWith("ton", word, StringComparison.OrdinalIgnoreCase));
    }
}
