using System.Diagnostics;
using System.Text;
using Desk.Intake.Mail.Reading;

namespace Desk.Intake.Tests.Mail;

public sealed class ReadingTests
{
    [Theory]
    [InlineData("=?utf-8?Q?=C3=85ngstr=C3=B6m?=", "Ångström")]
    [InlineData("=?iso-8859-1?q?Sk=E4rm?= =?iso-8859-1?q?en?=", "Skärmen")]
    [InlineData("=?utf-8?B?w4U=?=\r\n =?utf-8?B?bmdzdHI=?=", "Ångstr")]
    [InlineData("=?utf-8?Q?=C3?= =?utf-8?Q?=84?=", "Ä")]
    [InlineData("=?utf8?Q?=C3=A4ra?=", "ära")]
    [InlineData("=?us-ascii*sv?Q?hej_d=C3=A5?=", "hej då")]
    [InlineData("\"=?utf-8?Q?=C3=A5?=\" och b", "\"å\" och b")]
    [InlineData("=?utf-8?Q?cut off=C3=A5", "cut offå")]
    [InlineData("=?iso-2022-jp?B?GyRCJF4kXyRgGyhC?=", "まみむ")]
    [InlineData("=?gb2312?B?xOO6ww==?=", "你好")]
    [InlineData("=?koi8-r?B?8NLJ18XU?=", "Привет")]
    [InlineData("100 % =? not a word", "100 % =? not a word")]
    [InlineData("=?utf-7?Q?Sk+AOQ-rm?=", "Skärm")]
    public void Encoded_words_are_read_as_they_were_meant(string raw, string subject)
        => Assert.Equal(subject, Read($"Subject: {raw}\r\n\r\n").Subject);

    [Theory]
    [InlineData("Anna Lind <anna@a.example>", "Anna Lind", "anna@a.example")]
    [InlineData("\"Lind, Anna\" <anna@A.Example>", "Lind, Anna", "anna@a.example")]
    [InlineData("Lind, Anna <anna@a.example>", "Lind, Anna", "anna@a.example")]
    [InlineData("anna@a.example (Anna Lind)", "Anna Lind", "anna@a.example")]
    [InlineData("<@relay.example:anna@a.example>", null, "anna@a.example")]
    [InlineData("\"a@b.example\" <anna@a.example>", "a@b.example", "anna@a.example")]
    [InlineData("Team: anna@a.example, bo@b.example;", null, "anna@a.example")]
    [InlineData("=?utf-8?Q?M=C3=A4rta=2C_=C3=96st?= <marta@a.example>", "Märta, Öst", "marta@a.example")]
    [InlineData("anna @ a . example", null, "anna@a.example")]
    [InlineData("\"Unclosed <anna@a.example>", "Unclosed", "anna@a.example")]
    [InlineData("mailto:anna@a.example", null, "anna@a.example")]
    public void The_sender_is_found_however_it_is_written(string from, string? name, string address)
    {
        var mail = Read($"From: {from}\r\n\r\n");
        Assert.Equal((name, address), (mail.From?.Name, mail.From?.Address));
    }

    [Theory]
    [InlineData("filename=\"r=C3=A4kning.pdf\"", "r=C3=A4kning.pdf")]
    [InlineData("filename*=utf-8''r%C3%A4kning.pdf", "räkning.pdf")]
    [InlineData("filename*0*=utf-8''r%C3%A4k; filename*1*=ning; filename*2=.pdf", "räkning.pdf")]
    [InlineData("filename=\"=?utf-8?Q?r=C3=A4kning.pdf?=\"", "räkning.pdf")]
    [InlineData("filename=min räkning.pdf", "min räkning.pdf")]
    [InlineData("filename=\"..\\\\..\\\\windows\\\\system.ini\"", "system.ini")]
    [InlineData("filename=\"/etc/passwd\"", "passwd")]
    [InlineData("filename=\"con.txt\"", "_con.txt")]
    public void File_names_are_read_and_cleaned(string parameter, string name)
        => Assert.Equal(name, Read($"Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}\r\n\r\nx").Files.Single().Name);

