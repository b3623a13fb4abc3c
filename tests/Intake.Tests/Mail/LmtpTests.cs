using System.Text;

namespace Desk.Intake.Tests.Mail;

[Collection(MailDeskTests.Name)]
public sealed class LmtpTests(MailDesk desk)
{
    [Fact]
    public async Task Each_recipient_is_answered_for_and_the_mail_is_taken_once()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.LmtpPort, "LHLO");
        var sender = MailDesk.NewAddress();
        await client.SayAsync($"MAIL FROM:<{sender}>");
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<support@desk.example>"));
        Assert.StartsWith("550", await client.SayAsync("RCPT TO:<anna@elsewhere.example>"));
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<postmaster@desk.example>"));
        Assert.StartsWith("354", await client.SayAsync("DATA"));
        await client.WriteAsync(MailDesk.Bytes(MailDesk.Mail(sender)));
        var first = await client.SayAsync("\r\n.");
        Assert.StartsWith("250 2.0.0 Stored", first);
        Assert.Equal(first, await client.AnswerAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from mail where from_email = $1 and source = 'lmtp' and cardinality(envelope_to) = 2", sender));
    }

    [Fact]
    public async Task Each_recipient_hears_of_a_mail_that_is_too_large()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.LmtpPort, "LHLO");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        await client.SayAsync("RCPT TO:<support@desk.example>");
        await client.SayAsync("RCPT TO:<support+more@desk.example>");
        await client.SayAsync("DATA");
        await client.WriteAsync(MailDesk.Bytes(MailDesk.Mail("a@b.example", body: string.Join('\n', Enumerable.Repeat(new string('x', 70), 30_000)))));
        Assert.StartsWith("552", await client.SayAsync("\r\n."));
        Assert.StartsWith("552", await client.AnswerAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"));
    }

    [Fact]
    public async Task The_two_protocols_are_not_mistaken_for_each_other()
    {
        await using var lmtp = await SmtpClient.ConnectAsync(desk.LmtpPort);
        Assert.Contains("LMTP", await lmtp.AnswerAsync(), StringComparison.Ordinal);
        Assert.StartsWith("500", await lmtp.SayAsync("EHLO client.example"));
        Assert.StartsWith("503", await lmtp.SayAsync("MAIL FROM:<a@b.example>"));
        await using var smtp = await SmtpClient.GreetedAsync(desk.Port);
        Assert.StartsWith("500", await smtp.SayAsync("LHLO client.example"));
    }

    [Fact]
    public async Task Without_a_valid_recipient_there_is_no_data()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.LmtpPort, "LHLO");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        await client.SayAsync("RCPT TO:<anna@elsewhere.example>");
        Assert.StartsWith("503", await client.SayAsync("DATA"));
    }

    [Fact]
    public async Task A_mail_in_chunks_is_the_same_mail_whatever_is_in_it()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        var sender = MailDesk.NewAddress();
        var mail = MailDesk.Bytes(MailDesk.Mail(sender, body: "one\n.\nMAIL FROM:<x@y.example>\n..two"));
        await client.SayAsync($"MAIL FROM:<{sender}>");
        await client.SayAsync("RCPT TO:<support@desk.example>");
        // Pipelined: the length says where the commands go on.
        await client.WriteAsync([.. Encoding.ASCII.GetBytes($"BDAT {mail.Length - 40}\r\n"), .. mail[..^40], .. "BDAT 40\r\n"u8, .. mail[^40..], .. "BDAT 0 LAST\r\nNOOP\r\n"u8]);
        Assert.StartsWith("250 2.0.0", await client.AnswerAsync());
        Assert.StartsWith("250 2.0.0 40", await client.AnswerAsync());
        Assert.StartsWith("250 2.0.0 Stored", await client.AnswerAsync());
        Assert.StartsWith("250", await client.AnswerAsync());
        Assert.Equal(mail, await desk.Host.Value<byte[]>("select raw from mail where from_email = $1", sender));
    }

    [Fact]
    public async Task Chunks_that_are_refused_are_read_and_forgotten()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        await client.WriteAsync("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n");
        Assert.StartsWith("503", await client.AnswerAsync());
        Assert.StartsWith("250", await client.AnswerAsync());
        await client.SayAsync("MAIL FROM:<a@b.example>");
        await client.SayAsync("RCPT TO:<support@desk.example>");
        var half = new byte[1_500_000];
        Array.Fill(half, (byte)'x');
        await client.WriteAsync("BDAT 1500000\r\n");
        await client.WriteAsync(half);
        Assert.StartsWith("250", await client.AnswerAsync());
        Assert.StartsWith("503", await client.SayAsync("DATA"));
        await client.WriteAsync("BDAT 1500000 LAST\r\n");
        await client.WriteAsync(half);
        Assert.StartsWith("552", await client.AnswerAsync());
        Assert.StartsWith("250", await client.SayAsync("NOOP"));
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT many LAST")]
    [InlineData("BDAT 99999999999 LAST")]
    public async Task A_chunk_of_unknown_or_forbidden_length_ends_the_conversation(string command)
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        Assert.StartsWith("5", await client.SayAsync(command));
        Assert.Equal("", await client.AnswerAsync());
    }
}
