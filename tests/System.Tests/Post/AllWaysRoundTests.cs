using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Desk.AppHost.Native;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Intake.Mail.Imap;
using Desk.Notification.Templates;
using Desk.Routing.SetUp;
using Desk.Testing;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace Desk.SystemTests.Post;

/// <summary>
/// Intake, Routing and Notification with a Postfix in front and a Dovecot behind. Mails go all ways round while servers are killed, and every one is
/// accounted for once.
/// </summary>
public sealed partial class AllWaysRoundTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Each = 20;
    private static readonly string[] Ways = ["lmtp", "imap", "smtp", "twice"];
    private const string Address = "support@desk.example";
    private const string Polled = "it-stod@nordvik.example";

    private readonly CancellationTokenSource _ending = new();
    private readonly string _run = $"{Guid.CreateVersion7():N}"[^8..];
    private TestBroker _broker = null!;
    private Postfix _postfix = null!;
    private Dovecot _dovecot = null!;
    private ServiceHost<MailIntake> _intake = null!;
    private ServiceHost<DeskSetUp> _routing = null!;
    private ServiceHost<TemplateSet> _notification = null!;
    private HostOptions _intakeOptions = null!;
    private Task _proposing = Task.CompletedTask;
    private int _smtpPort;
    private int _lmtpPort;
    private int _sent;

    public async Task InitializeAsync()
    {
        if (new FactWithMailServersAttribute().Skip is not null)
            return;
        var servers = await DeskServers.GetAsync();
        _broker = await servers.ConnectAsync();
        await _broker.Hear<TicketTriaged>();
        var folder = Path.Combine(servers.Folder, _run);
        (_smtpPort, _lmtpPort) = (Ports.Free(), Ports.Free());
        _dovecot = new Dovecot(Path.Combine(folder, "dovecot"));
        _postfix = new Postfix(Path.Combine(folder, "postfix"), new Dictionary<string, int> { ["desk.example"] = _lmtpPort, ["nordvik.example"] = _dovecot.LmtpPort });
        await Task.WhenAll(_dovecot.StartAsync(), _postfix.StartAsync());

        var (certificate, key) = (Path.Combine(folder, "desk.pem"), Path.Combine(folder, "desk.key"));
        SelfSigned.Write(certificate, key);
        _intakeOptions = new HostOptions
        {
            Broker = _broker,
            Settings = new Dictionary<string, string?>
            {
                ["Desk:SmtpPort"] = $"{_smtpPort}",
                ["Desk:LmtpPort"] = $"{_lmtpPort}",
                ["Desk:SmtpCertificate"] = certificate,
                ["Desk:SmtpCertificateKey"] = key,
                ["Desk:Mailboxes:0:Host"] = "localhost",
                ["Desk:Mailboxes:0:Port"] = $"{_dovecot.ImapPort}",
                ["Desk:Mailboxes:0:Tls"] = "startTls",
                ["Desk:Mailboxes:0:TlsTrust"] = _dovecot.Certificate,
                ["Desk:Mailboxes:0:User"] = Polled,
                ["Desk:Mailboxes:0:Password"] = Dovecot.Password,
                ["Desk:Mailboxes:0:After"] = "move",
                ["Desk:Mailboxes:0:MoveTo"] = "Ärenden",
                ["Desk:Mailboxes:0:Team"] = "network",
            },
        };
        _intake = await ServiceHost.StartAsync<MailIntake>("intake", _intakeOptions);
        _intakeOptions = _intakeOptions with { Database = _intake.Database };
        _routing = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Broker = _broker });
        _notification = await ServiceHost.StartAsync<TemplateSet>("notification", new HostOptions
        {
            Broker = _broker,
            Settings = new Dictionary<string, string?> { ["Desk:SmtpRelay"] = $"smtp://127.0.0.1:{_postfix.SmtpPort}" },
        });
        _proposing = Courier.TriageAsync(_broker, _ending.Token, triaged: false);
    }

    public async Task DisposeAsync()
    {
        await _ending.CancelAsync();
        await _proposing;
        foreach (var running in new IAsyncDisposable?[] { _notification, _routing, _intake, _postfix, _dovecot, _broker })
        {
            if (running is not null)
                await running.DisposeAsync();
        }
        _ending.Dispose();
    }

    [FactWithMailServers]
    public async Task Mails_go_all_ways_round_while_servers_are_killed_and_each_is_accounted_for_once()
    {
        var kills = new List<string>();
        var sending = Task.WhenAll(
            SendAllAsync("lmtp", sender => Courier.SendAsync(_postfix.SmtpPort, sender, Address, MailOf("lmtp", sender, Address))),
            SendAllAsync("imap", sender => Courier.SendAsync(_postfix.SmtpPort, sender, Polled, MailOf("imap", sender, Polled))),
            SendAllAsync("smtp", sender => Courier.SendAsync(_smtpPort, sender, Address, MailOf("smtp", sender, Address))),
            // The same mail by three ways.
            SendAllAsync("twice", async sender =>
            {
                var mail = MailOf("twice", sender, $"{Address}, {Polled}");
                await Courier.SendAsync(_postfix.SmtpPort, sender, Address, mail);
                await Courier.SendAsync(_postfix.SmtpPort, sender, Polled, mail);
                await HandInAsync(mail);
            }));

        await KillAsync("Dovecot", _dovecot.KillAsync, _dovecot.StartAsync);
        await KillAsync("Postfix", _postfix.KillAsync, _postfix.StartAsync);
        var servers = await DeskServers.GetAsync();
        await KillAsync("PostgreSQL", servers.Postgres.KillAsync, () => servers.Postgres.StartAsync());
        await KillAsync("Intake", async () => await _intake.DisposeAsync(), async () => _intake = await ServiceHost.StartAsync<MailIntake>("intake", _intakeOptions));
        Assert.False(sending.IsCompleted, "all were killed while mails were sent");
        await ExplainedAsync(() => sending);
        await AccountedAsync(4 * Each);

        // What waits for the relay to come back would wait a minute; here three seconds, or all its tries would be used up before the relay is there.
        await ExplainedAsync(() => Wait.Until(async () =>
        {
            await _notification.Value<object>("update delivery set due_at = now() + interval '3 seconds' where state = 'pending' and due_at > now() + interval '4 seconds' and tries > 0");
            return await _notification.Value<long>("select count(*) from delivery where kind = 'confirmation' and state = 'sent'") == 4 * Each;
        }, "every ticket is confirmed", TimeSpan.FromSeconds(60)));

        // Each requester's own mailbox has the confirmation; one answers it, to the address it came from.
        var answered = 0;
        foreach (var way in Ways)
        {
            var sender = Sender(way, 0);
            var confirmation = await ReadAsync(sender);
            var replyTo = ReplyTo().Match(confirmation).Groups[1].Value;
            var id = MessageId().Match(confirmation).Groups[1].Value;
            await Courier.SendAsync(_postfix.SmtpPort, sender, replyTo, Courier.Mail(sender, replyTo, $"answer.{way}.{_run}@client.example", "SV: Skrivaren", "Tack, den fungerar nu.", $"In-Reply-To: <{id}>\r\n"));
            answered++;
        }
        await AccountedAsync((4 * Each) + answered);

        var mails = await _intake.Value<long>("select count(*) from mail");
        var distinct = await _intake.Value<long>("select count(distinct mail_message_id) from mail");
        var tickets = await _intake.Value<long>("select count(*) from ticket");
        var replies = await _intake.Value<long>("select count(*) from mail where outcome = 'reply'");
        var sums = await _intake.Value<string>("select string_agg(outcome || ' ' || n, ', ' order by outcome) from (select outcome, count(*) n from mail group by outcome) as sums");
        var ways = await _intake.Value<string>("select string_agg(source || ' ' || n, ', ' order by source) from (select source, count(*) n from mail group by source) as sums");
        var confirmed = await _notification.Value<long>("select count(distinct ticket_id) from delivery where kind = 'confirmation' and state = 'sent'");
        output.WriteLine($"killed: {string.Join(", ", kills)}");
        output.WriteLine($"sent {(4 * Each) + answered} mails ({Each} of them by three ways); received {mails} = {sums}; by {ways}; doubled {mails - distinct}; tickets {tickets}, confirmed {confirmed}");
        Assert.Equal((4 * Each) + answered, mails);
        Assert.Equal(mails, distinct);
        Assert.Equal((4 * Each, answered, 4 * Each), (tickets, replies, confirmed));

        Assert.True(_postfix.SpokeTlsTo(_lmtpPort), "Postfix spoke TLS to the desk's LMTP door");
        // The mailbox's team has what came through it, and the mailbox is empty: all of it is in the folder of what was taken.
        Assert.Equal(Each, await _intake.Value<long>("select count(*) from ticket join mail on mail.ticket_id = ticket.id where mail.mail_message_id like 'imap.%' and team = 'network'"));
        Assert.Equal(0u, await CountAsync("INBOX"));
        Assert.True(await CountAsync("Ärenden") >= Each, "what was taken lies in its folder");

        async Task KillAsync(string what, Func<Task> kill, Func<Task> start)
        {
            var from = (kills.Count + 1) * (4 * Each) / 6;
            await ExplainedAsync(() => Wait.Until(() => _sent >= from, $"{from} mails are sent", TimeSpan.FromSeconds(60)));
            kills.Add($"{what} after {_sent}");
            await kill();
            await start();
        }
    }

    private Task SendAllAsync(string way, Func<string, Task> send) => Task.Run(async () =>
    {
        for (var i = 0; i < Each; i++)
        {
            await send(Sender(way, i));
            Interlocked.Increment(ref _sent);
            // Spread over the killing.
            await Task.Delay(400);
        }
    });

    private string Sender(string way, int i) => $"{way}.{i}@nordvik.example";

    private string Id(string sender) => $"{sender.Split('@')[0]}.{_run}@client.example";

    private byte[] MailOf(string way, string sender, string to) => Courier.Mail(sender, to, Id(sender), "Skrivaren", $"Den skriver inte ut ({way}).");

    private async Task HandInAsync(byte[] mail) => await Wait.Until(async () =>
    {
        try
        {
            using var content = new ByteArrayContent(mail);
            content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
            return (await _intake.As(Callers.AgentMachine).PostAsync("/api/v1/mail", content)).StatusCode == HttpStatusCode.OK;
        }
        catch (Exception away) when (away is ObjectDisposedException or InvalidOperationException or HttpRequestException or OperationCanceledException)
        {
            // Intake is just being started again.
            return false;
        }
    }, "the mail is handed in", TimeSpan.FromSeconds(60));

    private Task AccountedAsync(int mails) => ExplainedAsync(() => Wait.Until(
        async () => await _intake.Value<long>("select count(distinct mail_message_id) from mail") >= mails, $"{mails} mails are accounted for", TimeSpan.FromSeconds(90)));

    private async Task ExplainedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch
        {
            foreach (var id in Ways.SelectMany(way => Enumerable.Range(0, Each).Select(i => Id(Sender(way, i)))))
            {
                if (await _intake.Value<long>($"select count(*) from mail where mail_message_id = '{id}'") > 0)
                    continue;
                output.WriteLine($"{id} is missing");
                var handled = _postfix.LogOf($"<{id}>").Select(line => line.Split(": ")[1]).Distinct().SelectMany(_postfix.LogOf);
                output.WriteLine(string.Join('\n', handled.Concat(_dovecot.LogOf($"<{id}>"))));
            }
            output.WriteLine(await _intake.Value<string>("select string_agg(name || ': ' || last_uid || ' ' || coalesce(last_error, ''), ', ') from mailbox") ?? "");
            output.WriteLine(await _notification.Value<string>(
                "select string_agg(kind || ' ' || state || ' ' || coalesce(reason, '') || ' ' || n, E'\n') from (select kind, state, reason, count(*) n from delivery group by 1, 2, 3) as sums") ?? "");
            throw;
        }
    }

    private Task<ImapMailbox> OpenAsync(string user, string folder = "INBOX")
    {
        var settings = new Dictionary<string, string?>
        {
            ["Host"] = "localhost",
            ["Port"] = $"{_dovecot.ImapPort}",
            ["Tls"] = "startTls",
            ["TlsTrust"] = _dovecot.Certificate,
            ["User"] = user,
            ["Password"] = Dovecot.Password,
            ["Folder"] = folder,
        };
        return ImapMailbox.OpenAsync(
            MailboxSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create("Desk:Mailboxes:0:" + one.Key, one.Value))).Build())[0],
            new AccessTokens(TimeProvider.System), TimeProvider.System, CancellationToken.None);
    }

    private async Task<string> ReadAsync(string user)
    {
        await using var mailbox = await OpenAsync(user);
        var text = "";
        await Wait.Until(async () => await mailbox.HighestAsync(CancellationToken.None) is > 0 and var uid
            && (text = Encoding.UTF8.GetString(await mailbox.FetchAsync(uid, 1_000_000, false, CancellationToken.None) ?? [])).Length > 0, $"{user} has a mail", TimeSpan.FromSeconds(30));
        return text;
    }

    private async Task<uint> CountAsync(string folder)
    {
        await using var mailbox = await OpenAsync(Polled, folder);
        var highest = await mailbox.HighestAsync(CancellationToken.None);
        return highest == 0 ? 0 : (uint)(await mailbox.FindAsync(1, highest, CancellationToken.None)).Count;
    }

    [GeneratedRegex(@"^Reply-To:[^<]*<([^>]+)>", RegexOptions.Multiline)]
    private static partial Regex ReplyTo();

    [GeneratedRegex(@"^Message-ID:\s*<([^>]+)>", RegexOptions.Multiline)]
    private static partial Regex MessageId();
}