    [Fact]
    public void A_text_is_found_among_alternatives_and_files()
    {
        var mail = Read("""
            Content-Type: multipart/mixed; boundary="out"

            preamble
            --out
            Content-Type: multipart/alternative; boundary=out-in

            --out-in
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Hej p=E5 dig=
             alla=
            --out-in
            Content-Type: text/html

            <p>Hej</p>
            --out-in--
            --out
            Content-Type: image/png; name=bild.png
            Content-Transfer-Encoding: base64

            aGVq
            --out--
            epilogue
            """);
        Assert.Equal("Hej på dig alla", mail.Text);
        Assert.Equal("<p>Hej</p>", mail.Html);
        Assert.Equal("hej", Encoding.ASCII.GetString(mail.Files.Single().Content.Span));
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhej\r\n--x--", "hej")]
    [InlineData("Content-Type: multipart/mixed; boundary=wrong\r\n\r\n--right\r\nContent-Type: text/plain\r\n\r\nhej\r\n--right--", "hej")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhej", "hej")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts at all", "no parts at all")]
    [InlineData("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nthis was never encoded", "this was never encoded")]
    [InlineData("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVq\r\nISE=\r\n-- \r\nA list\r\n", "hej!!\n-- \nA list")]
    [InlineData("Content-Type: text/plain; charset=utf-8\r\n\r\nsk\u00E4rm", "skärm")]
    [InlineData("Content-Type: text/plain; format=flowed\r\n\r\none \r\nline\r\nanother", "one line\nanother")]
    [InlineData("Content-Type: text/html\r\n\r\n<p>one<p>two<br>three<style>p{}</style><blockquote>said</blockquote>", "one\n\ntwo\nthree\n\n> said")]
    [InlineData("Subject: x\r\nno field here, so the body begins\r\nand goes on", "no field here, so the body begins\nand goes on")]
    public void Damage_is_read_for_what_it_says(string mail, string text) => Assert.Equal(text, Read(mail).Text);

