using Desk.Intake.Mail;

namespace Desk.Intake.Tests.Mail;

public sealed class SafeHtmlTests
{
    internal static string? Make(string html) => SafeHtml.Make(html);

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<svg><script>alert(1)</script></svg>")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"java\nscript:alert(1)\">x</a>")]
    [InlineData("<a href=\"&#106;avascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"data:text/html,<script>alert(1)</script>\">x</a>")]
    [InlineData("<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>")]
    [InlineData("<form action=https://a.example><input name=password></form>")]
    [InlineData("<meta http-equiv=refresh content=\"0;url=https://a.example\">")]
    [InlineData("<base href=https://a.example>")]
    [InlineData("<style>@import url(https://a.example)</style>")]
    [InlineData("<p style=\"background:url(https://a.example)\">x</p>")]
    [InlineData("<p style=\"width: expression(alert(1))\">x</p>")]
    [InlineData("<p style=\"position:fixed;top:0\">x</p>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">")]
    [InlineData("<object data=https://a.example></object><embed src=https://a.example>")]
    [InlineData("<template><img src=x onerror=alert(1)></template>")]
    [InlineData("<img src=\"https://tracker.example/open.gif\">")]
    [InlineData("<unknown><img src=x onerror=alert(1)></unknown>")]
    public void Nothing_that_runs_or_calls_home_is_left(string html)
    {
        var safe = Make("<p>before</p>" + html + "<p>after</p>");
        foreach (var dangerous in new[] { "<script", "onerror", "onload", "javascript", "<svg", "<iframe", "<form", "<input", "<meta", "<base", "<style", "url(", "expression", "position", "<object", "<embed", " src=\"http", "data:text", "srcdoc", "<unknown" })
            Assert.DoesNotContain(dangerous, safe, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("before", safe, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_letter_looks_like_is_left()
    {
        var safe = Make("<table><tr><td style=\"color: red; padding-left: 4px\">Hej <b>alla</b></td></tr></table><a href=\"https://a.example/x?y=1\">länk</a><img src=\"cid:one@a\" alt=\"bild\">");
        Assert.Contains("<td style=\"color: red; padding-left: 4px\">Hej <b>alla</b></td>", safe, StringComparison.Ordinal);
        Assert.Contains("href=\"https://a.example/x?y=1\"", safe, StringComparison.Ordinal);
        Assert.Contains("data-cid=\"one@a\"", safe, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_deep_is_shown_as_text() => Assert.Null(Make(string.Concat(Enumerable.Repeat("<div>", 2_000))));
}
