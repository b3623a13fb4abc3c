using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Knowledge.Articles;
using Desk.Knowledge.Guides;
using Desk.Knowledge.Seeding;

namespace Desk.Knowledge.Tests.Guides;

public class GuideTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private const string Sound = """
        Tre frågor.

        == plug: Sitter sladden i?
        Titta **bakom** skåpet.
        -> lamp: Ja
        -> lamp: Jag tror det
        -> fine: Nej, men nu gör den det

        == lamp: Lyser lampan?
        :::pass network
        Koden är sesam.
        -> fine: Detta är ingen väg
        :::
        -> ask: Nej
        <- plug: Jag tittar en gång till

        == fine: Bra
        => solved

        == ask: Be om hjälp
        => ask network.wifi
        """;

    private static readonly Guide Plug = Guide.Parse(Sound)!;

    [Fact]
    public void A_body_with_steps_is_a_guide_and_one_without_is_not()
    {
        Assert.Equal(["plug", "lamp", "fine", "ask"], Plug.Steps.Select(step => step.Key));
        Assert.Equal(("Tre frågor.", Ending.Ask, "network.wifi"), (Plug.Intro, Plug.Step("ask")!.End, Plug.Step("ask")!.Category));
        Assert.Empty(Plug.Faults());
        Assert.Null(Guide.Parse("Rubrik\n==\n\n-> ingen: Väg"));
        Assert.Null(Guide.Parse("```\n== nej: Detta är kod\n```"));
    }

    [Theory]
    [InlineData("== a: A\n-> b: Vidare\n== b: B", "Step b is a dead end")]
    [InlineData("== a: A\n-> b: Vidare\n== b: B\n<- a: Tillbaka", "Step b is a dead end")]
    [InlineData("== a: A\n-> x: Bort", "Step a leads to x")]
    [InlineData("== a: A\n=> solved\n== b: B\n=> ask", "Step b is never reached")]
    [InlineData("== a: A\n-> b: Vidare\n== b: B\n-> a: Runt\n-> c: Ut\n== c: C\n=> solved", "leads round to itself")]
    [InlineData("== a: A\n-> b: B\n-> c: C\n== b: B\n=> solved\n== c: C\n<- b: Dit\n-> b: Dit", "goes back (<-) to b, which does not lead to it")]
    [InlineData("== a: A\n=> solved\n== a: Igen\n=> solved", "Two steps are called a")]
    [InlineData("== a: A\n-> b: B\n=> solved\n== b: B\n=> ask", "both ends and leads on")]
    [InlineData("== a: A\n:::pass network\nHemligt\n-> b: B\n== b: B\n=> ask\n:::", "A marked part ends where it began")]
    public void A_guide_that_would_lead_astray_is_refused(string body, string why) => Assert.Contains(Guide.Parse(body)!.Faults(), fault => fault.Contains(why, StringComparison.Ordinal));

    [Fact]
    public void The_way_is_told_by_the_answers_also_when_two_lead_to_the_same_step()
    {
        var walk = GuideWalk.Of(Plug, "lamp~2.plug.lamp.ask");
        Assert.Equal(("ask", false, 4), (walk.Step.Key, walk.Changed, walk.Passed.Count));
        Assert.Equal(["Jag tror det", "Jag tittar en gång till", "Ja", "Nej"], walk.Passed.Select(passed => passed.Answer));
        Assert.Equal("Guide: Sladden\n1. Sitter sladden i? Svar: Jag tror det\n2. Lyser lampan? Svar: Nej\nSlutade i: Be om hjälp", GuideWalk.Of(Plug, "lamp~2.ask").Summary("Sladden", "sv"));
        Assert.Equal(["lamp", "lamp~2", "fine"], GuideWalk.Of(Plug, null).Choices.Select(choice => choice.Via));
    }

    [Theory]
    [InlineData("fine.ask", "fine"), InlineData("borta", "plug"), InlineData("lamp~3", "plug"), InlineData("lamp.ask.ask", "ask")]
    public void A_way_that_the_guide_no_longer_has_ends_where_it_left_it(string via, string step)
        => Assert.Equal((step, true), (GuideWalk.Of(Plug, via).Step.Key, GuideWalk.Of(Plug, via).Changed));

    [Fact]
    public void On_one_page_each_step_links_to_the_next_and_what_is_for_agents_is_not_there()
    {
        var html = Markup.ToHtml(Sound);
        Assert.Contains("<section id=\"step-lamp\"><h2>Lyser lampan?</h2>", html);
        Assert.Contains("<a href=\"#step-ask\">Nej</a>", html);
        foreach (var text in new[] { html, Markup.ToPlain(Sound), Markup.Tellable(Sound) })
            Assert.DoesNotContain("sesam", text);
        Assert.Contains("sesam", Markup.ToAgentHtml(Sound, "sv"));
        Assert.Contains("Titta bakom skåpet.", Markup.ToPlain(Sound));
        Assert.DoesNotContain("<b>", Markup.ToHtml("== a: <b>Fet</b>\n=> solved"));
    }

    [Fact]
    public void Every_seeded_guide_holds_in_both_languages()
    {
        var guides = SeedFile.All().Select(seed => (seed.Name, Guide: Guide.Parse(seed.Text.Body))).Where(seed => seed.Guide is not null).ToList();
        Assert.Equal(4, guides.Count);
        Assert.All(guides, guide => Assert.Empty(guide.Guide!.Faults()));
        Assert.All(guides.GroupBy(guide => guide.Name), both => Assert.Single(both.Select(guide => string.Join(' ', guide.Guide!.Steps.Select(
            step => $"{step.Key} {string.Join(',', step.Answers.Select(answer => (answer.To, answer.Back)))} {step.End} {step.Category}"))).Distinct()));
    }

    [Fact]
    public async Task A_requester_goes_through_a_guide_step_by_step_and_ends_with_what_was_tried()
    {
        const string path = "/api/v1/knowledge/articles/guide-internet-hemma-fungerar-daligt";
        Assert.True((await desk.Anonymous.GetFromJsonAsync<JsonElement>(path)).GetProperty("isGuide").GetBoolean());
        var step = await desk.Anonymous.GetFromJsonAsync<JsonElement>(path + "/guide");
        for (var steps = 0; !step.TryGetProperty("end", out _) || step.GetProperty("end").ValueKind == JsonValueKind.Null; steps++)
        {
            Assert.True(steps < 10);
            var choice = step.GetProperty("choices").EnumerateArray().First(choice => choice.GetProperty("text").GetString() is var text
                && (text!.Contains("allt hemma", StringComparison.Ordinal) || text == "Nej" || text.Contains("lika dåligt", StringComparison.Ordinal)));
            step = await desk.Anonymous.GetFromJsonAsync<JsonElement>($"{path}/guide?via={choice.GetProperty("via").GetString()}");
        }
        Assert.Equal(("take", 3), (step.GetProperty("end").GetString(), step.GetProperty("passed").GetArrayLength()));
        Assert.Contains("Är det dåligt också med kabel? Svar: Ja, lika dåligt med kabel", step.GetProperty("summary").GetString());
        Assert.Equal("restart.cable", step.GetProperty("before").GetString());
    }

    [Fact]
    public async Task A_guide_is_refused_with_what_is_wrong_and_is_read_by_its_audience_only()
    {
        var wrong = await desk.Write(KnowledgeDesk.Draft("Fel guide", "== a: A\n-> b: B"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("leads to b", await wrong.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, (await desk.Write(KnowledgeDesk.Draft("Guide för handläggare", Sound, "agents"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.GetAsync("/api/v1/knowledge/articles/guide-for-handlaggare/guide")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Requester.GetAsync("/api/v1/knowledge/articles/guide-for-handlaggare/guide")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.GetAsync("/api/v1/knowledge/articles/mitt-konto-ar-last/guide")).StatusCode);
    }
}