    [Fact]
    public void Bytes_in_another_set_than_declared_are_read_for_what_they_are()
    {
        byte[] Mail(string charset, byte[] body) => [.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; charset={charset}\r\n\r\n"), .. body];
        Assert.Equal("åäö", MailReader.Read(Mail("us-ascii", Encoding.UTF8.GetBytes("åäö"))).Text);
        Assert.Equal("åäö", MailReader.Read(Mail("iso-8859-1", Encoding.UTF8.GetBytes("åäö"))).Text);
        Assert.Equal("åäö", MailReader.Read(Mail("utf-8", Encoding.Latin1.GetBytes("åäö"))).Text);
        Assert.Equal("åäö", MailReader.Read(Mail("no-such-set", Encoding.Latin1.GetBytes("åäö"))).Text);
    }

    [Fact]
    public void A_uuencoded_file_in_a_text_becomes_a_file()
    {
        var mail = Read("\r\nbefore\r\nbegin 644 hej.txt\r\n#:&5J\r\n`\r\nend\r\nafter");
        Assert.Equal("hej", Encoding.ASCII.GetString(mail.Files.Single().Content.Span));
        Assert.Equal("before\n\nafter", mail.Text);
    }

    [Theory]
    [InlineData(25, 0, "nested")]
    [InlineData(0, 1_100, "parts")]
    [InlineData(0, 150, "attachments")]
    public void Above_a_limit_the_reason_is_said(int depth, int parts, string reason)
    {
        var mail = depth > 0
            ? string.Concat(Enumerable.Range(0, depth).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"))
            : "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat($"--b\r\nContent-Type: {(parts > 1_000 ? "text/plain" : "image/png")}\r\n\r\nx\r\n", parts));
        Assert.Contains(reason, Read(mail).TooMuch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_above_its_limit_is_not_read() => Assert.Contains("header", Read("X: " + new string('a', 70_000) + "\r\n\r\n").TooMuch, StringComparison.Ordinal);

    [Theory]
    [InlineData("<b a")]
    [InlineData("<div><blockquote>")]
    [InlineData("<a href=\"")]
    [InlineData("&#x")]
    [InlineData("<!--")]
    public void No_html_costs_more_than_its_length(string piece)
    {
        var html = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        var watch = Stopwatch.StartNew();
        Read("Content-Type: text/html\r\n\r\n" + html);
        SafeHtmlTests.Make(html);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("Content-Type: text/plain; charset=windows-1250\r\n\r\n", new byte[] { 0xA3, 0xF3, 0x64, 0x9F }, "Łódź")]
    [InlineData("Content-Type: text/plain; charset=cp1251\r\n\r\n", new byte[] { 0xCF, 0xF0, 0xE8 }, "При")]
    [InlineData("Content-Type: text/plain; charset=windows-1253\r\n\r\n", new byte[] { 0xC3, 0xE5, 0xE9 }, "Γει")]
    [InlineData("Content-Type: text/plain; charset=windows-1254\r\n\r\n", new byte[] { 0xDE, 0xFD }, "Şı")]
    [InlineData("Content-Type: text/plain; charset=windows-1255\r\n\r\n", new byte[] { 0xF9, 0xEC }, "של")]
    [InlineData("Content-Type: text/plain; charset=windows-1256\r\n\r\n", new byte[] { 0xE3, 0xD1 }, "مر")]
    [InlineData("Content-Type: text/plain; charset=windows-1257\r\n\r\n", new byte[] { 0xD0, 0xF0 }, "Šš")]
    [InlineData("Content-Type: text/plain; charset=gb2312\r\n\r\n", new byte[] { 0xC4, 0xE3, 0xBA, 0xC3 }, "你好")]
    [InlineData("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n", new byte[] { 0x1B, 0x24, 0x42, 0x24, 0x5E, 0x1B, 0x28, 0x42 }, "ま")]
    [InlineData("Content-Type: text/plain; charset=utf-7\r\n\r\n", new byte[] { 0x2B, 0x41, 0x4F, 0x51, 0x2D, 0x72 }, "är")]
    [InlineData("Content-Type: text/plain; charset=big5\r\n\r\n", new byte[] { 0xA7, 0x41 }, "你")]
    [InlineData("Content-Type: text/plain; charset=euc-kr\r\n\r\n", new byte[] { 0xB0, 0xA1 }, "가")]
    [InlineData("Content-Type: text/plain; charset=koi8-u\r\n\r\n", new byte[] { 0xA6, 0xCB }, "ік")]
    public void Each_charset_is_read(string header, byte[] body, string text)
        => Assert.Equal(text, MailReader.ReadUnguarded((byte[])[.. Encoding.ASCII.GetBytes(header), .. body], MailLimits.Usual).Text);

    [Fact]
    public void A_forwarded_mail_is_a_file_and_can_be_read_inside()
    {
        var mail = Read("Subject: Fwd: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSe nedan.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: rut@a.example\r\nSubject: Trasig\r\n\r\nDen skriver inte.\r\n--b--\r\n");
        Assert.Equal(("Se nedan.", "Trasig.eml"), (mail.Text, mail.Files.Single().Name));
        Assert.Equal(("rut@a.example", "Trasig", "Den skriver inte."), (mail.Inside!.From!.Address, mail.Inside.Subject, mail.Inside.Text));
    }

    [Fact]
    public void Of_a_text_beyond_reading_the_beginning_is_shown_and_all_is_kept()
    {
        var text = string.Concat(Enumerable.Repeat("Den skriver inte. ", 200_000));
        var mail = Read("Content-Type: text/plain\r\n\r\n" + text);
        Assert.StartsWith("Den skriver inte.", mail.Text, StringComparison.Ordinal);
        Assert.Contains(mail.Files, file => file.Content.Length >= text.Length);
        Assert.NotEmpty(mail.Damage);
    }

    [Fact]
    public void A_budget_of_time_or_memory_that_is_spent_is_said()
    {
        var mail = Encoding.UTF8.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\naGVqaGVqaGVq\r\n--b--\r\n");
        Assert.Contains("seconds", MailReader.ReadUnguarded(mail, new MailLimits { Time = TimeSpan.Zero }).TooMuch, StringComparison.Ordinal);
        Assert.Contains("memory", MailReader.ReadUnguarded(mail, new MailLimits { Memory = 10 }).TooMuch, StringComparison.Ordinal);
        Assert.Null(MailReader.ReadUnguarded(mail, MailLimits.Usual).TooMuch);
    }

    [Fact]
    public void Many_texts_in_a_row_cost_no_more_than_their_length()
    {
        var part = "--b\r\nContent-Type: text/plain\r\n\r\n" + new string('x', 20_000) + "\r\n";
        var mail = Encoding.UTF8.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat(part, 900)) + "--b--\r\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(MailReader.ReadUnguarded(mail, MailLimits.Usual).TooMuch);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, mail.Length * 20L);
    }

    [Fact]
    public void An_escape_among_eight_bit_letters_opens_no_other_set()
        => Assert.Contains("skrivaren", MailReader.ReadUnguarded((byte[])[.. "Subject: x\r\n\r\n\u001B$B "u8, 0xE5, .. " skrivaren\r\n"u8], MailLimits.Usual).Text, StringComparison.Ordinal);

    [Fact]
    public void Text_in_the_header_of_a_part_is_said_to_be_there()
        => Assert.NotEmpty(Read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nSkrivaren: den skriver inte\r\nContent-Type: text/plain\r\n\r\nhej\r\n--b--").Damage);

    [Fact]
    public void Text_outside_the_parts_is_said_to_be_there()
        => Assert.NotEmpty(Read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhej\r\n--b--\r\nAnd another thing.").Damage);

    [Theory]
    [InlineData("<p>Hej</p>", "<p>Hej</p>", false)]
    [InlineData("<p>Hej</p>", "<p>Skrivaren brinner</p>", true)]
    public void Of_several_html_texts_the_last_is_shown_and_that_they_differ_is_said(string first, string last, bool isSaid)
    {
        var mail = Read($"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n{first}\r\n--b\r\nContent-Type: text/html\r\n\r\n{last}\r\n--b--");
        Assert.Equal((last, isSaid), (mail.Html!.Trim(), mail.Damage.Count > 0));
    }

    private static ReceivedMail Read(string mail) => MailReader.ReadUnguarded(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), MailLimits.Usual);
}
