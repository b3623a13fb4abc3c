using System.Text;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Sending;
using Desk.Notification.Templates;
using Desk.Notification.Writing;

namespace Desk.Notification.Tests;

public sealed class WritingTests
{
    [Theory]
    [InlineData("Plain subject")]
    [InlineData("Åäö på rad, ÅÄÖ")]
    [InlineData("日本語の件名がとても長い場合でも文字の途中で切れてはいけません。日本語の件名がとても長い場合でも。")]
    [InlineData("Emoji 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 end")]
    [InlineData("=?utf-8?q?looks_encoded?= already")]
    [InlineData("A very long subject that goes on and on in plain words until it must be folded over more than one line of the header")]
    [InlineData("oneverylongwordwithoutanyspacewhatsoeverthatcannotbefoldedanywhereatallandgoesonforlongerthanaline")]
    public void A_subject_comes_back_as_it_was_and_no_line_is_too_long(string subject)
    {
        var mail = Encoding.ASCII.GetString(MailWriter.Write(A(subject)));
        Assert.All(mail.Split("\r\n"), line => Assert.InRange(line.Length, 0, 100));
        Assert.Equal(subject, Eml.Parse(mail)["Subject"]);
    }

    [Theory]
    [InlineData("a\r\nb\nc\rd")]
    [InlineData(".\r\n.hidden\r\nFrom here\r\n")]
    [InlineData("trailing space \nand tab\t\nåäö = 100 %")]
    [InlineData("a line that is just long enough to be broken softly somewhere around here, å, and on it goes")]
    public void A_text_comes_back_as_it_was_and_is_safe_through_any_relay(string text)
    {
        var raw = Encoding.ASCII.GetString(MailWriter.Write(A("s") with { Text = text }));
        Assert.Equal(text.ReplaceLineEndings("\n").TrimEnd('\n'), Eml.Parse(raw).Text.TrimEnd('\n'));
        Assert.DoesNotContain("\r\n.", raw);
        Assert.DoesNotContain("\r\nFrom ", raw);
        Assert.Equal(raw.Count(sign => sign == '\r'), raw.Count(sign => sign == '\n'));
    }

    [Theory]
    [InlineData("https://desk.example/updates/x", true)]
    [InlineData("http://desk.example/updates/x", false)]
    public void One_click_is_offered_by_https_alone_as_RFC_8058_has_it(string address, bool offered)
    {
        var mail = Eml.Parse(Encoding.ASCII.GetString(MailWriter.Write(A("s") with { Unsubscribe = address })));
        Assert.Equal($"<{address}>", mail["List-Unsubscribe"]);
        Assert.Equal(offered, mail.Headers.TryGetValue("List-Unsubscribe-Post", out var post) && post == "List-Unsubscribe=One-Click");
    }

