using System.Net;
using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.Web.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Web.Tests;

[Collection(nameof(OneDesk))]
public sealed partial class WordsTests(DeskBehindGlass desk)
{
    private static Words In(string language, DateTimeOffset? now = null)
    {
        var words = new Words(new ConfigurationBuilder().Build(), new FakeTimeProvider(now ?? new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));
        words.Speak(language);
        return words;
    }

    public static TheoryData<string, string?> Pages
    {
        get
        {
            var pages = new TheoryData<string, string?>();
            foreach (var (_, path, role) in Browsing.Pages)
                pages.Add(path, role);
            return pages;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_speaks_both_languages(string path, string? role)
    {
        foreach (var (language, own, foreign) in new[] { ("sv", "Hoppa till innehållet", "Skip to the content"), ("en", "Skip to the content", "Hoppa till innehållet") })
        {
            using var reader = desk.Reader(role, language);
            var (_, page, html) = await reader.GetAsync(path);
            var text = WebUtility.HtmlDecode(html);
            Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
            Assert.Contains(own, text);
            Assert.DoesNotContain(foreign, text);
            Assert.NotNull(page.QuerySelector("h1"));
            Assert.NotNull(page.QuerySelector("main"));
        }
    }

    [Fact]
    public void No_word_of_a_status_priority_channel_or_target_is_the_same_placeholder_twice()
    {
        foreach (var language in new[] { "sv", "en" })
        {
            var words = In(language);
            string[][] lists =
            [
                [.. Enum.GetValues<TicketStatus>().Select(s => words.Status(s))], [.. Enum.GetValues<Priority>().Select(words.Priority)], [.. Enum.GetValues<Channel>().Select(words.Channel)],
                [.. Enum.GetValues<Impact>().Select(words.Impact)], [.. Enum.GetValues<Urgency>().Select(words.Urgency)], [.. Enum.GetValues<TargetKind>().Select(words.Target)],
            ];
            Assert.All(lists, list => Assert.Equal(list.Length, list.Distinct().Count()));
        }
    }

    [Fact]
    public void Times_are_of_the_desks_own_zone_and_said_as_people_say_them()
    {
        var at = new DateTimeOffset(2026, 11, 23, 13, 5, 0, TimeSpan.Zero);
        Assert.Equal("i dag 14:05", In("sv").When(at));
        Assert.Equal("tomorrow 14:05", In("en").When(at.AddDays(1)));
        Assert.Equal("på fredag 14:05", In("sv").When(at.AddDays(4)));
        Assert.Equal("2 tim 5 min", In("sv").Duration(TimeSpan.FromMinutes(125)));
        Assert.Equal("1 ärende", In("sv").Count(1, "ärende", "ärenden", "ticket", "tickets"));
        Assert.Equal("0 tickets", In("en").Count(0, "ärende", "ärenden", "ticket", "tickets"));
    }

    [Theory]
    [InlineData("Hej\n\nDen 22 nov 2026 skrev Anna <a@b.se>:\n> Hallå", "Hej")]
    [InlineData("Yes\n\nOn Mon, 23 Nov 2026, Anna wrote:\n> Hello", "Yes")]
    [InlineData("Ja\n\n-----Ursprungligt meddelande-----\nFrån: Anna", "Ja")]
    [InlineData("> bara citat", "> bara citat")]
    [InlineData("Utan citat", "Utan citat")]
    public void A_quote_is_folded_away_and_what_the_person_wrote_stands(string text, string own) => Assert.Equal(own, Quotes.Fold(text).Own);

    [Fact]
    public async Task Accept_Language_chooses_for_who_has_not_chosen()
    {
        using var http = new HttpClient { BaseAddress = desk.Address, DefaultRequestHeaders = { { "Accept-Language", "de;q=0.9, en-GB;q=0.8, sv;q=0.5" } } };
        Assert.Matches(EnglishPage(), await http.GetStringAsync("/"));
    }

    [GeneratedRegex("<html lang=\"en\"")]
    private static partial Regex EnglishPage();
}
