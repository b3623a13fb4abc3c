using Desk.Knowledge.Articles;

namespace Desk.Knowledge.Tests.Articles;

public class MarkupTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("Hej <img src=x onerror=alert(1)>", "<img")]
    [InlineData("[klicka](javascript:alert(1))", "javascript:")]
    [InlineData("[klicka](JaVaScRiPt:alert(1))", "alert(1)")]
    [InlineData("[klicka](data:text/html;base64,PHNjcmlwdD4=)", "data:")]
    [InlineData("[klicka](vbscript:x)", "vbscript")]
    [InlineData("[klicka](//evil.example/x)", "//evil")]
    [InlineData("[klicka](/\\evil.example/x)", "evil")]
    [InlineData("![bild](https://evil.example/pixel.png)", "evil")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript")]
    [InlineData("[a]: javascript:alert(1)\n\n[a]", "javascript:")]
    public void Nothing_dangerous_comes_through(string markdown, string dangerous)
        => Assert.DoesNotContain(dangerous, Markup.ToHtml(markdown), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("[sidan](https://www.desk.example/)", "<a href=\"https://www.desk.example/\">sidan</a>")]
    [InlineData("[skriv](mailto:support@desk.example)", "<a href=\"mailto:support@desk.example\">skriv</a>")]
    [InlineData("[artikel](/articles/vpn)", "<a href=\"/articles/vpn\">artikel</a>")]
    [InlineData("**fet** och `kod`", "<strong>fet</strong> och <code>kod</code>")]
    [InlineData("1. ett\n2. två", "<li>två</li>")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2 |", "<td>2</td>")]
    public void What_a_writer_means_comes_through(string markdown, string html) => Assert.Contains(html, Markup.ToHtml(markdown));

    [Fact]
    public void Plain_text_has_no_marks() => Assert.Equal("Rubrik\nEtt två", Markup.ToPlain("## Rubrik\n\nEtt **två**").ReplaceLineEndings("\n"));

    [Fact]
    public void The_words_of_a_table_read_row_by_row()
        => Assert.Equal("Kod – Betyder\n809 – Nätet är nere\nSe nedan.", Markup.ToPlain("| Kod | Betyder |\n|---|---|\n| `809` | Nätet är **nere** |\n\nSe nedan."));

    private const string Marked = "Starta om.\n\n:::tell\nVi byter den i morgon.\n:::\n\n- punkt\n\n:::pass network\nLösenordet är *sesam*.\n:::\n\nKlart.";

    [Fact]
    public void What_is_marked_for_agents_reaches_no_reader()
    {
        foreach (var text in new[] { Markup.ToHtml(Marked), Markup.ToPlain(Marked), Markup.Tellable(Marked) })
        {
            Assert.DoesNotContain("sesam", text);
            Assert.DoesNotContain("morgon", text);
            Assert.DoesNotContain("pass", text);
            Assert.Contains("punkt", text);
            Assert.Contains("Klart.", text);
        }
    }

    [Fact]
    public void A_mark_that_is_never_closed_hides_the_rest() => Assert.Equal("Öppet.", Markup.Tellable("Öppet.\n\n:::pass network\nHemligt.\n\nOckså hemligt."));

    [Fact]
    public void Agents_see_what_they_may_tell_and_what_they_pass_on()
    {
        var html = Markup.ToAgentHtml(Marked, "sv");
        Assert.Contains("<div class=\"for-agents tell\"><p><strong>Första linjen får säga</strong></p>", html.ReplaceLineEndings(""));
        Assert.Contains("Lämna över till network", html);
        Assert.Contains("<em>sesam</em>", html);
    }

    [Fact]
    public void A_misspelt_mark_is_found_before_anybody_reads_it()
    {
        Assert.Equal("tel", Markup.UnknownMark(":::tel\nHemligt\n:::"));
        Assert.Null(Markup.UnknownMark(Marked));
    }
}
