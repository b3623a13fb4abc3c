using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Intake.Mail.Imap;
using Desk.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Intake.Tests.Mail;

[Collection(MailDeskTests.Name)]
public sealed class ImapTests(MailDesk desk)
{
    private static int s_mailboxes;

    [Fact]
    public async Task What_lies_in_a_mailbox_is_taken_marked_and_what_comes_later_is_taken_at_once()
    {
        await using var server = new ImapServer();
        var (first, second) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        server.Add(Mail(first));
        await using var fetching = Start(server);
        await TakenAsync(first);
        await Wait.Until(() => server.Inbox[1].Flags.ContainsKey("\\Seen") && server.Said.Contains("IDLE"), "the mailbox was told and waits");

        server.Add(Mail(second));
        await TakenAsync(second);
        Assert.Equal("imap", await desk.Host.Value<string>("select source from mail where from_email = $1", second));
    }

    [Fact]
    public async Task A_mailbox_says_team_agreement_and_language_of_what_comes_through_it()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        await using var server = new ImapServer();
        var sender = MailDesk.NewAddress();
        server.Add(Mail(sender, "VPN", "VPN?"));
        await using var fetching = Start(server, ("Team", "network"), ("Agreement", "gold"), ("Language", "en"));
        var registered = await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Requester.Email == sender);
        Assert.Equal(("network", "gold", "en"), (registered.Team, registered.Agreement, registered.Requester.Language));
    }

    [Theory]
    [InlineData("IDLE MOVE UIDPLUS SASL-IR AUTH=PLAIN")]
    [InlineData("UIDPLUS")]
    public async Task Taken_mails_are_moved_where_that_is_wished(string offers)
    {
        await using var server = new ImapServer { Offers = offers };
        var sender = MailDesk.NewAddress();
        server.Add(Mail(sender));
        await using var fetching = Start(server, ("After", "move"), ("MoveTo", "Åtgärdat"));
        await TakenAsync(sender);
        await Wait.Until(() => server.Inbox.IsEmpty, "the mail was moved");
        Assert.Single(server.Folders["\"&AMU-tg&AOQ-rdat\""]);
    }

    [Fact]
    public async Task A_connection_lost_between_storing_and_marking_doubles_nothing()
    {
        await using var server = new ImapServer();
        var senders = Enumerable.Range(0, 5).Select(_ => MailDesk.NewAddress()).ToList();
        foreach (var sender in senders)
            server.Add(Mail(sender));
        var broken = 0;
        server.Odd = command => command.StartsWith("UID STORE", StringComparison.Ordinal) && Interlocked.Increment(ref broken) <= 2 ? "" : null;
        await using var fetching = Start(server);
        await Wait.Until(() => server.Inbox.Values.All(mail => mail.Flags.ContainsKey("\\Seen")), "all are marked");
        Assert.Equal(5, await desk.Host.Value<long>("select count(*) from mail where from_email = any($1)", senders));
        Assert.Equal(5, await desk.Host.Value<long>("select count(*) from ticket join person on person.id = requester_id where email = any($1)", senders));
    }

    [Fact]
    public async Task When_the_server_numbers_its_mails_anew_none_is_taken_twice_not_even_one_without_a_name()
    {
        await using var server = new ImapServer();
        var (named, nameless) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        server.Add(Mail(named));
        server.Add(MailDesk.Bytes($"From: {nameless}\n\nsame"), "21-Nov-2026 09:00:00 +0000");
        // The same words at another time are another mail.
        server.Add(MailDesk.Bytes($"From: {nameless}\n\nsame"), "22-Nov-2026 09:00:00 +0000");
        await using var fetching = Start(server);
        await Wait.Until(() => server.Inbox.Values.All(mail => mail.Flags.ContainsKey("\\Seen")), "all are marked");
        server.Renumber();
        var later = MailDesk.NewAddress();
        server.Add(Mail(later));
        await TakenAsync(later);
        Assert.Equal((1, 2), (await CountAsync(named), await CountAsync(nameless)));
    }

    [Fact]
    public async Task A_backlog_of_100_000_is_taken_in_small_steps_and_goes_on_where_it_stopped()
    {
        await using var server = new ImapServer();
        var sender = MailDesk.NewAddress();
        for (var i = 0; i < 100_000; i++)
        {
            var id = $"{i}.{sender}";
            server.Add(() => MailDesk.Bytes(MailDesk.Mail(sender, headers: "Precedence: list", id: id)));
        }
        var name = NewName();
        await using (Start(server, ("Name", name)))
            await Wait.Until(async () => await CountAsync(sender) >= 60, "some are taken");
        var before = await PlaceAsync(name);
        Assert.InRange(before, 40, 99_999);
        server.Said.Clear();
        await using (Start(server, ("Name", name)))
            await Wait.Until(async () => await PlaceAsync(name) >= before + 40, "it went on");

        var fetched = server.Said.Where(command => command.Contains("BODY.PEEK", StringComparison.Ordinal)).Select(command => long.Parse(command.Split(' ')[2])).ToList();
        Assert.Equal(before + 1, fetched[0]);
        Assert.Equal(fetched.Distinct().Count(), fetched.Count);
        Assert.All(server.Said.Where(command => command.Contains("RFC822.SIZE", StringComparison.Ordinal)), command => Assert.InRange(command.Split(',').Length, 1, 20));
        Assert.All(server.Said.Where(command => command.StartsWith("UID SEARCH", StringComparison.Ordinal)), command =>
        {
            var range = command.Split(' ')[3].Split(':').Select(long.Parse).ToArray();
            Assert.InRange(range[1] - range[0], 0, 65_536);
        });
    }

    [Fact]
    public async Task A_mail_that_is_too_large_is_kept_in_part_and_never_removed()
    {
        await using var server = new ImapServer();
        var (large, small) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        var uid = server.Add(Mail(large, body: string.Join('\n', Enumerable.Repeat(new string('x', 70), 30_000))));
        server.Add(Mail(small));
        await using var fetching = Start(server, ("After", "delete"));
        await TakenAsync(small);
        await Wait.Until(() => server.Inbox.Count == 1 && server.Inbox[uid].Flags.ContainsKey("\\Flagged"), "one is deleted and one flagged");
        Assert.Equal("quarantined", await desk.Host.Value<string>("select outcome from mail where from_email = $1 or (source = 'imap' and reason like '%at most 2000000%')", large));
        Assert.Equal(256 * 1024, await desk.Host.Value<int>("select size from mail where source = 'imap' and reason like '%at most 2000000%'"));
    }

    [Fact]
    public async Task A_mail_that_cannot_be_fetched_is_passed_over_and_listed()
    {
        await using var server = new ImapServer();
        var (before, after) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        server.Add(Mail(before));
        server.Add(Mail(MailDesk.NewAddress()));
        server.Add(Mail(after));
        server.Odd = command => command.StartsWith("UID FETCH 2 (UID BODY", StringComparison.Ordinal) ? "TAG NO it is broken\r\n" : null;
        var (name, clock) = (NewName(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await using var fetching = Start(server, clock, ("Name", name));
        await Wait.Until(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return await CountAsync(after) == 1 && await PlaceAsync(name) == 3;
        }, "the one behind it is taken");
        Assert.Equal(1, await CountAsync(before));
        var passedOver = await desk.Host.Value<long[]>("select passed_over from mailbox where name = $1", name);
        Assert.Equal(2, Assert.Single(passedOver!));
        Assert.Contains("it is broken", await desk.Host.Value<string>("select last_error from mailbox where name = $1", name));
    }

    [Fact]
    public async Task Of_two_processes_one_at_a_time_reads_a_mailbox_and_the_other_goes_on_when_it_stops()
    {
        await using var server = new ImapServer();
        var name = NewName();
        var (first, second) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        server.Add(Mail(first));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var one = Start(server, ("Name", name));
        await TakenAsync(first);
        await using var other = Start(server, clock, ("Name", name));
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        Assert.Equal(1, server.Connections);
        await one.DisposeAsync();
        server.Add(Mail(second));
        await Wait.Until(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return await CountAsync(second) == 1;
        }, "the other took over");
    }

    [Fact]
    public async Task An_access_token_is_got_used_and_got_anew_when_it_is_refused()
    {
        var port = MailDesk.FreePort();
        using var endpoint = new HttpListener();
        endpoint.Prefixes.Add($"http://127.0.0.1:{port}/");
        endpoint.Start();
        var forms = new List<string>();
        var answering = Task.Run(async () =>
        {
            for (var i = 1; i <= 2; i++)
            {
                var call = await endpoint.GetContextAsync();
                using var reader = new StreamReader(call.Request.InputStream);
                forms.Add(await reader.ReadToEndAsync());
                call.Response.Close(Encoding.UTF8.GetBytes($$"""{"access_token":"token{{i}}","expires_in":3600,"token_type":"Bearer"}"""), false);
            }
        });
        await using var server = new ImapServer { Offers = "IDLE SASL-IR AUTH=XOAUTH2", LetsIn = proof => proof.Contains("auth=Bearer token2\u0001\u0001", StringComparison.Ordinal) };
        var sender = MailDesk.NewAddress();
        server.Add(Mail(sender));
        await using var fetching = Start(server, ("Password", ""), ("TokenUrl", $"http://127.0.0.1:{port}/token"), ("ClientId", "desk"), ("ClientSecret", "s3cret"), ("Scope", "mail"));
        await TakenAsync(sender);
        await answering;
        Assert.Equal("grant_type=client_credentials&client_id=desk&client_secret=s3cret&scope=mail", forms[0]);
        Assert.Contains(server.Said, line => line.StartsWith("AUTHENTICATE XOAUTH2 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH=PLAIN", "AUTHENTICATE PLAIN")]
    [InlineData("AUTH=PLAIN SASL-IR", "AUTHENTICATE PLAIN AGJv")]
    [InlineData("", "LOGIN \"box@desk.example\" \"pass \\\\ \\\"word\\\"\"")]
    public async Task A_password_is_said_as_the_server_wants_it(string offers, string command)
    {
        await using var server = new ImapServer { Offers = offers };
        await using var mailbox = await OpenAsync(server, ("Password", "pass \\ \"word\""));
        Assert.Contains(server.Said, line => line.StartsWith(command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TLS_is_asked_for_before_anything_else_and_only_the_right_server_is_believed()
    {
        using var certificate = ImapServer.SelfSigned();
        using var another = ImapServer.SelfSigned();
        using var wrongName = ImapServer.SelfSigned("mail.elsewhere.example");
        await using var server = new ImapServer { Certificate = certificate, Offers = "STARTTLS AUTH=PLAIN SASL-IR LOGINDISABLED" };
        var folder = Directory.CreateTempSubdirectory("desk-imap-").FullName;
        string Trust(X509Certificate2 whom)
        {
            var file = Path.Combine(folder, $"{whom.Thumbprint}.pem");
            File.WriteAllText(file, whom.ExportCertificatePem());
            return file;
        }

        try
        {
            await using (await OpenAsync(server, ("Host", "localhost"), ("Tls", "startTls"), ("TlsTrust", Trust(certificate))))
                Assert.Equal("STARTTLS", server.Said.First(line => line != "CAPABILITY"));
            server.Said.Clear();
            await Assert.ThrowsAnyAsync<System.Security.Authentication.AuthenticationException>(() => OpenAsync(server, ("Host", "localhost"), ("Tls", "startTls"), ("TlsTrust", Trust(another))));
            await Assert.ThrowsAnyAsync<System.Security.Authentication.AuthenticationException>(() => OpenAsync(server, ("Host", "localhost"), ("Tls", "startTls")));
            server.Certificate = wrongName;
            await Assert.ThrowsAnyAsync<System.Security.Authentication.AuthenticationException>(() => OpenAsync(server, ("Host", "localhost"), ("Tls", "startTls"), ("TlsTrust", Trust(wrongName))));
            Assert.DoesNotContain(server.Said, line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("* PREAUTH welcome", null, "")]
    [InlineData("* OK ready", "STARTTLS", "TAG OK begin\r\n* OK slipped in\r\n")]
    [InlineData("* OK ready", "CAPABILITY", "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n")]
    public async Task Without_TLS_that_was_asked_for_nothing_more_is_said(string greeting, string? command, string odd)
    {
        await using var server = new ImapServer { Greeting = greeting, Offers = "STARTTLS AUTH=PLAIN" };
        server.Odd = said => said == command ? odd : null;
        await Assert.ThrowsAsync<ImapException>(() => OpenAsync(server, ("Tls", "startTls")));
        Assert.DoesNotContain(server.Said, line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal) || line.StartsWith("LOGIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UID FETCH *", "* 1 FETCH (UID 1 BODY[] {2000000000}\r\n", "nobody asked for")]
    [InlineData("UID FETCH *", "* 1 FETCH (UID 1 BODY[] {10}\r\n0123456789)\r\n", "nobody asked for")]
    [InlineData("UID FETCH *", "* 1 FETCH (UID 1 BODY[] {-1}\r\n", "without a length")]
    [InlineData("UID FETCH *", "* 1 FETCH ((((((((((((((((((((((((((((\r\n", "too deep")]
    [InlineData("UID FETCH *", "* 1 FETCH (UID 1\r\n", "open")]
    [InlineData("UID FETCH *", "* 1 FETCH UID 1)\r\n", "closed")]
    [InlineData("UID FETCH *", "\r\n", "no response")]
    [InlineData("UID FETCH *", "* BYE shutting down\r\n", "goodbye")]
    [InlineData("UID FETCH *", "", "hung up")]
    [InlineData("UID FETCH *", "TAG NO password is hunter2\r\n", "UID FETCH")]
    public async Task A_server_that_does_what_it_may_not_is_left(string command, string odd, string why)
    {
        await using var server = new ImapServer();
        server.Odd = said => said.StartsWith(command, StringComparison.Ordinal) ? odd : null;
        await using var mailbox = await OpenAsync(server);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => mailbox.HighestAsync(CancellationToken.None));
        Assert.True(failure is ImapException or IOException, failure.ToString());
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_end_and_a_mail_larger_than_it_was_said_to_be_end_the_connection()
    {
        await using var server = new ImapServer();
        server.Odd = said => said.StartsWith("UID FETCH *", StringComparison.Ordinal) ? new string('x', 1_100_000)
            : said.StartsWith("UID FETCH 1", StringComparison.Ordinal) ? $"* 1 FETCH (UID 1 BODY[] {{1001}}\r\n{new string('y', 1001)})\r\nTAG OK done\r\n" : null;
        await using (var mailbox = await OpenAsync(server))
            await Assert.ThrowsAsync<ImapException>(() => mailbox.HighestAsync(CancellationToken.None));
        await using (var mailbox = await OpenAsync(server))
            await Assert.ThrowsAsync<ImapException>(() => mailbox.FetchAsync(1, 1000, false, CancellationToken.None));
    }

    [Fact]
    public void Whatever_a_server_says_is_a_response_or_an_ImapException()
    {
        var random = new Random(7);
        var seeds = new[] { "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (TO)]<0> {3}\r\nabc \"q\\\"\" NIL (()))\r\n", "* OK [UIDVALIDITY 3] fine\r\n", "* SEARCH 1 2 3\r\n", "D1 NO [X] no\r\n", "+ go\r\n" };
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(seeds[i % seeds.Length]);
            for (var change = random.Next(6); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)"()[]{}\"\\ *\r\nA1"[random.Next(14)];
            try
            {
                _ = ImapResponse.Announced(bytes, bytes);
                _ = ImapResponse.Parse(bytes, [[1, 2, 3]]);
            }
            catch (ImapException)
            {
                // It is refused.
            }
        }
    }

    [Fact]
    public async Task Agents_see_the_mailboxes_and_no_secret_of_theirs()
    {
        await using var server = new ImapServer { LetsIn = _ => false };
        var options = new HostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Desk:Mailboxes:0:Host"] = "127.0.0.1",
                ["Desk:Mailboxes:0:Port"] = $"{server.Port}",
                ["Desk:Mailboxes:0:Tls"] = "none",
                ["Desk:Mailboxes:0:User"] = "it@nordvik.example",
                ["Desk:Mailboxes:0:Password"] = "hunter2",
                ["Desk:Mailboxes:0:Team"] = "network",
            },
        };
        await using var host = await ServiceHost.StartAsync<MailIntake>("intake", options);
        var answer = "";
        await Wait.Until(async () =>
            (answer = await host.As(Callers.Agent).GetStringAsync("/api/v1/mail/mailboxes")).Contains("AUTHENTICATE", StringComparison.Ordinal), "the failure is shown");
        var mailbox = JsonNode.Parse(answer)!["items"]![0]!;
        Assert.Equal(("it@nordvik.example", "network", "seen"), ((string?)mailbox["address"], (string?)mailbox["team"], (string?)mailbox["after"]));
        Assert.DoesNotContain("hunter2", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.As(Callers.Requester).GetAsync("/api/v1/mail/mailboxes")).StatusCode);
    }

    [Theory]
    [InlineData("Host", "")]
    [InlineData("Port", "many")]
    [InlineData("Tls", "sometimes")]
    [InlineData("After", "burn")]
    [InlineData("Since", "yesterday")]
    [InlineData("Language", "fi")]
    [InlineData("Password", null)]
    [InlineData("TokenUrl", "http://login.elsewhere.example/token")]
    [InlineData("User", "box")]
    public void A_setting_that_means_nothing_stops_the_start(string key, string? value)
        => Assert.Contains($"Desk:Mailboxes:0:", Assert.Throws<InvalidOperationException>(() => Settings(993, (key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_password_never_goes_unprotected_to_another_machine()
        => Assert.Throws<InvalidOperationException>(() => Settings(143, ("Host", "mail.elsewhere.example"), ("Tls", "none")));

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("A&B", "A&-B")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    public void Names_of_folders_are_written_as_the_RFC_has_it(string name, string written) => Assert.Equal(written, ModifiedUtf7.Encode(name));

    private static string NewName() => $"mailbox {Interlocked.Increment(ref s_mailboxes)}";

    private static byte[] Mail(string from, string subject = "Skrivaren", string body = "Den skriver inte.") => MailDesk.Bytes(MailDesk.Mail(from, subject, body));

    private static MailboxSettings Settings(int port, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Host"] = "127.0.0.1",
            ["Port"] = $"{port}",
            ["Tls"] = "none",
            ["User"] = "box@desk.example",
            ["Password"] = "p",
            ["Name"] = NewName(),
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return MailboxSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            all.Select(one => KeyValuePair.Create("Desk:Mailboxes:0:" + one.Key, one.Value))).Build()).Single();
    }

    private static Task<ImapMailbox> OpenAsync(ImapServer server, params (string, string?)[] settings)
        => ImapMailbox.OpenAsync(Settings(server.Port, settings), new AccessTokens(TimeProvider.System), TimeProvider.System, CancellationToken.None);

    private Running Start(ImapServer server, params (string, string?)[] settings) => Start(server, TimeProvider.System, settings);

    private Running Start(ImapServer server, TimeProvider clock, params (string, string?)[] settings) => new(new MailboxFetcher(
        Settings(server.Port, settings), Guid.CreateVersion7(), desk.Host.DataSource, desk.Intake, 2_000_000, new AccessTokens(clock), clock, NullLogger<MailboxFetcher>.Instance));

    private Task TakenAsync(string sender) => Wait.Until(async () => await CountAsync(sender) > 0, $"a mail of {sender} is taken");

    private Task<long> CountAsync(string sender) => desk.Host.Value<long>("select count(*) from mail where from_email = $1", sender);

    private Task<long> PlaceAsync(string name) => desk.Host.Value<long>("select last_uid from mailbox where name = $1", name);

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _running;

        public Running(MailboxFetcher fetcher) => _running = fetcher.RunAsync(_stopping.Token);

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _running;
            _stopping.Dispose();
        }
    }
}
