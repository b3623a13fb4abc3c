using System.Net;
using System.Text.Json.Nodes;
using Desk.ServiceDefaults;
using Desk.Web.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Web.Tests;

[Collection(nameof(OneDesk))]
public sealed class PortalTests(DeskBehindGlass desk)
{
    private static readonly Dictionary<string, string> s_question = new()
    {
        ["subject"] = "Skrivaren är trasig",
        ["text"] = "Den låter konstigt.",
        ["urgency"] = "high",
        ["impact"] = "group",
        ["email"] = "erik.sund@lindqvist.example",
        ["name"] = "Erik Sund",
    };

    [Fact]
    public async Task A_question_is_registered_without_JavaScript_and_without_an_account()
    {
        using var reader = desk.Reader();
        using var answer = await reader.SubmitAsync("/", "subject", s_question);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/thanks/", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.PathAndQuery : answer.Headers.Location.ToString());
        var posted = Posted("POST /tickets", "Skrivaren är trasig");
        Assert.Equal("group", (string?)posted["impact"]);
        Assert.Equal("high", (string?)posted["urgency"]);
        Assert.Equal("web", (string?)posted["channel"]);
        Assert.Equal("erik.sund@lindqvist.example", (string?)posted["requester"]!["email"]);

        var (_, _, thanks) = await reader.GetAsync(answer.Headers.Location.IsAbsoluteUri ? answer.Headers.Location.PathAndQuery : answer.Headers.Location.ToString());
        Assert.Contains("D-1042", thanks);
        Assert.DoesNotContain("/t/", thanks.Replace("/thanks/", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signed_in_requester_asks_as_themself_whatever_the_form_says()
    {
        using var reader = desk.Reader("requester");
        using var answer = await reader.SubmitAsync("/", "subject", new(s_question) { ["subject"] = "Som mig själv", ["email"] = "somebody.else@nordvik.example" });

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("rut.hansson@desk.example", (string?)Posted("POST /tickets", "Som mig själv")["requester"]!["email"]);
    }

    [Fact]
    public async Task A_file_goes_along_with_the_question()
    {
        using var reader = desk.Reader("requester");
        using var answer = await reader.SubmitAsync("/", "subject", new(s_question) { ["subject"] = "Med bild" }, ("bild.png", [0x89, 0x50, 0x4e, 0x47]));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(desk.Api.Posts, p => p.Call == "POST /tickets/D-1042/attachments" && p.Body.Contains("bild.png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_is_said_beside_the_field_and_nothing_written_is_lost()
    {
        using var reader = desk.Reader();
        using var answer = await reader.SubmitAsync("/", "subject", new(s_question) { ["subject"] = " ", ["text"] = "Det här skrev jag" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("subject-error", html);
        Assert.Contains("Det här skrev jag", WebUtility.HtmlDecode(html));
    }

    [Fact]
    public async Task A_form_without_its_antiforgery_token_is_refused()
    {
        using var reader = desk.Reader();
        using var answer = await reader.SubmitAsync("/", "subject", new(s_question) { ["subject"] = "Förfalskad", ["__RequestVerificationToken"] = "forged" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(desk.Api.Posts, p => p.Body.Contains("Förfalskad", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_requester_answers_and_closes_without_JavaScript()
    {
        using var reader = desk.Reader("requester");
        using var answered = await reader.SubmitAsync("/tickets/D-1042", "answer", new() { ["answer"] = "Nu fungerar det igen" });
        Assert.Equal(HttpStatusCode.Redirect, answered.StatusCode);
        Assert.Contains(desk.Api.Posts, p => p.Call == "POST /tickets/D-1042/messages" && p.Body.Contains("Nu fungerar det igen", StringComparison.Ordinal));

        using var closed = await reader.SubmitAsync("/tickets/D-1042", "_handler][value=close", []);
        Assert.Equal(HttpStatusCode.Redirect, closed.StatusCode);
        Assert.Contains(desk.Api.Posts, p => p.Call == "POST /tickets/D-1042/close");
    }

    [Fact]
    public async Task A_thank_you_page_can_not_be_guessed()
    {
        using var reader = desk.Reader();
        var forged = desk.Services.GetRequiredService<SignedTokens>().Write("status", "D-1042|0", TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/thanks/" + forged)).Status);
    }

    [Fact]
    public async Task A_status_link_shows_the_ticket_and_a_wrong_one_nothing()
    {
        using var reader = desk.Reader();
        var (found, page, _) = await reader.GetAsync("/t/good");
        Assert.Equal(HttpStatusCode.OK, found);
        Assert.Contains("D-1042", page.Body!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/t/wrong")).Status);
    }

    [Theory]
    [InlineData("on", "off")]
    [InlineData("off", "on")]
    public async Task The_page_of_updates_offers_what_is_not_so_and_changes_nothing_by_being_opened(string state, string offered)
    {
        using var reader = desk.Reader();
        var (found, page, _) = await reader.GetAsync("/updates/" + state);
        Assert.Equal(HttpStatusCode.OK, found);
        var form = page.QuerySelector("main form")!;
        Assert.Equal(("post", $"/updates/{state}", offered), (form.GetAttribute("method"), form.GetAttribute("action"), form.QuerySelector("input[name=updates]")!.GetAttribute("value")));
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/updates/wrong")).Status);
    }

    [Fact]
    public async Task A_guide_is_gone_through_by_links_and_what_was_tried_goes_with_the_question()
    {
        using var reader = desk.Reader();
        var (_, first, _) = await reader.GetAsync("/help/internet-hemma/guide");
        Assert.Equal(["/help/internet-hemma/guide?via=fixed", "/help/internet-hemma/guide?via=provider", "/help/internet-hemma/guide?via=restart"],
            first.QuerySelectorAll(".guide-answers a").Select(answer => answer.GetAttribute("href")!));
        var (_, end, _) = await reader.GetAsync("/help/internet-hemma/guide?via=ask");
        var ask = end.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")!).Single(href => href.StartsWith("/?guide=", StringComparison.Ordinal));

        using var answer = await reader.SubmitAsync(ask, "subject", new(s_question) { ["subject"] = "Går inte efter guiden" });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var posted = Posted("POST /tickets", "Går inte efter guiden");
        Assert.Equal(("Den låter konstigt.\n\nGuide: internet hemma\n1. Starta om routern. Hjälpte det? Svar: Nej", "network.vpn"), ((string?)posted["body"], (string?)posted["category"]));
    }

    [Fact]
    public async Task An_article_is_read_in_the_readers_language_else_in_the_one_there_is_and_that_is_said()
    {
        using var reader = desk.Reader();
        using (var there = await reader.GetRawAsync("/help/change-your-password"))
            Assert.EndsWith("/help/byt-losenord", there.Headers.Location!.ToString());
        var (_, chosen, _) = await reader.GetAsync("/help/change-your-password?in=en");
        Assert.Equal("en", chosen.QuerySelector("article")!.GetAttribute("lang"));
        Assert.Equal("/help/byt-losenord?in=sv", chosen.QuerySelector("a[hreflang=sv]")!.GetAttribute("href"));
        var (_, only, _) = await reader.GetAsync("/help/only-in-english");
        Assert.Contains("Artikeln finns inte på svenska. Den visas på engelska.", only.Body!.TextContent);
    }

    [Fact]
    public async Task The_help_is_browsed_without_an_account()
    {
        using var reader = desk.Reader();
        var (_, front, _) = await reader.GetAsync("/help");
        Assert.Contains("Konto: lösenord", front.QuerySelector(".help-categories")!.TextContent);
        Assert.Contains("/help/internet-hemma/guide", front.QuerySelector(".help-guides a")!.GetAttribute("href"));
        var (_, category, _) = await reader.GetAsync("/help?category=printer");
        Assert.Contains("Byt ditt lösenord", category.QuerySelector(".help-list")!.TextContent);
    }

    private JsonNode Posted(string call, string containing)
        => JsonNode.Parse(desk.Api.Posts.Last(p => p.Call == call && JsonNode.Parse(p.Body)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Contains(containing, StringComparison.Ordinal)).Body)!;

    [Theory]
    [InlineData(null)]
    [InlineData("requester")]
    public async Task What_became_of_an_article_is_counted_for_a_person_and_for_a_stranger(string? role)
    {
        var article = $"counted-{Guid.CreateVersion7():N}";
        using var http = new HttpClient { BaseAddress = desk.Address };
        if (role is not null)
            http.DefaultRequestHeaders.Add("Cookie", "desk=" + desk.TokenFor(role));
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync("/visits", new StringContent($"{article} left"))).StatusCode);
        Assert.Single(desk.Api.Posts, post => post.Call == "POST /knowledge/visits" && post.Bearer is not null
            && post.Body.Contains(article, StringComparison.Ordinal) && post.Body.Contains("left", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync("/visits", new StringContent($"{article} solved"))).StatusCode);
    }

    [Fact]
    public async Task Who_says_the_same_again_and_again_is_not_counted_each_time_and_others_are()
    {
        var article = $"inflated-{Guid.CreateVersion7():N}";
        for (var time = 0; time < VisitLimit.MostOfOne + 5; time++)
            await SayAsync("203.0.113.7");
        await SayAsync("203.0.113.8");
        Assert.Equal(VisitLimit.MostOfOne + 1, desk.Api.Posts.Count(post => post.Call == "POST /knowledge/visits" && post.Body.Contains(article, StringComparison.Ordinal)));

        async Task SayAsync(string from)
        {
            using var http = new HttpClient { BaseAddress = desk.Address };
            http.DefaultRequestHeaders.Add("X-Forwarded-For", from);
            Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync("/visits", new StringContent($"{article} left"))).StatusCode);
        }
    }
}
