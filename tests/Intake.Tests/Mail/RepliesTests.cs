using System.Text;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;

namespace Desk.Intake.Tests.Mail;

public sealed class RepliesTests
{
    public static IEnumerable<object[]> Attributions => ClientQuotes.Attributions.Select(one => new object[] { one.Language, one.Line });

    public static IEnumerable<object[]> HeaderBlocks => ClientQuotes.HeaderBlocks.Select(one => new object[] { one.Language, one.Block });

    public static IEnumerable<object[]> Feet => ClientQuotes.Feet.Select(one => new object[] { one.Language, one.Foot });

    public static IEnumerable<object[]> Said => ClientQuotes.Said.Select(text => new object[] { text });

    [Theory]
    [MemberData(nameof(Attributions))]
    public void A_quote_and_what_brings_it_in_are_folded_in_every_language(string language, string line)
    {
        Assert.NotEmpty(language);
        Folds("Tack, nu går det.\nSå bra!", $"Tack, nu går det.\nSå bra!\n\n{line}\n\n> Hej\n> Prova nu.\n", "> Prova nu.");
        // Some programs do not mark the lines they quote.
        if (!line.StartsWith('>'))
            Folds("Tack, nu går det.", $"Tack, nu går det.\n\n{line}\n\nHej\nProva nu.\n", "Prova nu.");
    }

    [Theory]
    [MemberData(nameof(HeaderBlocks))]
    public void What_follows_a_header_in_the_text_is_folded_in_every_language(string language, string block)
    {
        Assert.NotEmpty(language);
        Folds("Tack, nu går det.", $"Tack, nu går det.\n\n{block}\n\nHej\nProva nu.\n", "Prova nu.");
    }

    [Theory]
    [MemberData(nameof(Feet))]
    public void A_signature_and_a_disclaimer_are_folded_in_every_language(string language, string foot)
    {
        Assert.NotEmpty(language);
        Folds("Tack, nu går det.\nOch färgen?", $"Tack, nu går det.\nOch färgen?\n\n{foot}\n", foot.Split('\n')[0]);
    }

    [Theory]
    [MemberData(nameof(Said))]
    public void What_only_looks_like_it_is_kept(string text) => Assert.Equal((text, null), (WrittenText.Of(text).Written, WrittenText.Of(text).Folded));

    [Theory]
    [InlineData("--")]
    [InlineData("-- a a a a a a a")]
    [InlineData("> ")]
    [InlineData("Mvh A")]
    [InlineData("On ")]
    [InlineData("From: a ")]
    [InlineData("Skickat från ")]
    [InlineData("* _ ")]
    public void No_line_costs_more_than_its_length(string piece)
    {
        // Found by fuzzing: one line of two hyphens and three hundred letters took a minute.
        var lines = string.Join('\n', Enumerable.Range(0, 2_000).Select(at => at % 3 == 0 ? piece + new string('a', 290) : at % 3 == 1 ? string.Concat(Enumerable.Repeat(piece, 300 / piece.Length)) : piece));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        WrittenText.Of(lines);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public void Nothing_is_lost_by_folding()
    {
        foreach (var (_, block) in ClientQuotes.HeaderBlocks)
        {
            foreach (var (_, foot) in ClientQuotes.Feet)
            {
                var split = WrittenText.Of($"Svar.\n\n{foot}\n\n{block}\n\nHej");
                foreach (var line in $"{foot}\n{block}\nSvar.".Split('\n'))
                    Assert.Contains(line.Trim(), split.Written + "\n" + split.Folded, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_logo_in_a_signature_is_no_attachment_and_a_screenshot_is_one_wherever_it_stands()
    {
        var mail = With(
            "<p>Så här ser det ut:</p><img src=\"cid:shot\"><p>Och så här:</p><img src='cid:small'><p>Med vänlig hälsning<br>Anna Lind</p><img src=\"cid:logo@x\" alt=\"Nordvik\"><img src=cid:pixel>"
            + "<img src=\"cid:late\">",
            ("shot", 90_000), ("small", 2_000), ("logo@x", 8_000), ("pixel", 43), ("late", 200_000));
        Assert.Equal(["shot", "small", "late"], SignaturePictures.Without(mail).Select(file => file.ContentId));
        Assert.Equal(5, mail.Files.Count);
    }

    [Fact]
    public void A_logo_in_what_is_quoted_is_no_attachment()
    {
        var mail = With("<p>Tack!</p><p>Den 23 nov. 2026 kl. 09:15 skrev Desk &lt;a@b.example&gt;:</p><blockquote>Hej <img src=\"cid:logo\"></blockquote>", ("logo", 8_000));
        Assert.Empty(SignaturePictures.Without(mail));
        // A file that the HTML does not show is one that was attached.
        Assert.Single(SignaturePictures.Without(With("<p>Tack!</p>", ("logo", 8_000))));
    }

    private static void Folds(string written, string text, string folded)
    {
        var split = WrittenText.Of(text);
        Assert.Equal(written, split.Written);
        Assert.Contains(folded, split.Folded, StringComparison.Ordinal);
    }

    private static ReceivedMail With(string html, params (string Id, int Size)[] pictures)
    {
        var mail = new StringBuilder("From: a@b.example\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html);
        foreach (var (id, size) in pictures)
            mail.Append($"\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <{id}>\r\nContent-Disposition: inline; filename={id}.png\r\n\r\n{new string('x', size)}");
        return MailReader.ReadUnguarded(Encoding.UTF8.GetBytes(mail + "\r\n--b--\r\n"), MailLimits.Usual);
    }
}
