using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Desk.Intake.Mail;
using Desk.Testing;
using Npgsql;

namespace Desk.Intake.Tests.Mail;

[Collection(MailDeskTests.Name)]
public sealed class SmtpTests(MailDesk desk)
{
    [Fact]
    public async Task A_mail_is_acknowledged_when_it_is_stored_and_not_before()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        var sender = MailDesk.NewAddress();

        var answer = await client.SendAsync(sender, MailDesk.Bytes(MailDesk.Mail(sender)));

        Assert.StartsWith("250 2.0.0 Stored", answer);
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from mail where from_email = $1 and outcome = 'ticket'", sender));
        Assert.Contains("221", await client.SayAsync("QUIT"));
    }

    [Fact]
    public async Task What_is_offered_is_said_and_pipelined_commands_are_obeyed_in_order()
    {
        await using var client = await SmtpClient.ConnectAsync(desk.Port);
        Assert.StartsWith("220 ", await client.AnswerAsync());
        await client.WriteAsync("EHLO client.example\r\nMAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<support@desk.example>\r\nRSET\r\nVRFY anna\r\nNOOP\r\n");
        var offered = await client.AnswerAsync();
        foreach (var extension in new[] { "SIZE 2000000", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES" })
            Assert.Contains(extension, offered, StringComparison.Ordinal);
        Assert.StartsWith("250", await client.AnswerAsync());
        Assert.StartsWith("250", await client.AnswerAsync());
        Assert.StartsWith("250", await client.AnswerAsync());
        Assert.StartsWith("252", await client.AnswerAsync());
        Assert.StartsWith("250", await client.AnswerAsync());
    }

    [Theory]
    [InlineData("anna@elsewhere.example")]
    [InlineData("anna%elsewhere.example@desk.example")]
    [InlineData("@desk.example:anna@elsewhere.example")]
    [InlineData("support@desk.example.elsewhere.example")]
    [InlineData("\"support@desk.example\"@elsewhere.example")]
    public async Task The_desk_is_never_a_relay(string recipient)
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        Assert.StartsWith("550 5.7.1", await client.SendAsync("a@b.example", [], recipient));
        Assert.StartsWith("554", await client.SayAsync("DATA"));
    }

    [Theory]
    [InlineData("support@desk.example")]
    [InlineData("SUPPORT@Desk.Example")]
    [InlineData("support+anything@desk.example")]
    [InlineData("postmaster")]
    [InlineData("postmaster@desk.example")]
    public async Task The_desks_own_addresses_are_taken(string recipient)
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        await client.SayAsync("MAIL FROM:<a@b.example>");
        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<{recipient}>"));
    }

    [Theory]
    [InlineData("one\n.\nMAIL FROM:<x@y.example>\nRCPT TO:<support@desk.example>\nDATA\nSubject: smuggled\n\nin\r\n.\r\n")]
    [InlineData("one\r\n.\nMAIL FROM:<x@y.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nin\r\n.\r\n")]
    [InlineData("one\n.\r\nMAIL FROM:<x@y.example>\r\nSubject: smuggled\r\n\r\nin\r\n.\r\n")]
    [InlineData("one\r.\r\nSubject: smuggled\r\n\r\nin\r\n.\r\n")]
    [InlineData("one\rtwo\r\n.\r\n")]
    public async Task Smuggling_by_bare_CR_or_LF_ends_the_conversation(string data)
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        var sender = MailDesk.NewAddress();
        await client.SayAsync($"MAIL FROM:<{sender}>");
        await client.SayAsync("RCPT TO:<support@desk.example>");
        await client.SayAsync("DATA");
        await client.WriteAsync($"From: {sender}\r\nSubject: carrier\r\n\r\n{data}");

        Assert.StartsWith("550 5.6.0", await client.AnswerAsync());
        Assert.Equal("", await client.AnswerAsync());
        Assert.Equal(0, await desk.Host.Value<long>("select count(*) from mail where envelope_from = $1 or subject = 'smuggled'", sender));
    }

    [Fact]
    public async Task A_command_with_a_bare_LF_ends_the_conversation()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        await client.WriteAsync("NOOP\nNOOP\r\n");
        Assert.StartsWith("500", await client.AnswerAsync());
        Assert.Equal("", await client.AnswerAsync());
    }

    [Fact]
    public async Task A_mail_that_is_too_large_is_refused_before_and_after_it_is_sent()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        Assert.StartsWith("552", await client.SayAsync("MAIL FROM:<a@b.example> SIZE=2000001"));
        var large = MailDesk.Bytes(MailDesk.Mail("a@b.example", body: string.Join('\n', Enumerable.Repeat(new string('x', 70), 30_000))));
        Assert.StartsWith("552", await client.SendAsync("a@b.example", large));
        Assert.StartsWith("250", await client.SayAsync("NOOP"));
    }

    [Fact]
    public async Task Doubled_stops_are_undone_and_a_line_without_end_is_kept()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        var sender = MailDesk.NewAddress();
        await client.SendAsync(sender, MailDesk.Bytes(MailDesk.Mail(sender, body: "..hidden\n" + new string('y', 30_000))));
        var raw = await desk.Host.Value<byte[]>("select raw from mail where from_email = $1", sender);
        Assert.Contains("\r\n.hidden\r\n" + new string('y', 30_000), Encoding.UTF8.GetString(raw!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_too_long_for_a_command_ends_the_conversation()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        await client.WriteAsync(new string('x', 5_000));
        Assert.StartsWith("500 5.5.6", await client.AnswerAsync());
    }

    [Fact]
    public async Task Somebody_who_says_nothing_is_let_go()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        await client.WriteAsync("MAIL FR");
        Assert.StartsWith("421 4.4.2", await client.AnswerAsync());
    }

    [Fact]
    public async Task Too_many_faults_end_the_conversation()
    {
        await using var client = await SmtpClient.GreetedAsync(desk.Port);
        for (var i = 0; i < 14; i++)
            Assert.StartsWith("500", await client.SayAsync("HOCUS POCUS"));
        Assert.StartsWith("500", await client.SayAsync("HOCUS POCUS"));
        Assert.StartsWith("421", await client.AnswerAsync());
    }

    [Fact]
    public async Task When_the_store_is_away_the_sender_keeps_the_mail_and_sends_it_again_later()
    {
        var port = MailDesk.FreePort();
        await using var host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions { Settings = new Dictionary<string, string?> { ["Desk:SmtpPort"] = $"{port}" } });
        var name = new NpgsqlConnectionStringBuilder(host.Database).Database;
        await using var client = await SmtpClient.GreetedAsync(port);
        var sender = MailDesk.NewAddress();
        var mail = MailDesk.Bytes(MailDesk.Mail(sender));

        await SetConnectionsAsync(desk.Host.Database, $"""alter database "{name}" with allow_connections false""", name!);
        Assert.StartsWith("451 4.3.0", await client.SendAsync(sender, mail));
        await SetConnectionsAsync(desk.Host.Database, $"""alter database "{name}" with allow_connections true""", name!);

        Assert.StartsWith("250", await client.SendAsync(sender, mail));
        Assert.Equal(1, await host.Value<long>("select count(*) from mail where from_email = $1", sender));
    }

    [Fact]
    public async Task TLS_is_offered_with_a_certificate_and_nothing_said_before_it_counts()
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=desk.example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var folder = Directory.CreateTempSubdirectory("desk-mail-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "desk.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "desk.key"), key.ExportPkcs8PrivateKeyPem());
        var port = MailDesk.FreePort();
        await using var host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Desk:SmtpPort"] = $"{port}",
                ["Desk:SmtpCertificate"] = Path.Combine(folder, "desk.pem"),
                ["Desk:SmtpCertificateKey"] = Path.Combine(folder, "desk.key"),
            },
        });
        Directory.Delete(folder, recursive: true);

        await using (var client = await SmtpClient.ConnectAsync(port))
        {
            await client.AnswerAsync();
            Assert.Contains("STARTTLS", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
            await client.SayAsync("MAIL FROM:<before@tls.example>");
            Assert.StartsWith("220", await client.SayAsync("STARTTLS"));
            await client.SecureAsync();
            Assert.StartsWith("503", await client.SayAsync("RCPT TO:<support@desk.example>"));
            Assert.DoesNotContain("STARTTLS", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
            var sender = MailDesk.NewAddress();
            Assert.StartsWith("250", await client.SendAsync(sender, MailDesk.Bytes(MailDesk.Mail(sender))));
        }
        await using (var client = await SmtpClient.GreetedAsync(port))
        {
            await client.WriteAsync("STARTTLS\r\nMAIL FROM:<injected@tls.example>\r\n");
            Assert.StartsWith("554", await client.AnswerAsync());
        }
    }

    [Fact]
    public async Task When_the_desk_closes_those_who_wait_hear_421()
    {
        var port = MailDesk.FreePort();
        var host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions { Settings = new Dictionary<string, string?> { ["Desk:SmtpPort"] = $"{port}" } });
        await using var client = await SmtpClient.GreetedAsync(port);
        var closing = host.DisposeAsync();
        Assert.StartsWith("421", await client.AnswerAsync());
        await closing;
    }

    private static async Task SetConnectionsAsync(string connection, string sql, string name)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using (var command = database.CreateCommand(sql))
            await command.ExecuteNonQueryAsync();
        await using var end = database.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1");
        end.Parameters.Add(new() { Value = name });
        await end.ExecuteNonQueryAsync();
    }
}
