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

    /// <summary>Twenty thousand damaged mails: none throws, none is slow, and what is read can be stored.</summary>
    [Fact]
    public void No_bytes_make_the_reader_throw_or_linger()
    {
        var random = new Random(20261122);
        var samples = Samples.All.Select(sample => Encoding.UTF8.GetBytes(sample.ReplaceLineEndings("\r\n"))).ToArray();
        var slowest = TimeSpan.Zero;
        var watch = new Stopwatch();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Mutate(samples[i % samples.Length], samples, random);
            watch.Restart();
            var mail = MailReader.ReadUnguarded(bytes, MailLimits.Usual);
            if (watch.Elapsed > slowest) slowest = watch.Elapsed;
            Assert.DoesNotContain('\0', mail.Text + mail.Subject);
            Assert.DoesNotContain("\uFFFD\0", mail.Text, StringComparison.Ordinal);
            Assert.All(mail.Files, file => Assert.NotEmpty(file.Name));
        }
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"the slowest took {slowest}");
    }

    private static byte[] Mutate(byte[] sample, byte[][] samples, Random random)
    {
        var bytes = sample.ToList();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(200), bytes.Count - at));
                    break;
                case 2:
                    var other = samples[random.Next(samples.Length)];
                    bytes.InsertRange(at, other.Skip(random.Next(other.Length)).Take(random.Next(400)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count + 1)).Take(random.Next(300)).ToList());
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat("\0\r\n-=?<\"(;&\u001B"u8[random.Next(12)], random.Next(1, 300)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static ReceivedMail Read(string mail) => MailReader.ReadUnguarded(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), MailLimits.Usual);
}