    [Theory]
    [InlineData("report.pdf")]
    [InlineData("Årsredovisning för räkenskapsåret 2026, slutlig version.pdf")]
    [InlineData("quoted \"name\" with ; and \\.txt")]
    [InlineData("En mycket lång fil med många ord, så att namnet måste delas på flera rader och ändå komma fram helt och hållet å ä ö.docx")]
    [InlineData("日本語😀.txt")]
    public void A_file_arrives_with_its_name_and_its_bytes(string name)
    {
        var content = Enumerable.Range(0, 5000).Select(at => (byte)(at * 7)).ToArray();
        var raw = Encoding.ASCII.GetString(MailWriter.Write(A("s") with { Files = [new MailFile(name, "application/pdf", content), new MailFile("two.txt", "no type", "."u8.ToArray())] }));
        Assert.All(raw.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        var mail = Eml.Parse(raw);
        Assert.Equal([(name, "application/pdf"), ("two.txt", "application/octet-stream")], mail.Files.Select(file => (file.Name, file.Type)));
        Assert.Equal(content, mail.Files[0].Content);
        Assert.Equal(("text", "<p>html</p>"), (mail.Text.TrimEnd('\n'), mail.Html.TrimEnd('\n')));
    }

    [Theory]
    [InlineData("rut@nordvik.example", true)]
    [InlineData("rut@kommunå.example", true)]
    [InlineData("a+b.c@x.example", true)]
    [InlineData("a@b@c.example", false)]
    [InlineData("a@b.example\r\nRCPT TO:<x@y.example>", false)]
    [InlineData("a b@c.example", false)]
    [InlineData("<a@b.example>", false)]
    [InlineData("a@b.example,c@d.example", false)]
    [InlineData("å@b.example", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    public void An_address_is_taken_only_if_nothing_can_hide_in_it(string address, bool mailable) => Assert.Equal(mailable, Address.IsMailable(address));

    [Theory]
    [InlineData("<a@b.example>", "a@b.example")]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("garbage <a@b.example> more <c@d.example>", "a@b.example c@d.example")]
    [InlineData("<a@b>\r\nBcc: x", "a@b")]
    [InlineData("nothing", "")]
    [InlineData(null, "")]
    public void Only_what_is_a_Message_ID_is_taken_from_outside(string? text, string ids) => Assert.Equal(ids, string.Join(' ', MessageIds.All(text)));

    [Fact]
    public void References_do_not_grow_without_end()
        => Assert.Equal(12, MessageIds.All(string.Join(' ', Enumerable.Range(0, 500).Select(at => $"<{at}@x.example>"))).Length);

    [Fact]
    public void A_line_with_a_dot_alone_does_not_end_the_mail()
        => Assert.Equal("..\r\n..a\r\nb.\r\n.\r\n", Encoding.ASCII.GetString(SmtpConversation.Stuffed(".\r\n.a\r\nb."u8.ToArray())));

    [Fact]
    public void The_waits_grow_and_end()
    {
        Assert.Equal([1, 5, 30, 120, 480], Enumerable.Range(1, 5).Select(tries => Backoff.After(tries)!.Value.TotalMinutes));
        Assert.Null(Backoff.After(6));
    }

    [Fact]
    public void A_template_that_asks_for_what_no_letter_has_is_an_error()
    {
        Assert.Throws<KeyNotFoundException>(() => Template.Parse("{{nothing}}", html: true).Render([]));
        Assert.Throws<FormatException>(() => Template.Parse("{{#a}}x{{/b}}", html: true));
        Assert.Throws<FormatException>(() => Template.Parse("{{#a}}x", html: true));
        Assert.Equal("&lt;b&gt;|yes|ab|", Template.Parse("{{v}}|{{#t}}yes{{/t}}{{^t}}no{{/t}}|{{#l}}{{i}}{{/l}}|{{#e}}x{{/e}}", html: true).Render(new Values
        {
            ["v"] = "<b>",
            ["t"] = true,
            ["e"] = "",
            ["l"] = new List<Values> { new() { ["i"] = "a" }, new() { ["i"] = "b" } },
        }));
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("look")]
    [InlineData("reply")]
    [InlineData("update")]
    [InlineData("solve")]
    [InlineData("waitRequester")]
    [InlineData("waitSupplier")]
    [InlineData("resumeAt")]
    [InlineData("confirm")]
    [InlineData("some day new")]
    [InlineData(null)]
    public void Every_next_step_has_words_in_both_languages_with_a_time_and_without(string? code)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");
        var at = new DateTimeOffset(2026, 7, 1, 22, 15, 0, TimeSpan.Zero);
        foreach (var time in new DateTimeOffset?[] { at, null })
            Assert.NotEqual(NextStepWords.Say("sv", code, time, zone), NextStepWords.Say("en", code, time, zone));
        Assert.Equal("torsdag 2 juli kl. 00:15", NextStepWords.Time("sv", at, zone));
    }

    private static Draft A(string subject) => new(
        new Address("support@desk.example", "Servicedesk"), new Address("rut@nordvik.example", "Rut Åberg"), [], "support+D-1.x@desk.example", subject,
        "D-1.abc.def@desk.example", null, [], default, true, "sv", "text", "<p>html</p>");
}
