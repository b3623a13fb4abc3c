using Desk.Contracts;
using Desk.Testing;
using static Desk.Notification.Tests.NotificationUnderTest;

namespace Desk.Notification.Tests;

public sealed class LetterTests : IAsyncLifetime
{
    private NotificationUnderTest _notification = null!;

    private TestBroker Broker => _notification.Host.Broker;

    public async Task InitializeAsync() => _notification = await StartAsync();

    public async Task DisposeAsync() => await _notification.DisposeAsync();

    [Fact]
    public async Task An_agents_reply_goes_to_the_requester_and_those_copied_as_a_human_wrote_it()
    {
        var number = NewNumber();
        await Broker.Say(Guid.CreateVersion7(), new AgentReplied(
            Guid.CreateVersion7(), number, TimeProvider.System.GetUtcNow(), Guid.CreateVersion7(), Agent, Requester(), "Re: SV: [D-1] Skrivaren & <toner>", "Hej Rut!\n\nByt <toner>:\n1. Öppna\n2. Byt",
            null, ["chef@nordvik.example", "CHEF@nordvik.example", "support@desk.example", "bad\r\nBcc: x@evil.example"], "<b@nordvik.example>", ["<a@nordvik.example>", "<b@nordvik.example>"]));
        var mail = await _notification.MailAsync(number, "reply");
        Assert.Equal($"[{number}] Skrivaren & <toner>", mail["Subject"]);
        Assert.Equal("chef@nordvik.example", mail["Cc"]);
        Assert.False(mail.Headers.ContainsKey("Auto-Submitted"));
        Assert.Equal("<b@nordvik.example>", mail["In-Reply-To"]);
        Assert.Equal("<a@nordvik.example> <b@nordvik.example>", mail["References"]);
        Assert.StartsWith("Hej Rut!\n\nByt <toner>:\n1. Öppna\n2. Byt\n\nAnna Lind\nServicedesk\n", mail.Text);
        Assert.Contains("Byt &lt;toner&gt;:<br>1. &#214;ppna<br>", mail.Html);
    }

    [Fact]
    public async Task Files_of_a_reply_go_with_its_mail_whatever_comes_first_and_what_is_too_large_is_a_link()
    {
        var (ticket, message, at, number) = (Guid.CreateVersion7(), Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(), NewNumber());
        var files = new[]
        {
            new AttachedFile(Guid.CreateVersion7(), "Så här gör du, åäö.pdf", "application/pdf", 4, Travels: true),
            new AttachedFile(Guid.CreateVersion7(), "film.mp4", "video/mp4", 24 * 1024 * 1024, Travels: false),
            new AttachedFile(Guid.CreateVersion7(), "log.txt", "text/plain", 3, Travels: true),
        };
        await Broker.Say(ticket, new ReplyFileAttached(ticket, number, at, message, files[0].Id, [37, 80, 68, 70]));
        await Broker.Say(ticket, new AgentReplied(
            ticket, number, at, message, Agent, Requester(), "Skrivaren", "Se bilagan.", "<p>Se <b>bilagan</b>.</p>", [], null, [], files));
        await Broker.Say(ticket, new ReplyFileAttached(ticket, number, at, message, files[2].Id, [97, 98, 99]));

        var mail = await _notification.MailAsync(number, "reply", TimeSpan.FromSeconds(20));
        Assert.Equal([("Så här gör du, åäö.pdf", "application/pdf"), ("log.txt", "text/plain; charset=utf-8")], mail.Files.Select(file => (file.Name, file.Type)));
        Assert.Equal([97, 98, 99], mail.Files[1].Content);
        Assert.Contains($"Hämta i ärendet: film.mp4 (24,0 MB)\nhttp://localhost:8080/tickets/{number}", mail.Text);
        Assert.Contains($"href=\"http://localhost:8080/tickets/{number}\"", mail.Html);
        Assert.Contains("<p>Se <b>bilagan</b>.</p>", mail.Html);
        Assert.Contains("Se bilagan.", mail.Text);
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from reply_file") == 0, "what is sent is kept no longer");
    }

    [Fact]
    public async Task What_is_resolved_says_how_and_how_to_open_it_again_in_the_same_thread()
    {
        var ticket = Registered(NewNumber(), messageId: "orig@nordvik.example");
        await _notification.SayAllAsync(ticket);
        var confirmation = await _notification.MailAsync(ticket.Number, "confirmation");
        await Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, ticket.At, Work(2, "confirm"), Agent, "Vi bytte <valsen>."));
        var mail = await _notification.MailAsync(ticket.Number, "resolved");
        Assert.Equal($"[{ticket.Number}] Ditt ärende är löst: {ticket.Subject}", mail["Subject"]);
        Assert.Contains("Vi bytte <valsen>.", mail.Text);
        Assert.Contains("Vi bytte &lt;valsen&gt;.", mail.Html);
        Assert.Contains("Svara på det här mejlet, så öppnar vi ärendet igen.", mail.Text);
        Assert.Equal(confirmation["Message-ID"], mail["In-Reply-To"]);
        Assert.Equal($"<orig@nordvik.example> {confirmation["Message-ID"]}", mail["References"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
    }

    [Fact]
    public async Task Both_requesters_are_told_of_a_merge_of_what_follows_and_of_its_undoing()
    {
        var (first, second) = (Registered(NewNumber()), Registered(NewNumber(), Requester("en", "kim.ek@nordvik.example"), "The printer", messageId: "kim@nordvik.example"));
        await _notification.SayAllAsync(first);
        await _notification.SayAllAsync(second);
        var into = new TicketRef(first.TicketId, first.Number);
        await Broker.Say(second.TicketId, new TicketMerged(second.TicketId, second.Number, second.At, Work(2) with { Status = TicketStatus.Closed, MergedInto = into }, Agent, into, "same"));

        var merged = await _notification.MailAsync(second.Number, "merged");
        Assert.Equal($"[{second.Number}] Your request is handled together with {first.Number}: The printer", merged["Subject"]);
        Assert.DoesNotContain("same", merged.Text.Split("same matter")[0]);
        var joined = await _notification.MailAsync(first.Number, "joined");
        Assert.Contains($"Ärende {second.Number} handlar om samma sak som ditt ärende {first.Number}", joined.Text);

        // What is told of the one that goes on is told both, each in their language and thread.
        await Broker.Say(first.TicketId, new TicketResolved(first.TicketId, first.Number, first.At, Work(3, "confirm"), Agent, "Vi bytte valsen."));
        await Wait.Until(() => Task.FromResult(_notification.Files(first.Number, "resolved").Count == 2), "both are told that it is solved");
        var toKim = _notification.Files(first.Number, "resolved").Select(Eml.Read).Single(mail => mail["To"].Contains("kim.ek@"));
        Assert.StartsWith("<kim@nordvik.example>", toKim["References"]);
        Assert.Contains("is solved", toKim["Subject"]);

        await Broker.Say(second.TicketId, new TicketUnmerged(second.TicketId, second.Number, second.At, Work(4), Agent, into, null));
        Assert.Contains($"was for a time handled together with {first.Number}", (await _notification.MailAsync(second.Number, "parted")).Text);
        Assert.Contains("Nu går de var för sig igen", (await _notification.MailAsync(first.Number, "parted")).Text);
    }

    [Fact]
    public async Task A_lead_is_told_of_all_that_would_be_forgotten_in_one_letter()
    {
        var report = new BlackHolesReported(
            Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(), $"leif.{Guid.CreateVersion7():N}@desk.example", "Leif Ström", 2, [new("D-71", "teamEmpty", "network"), new("D-72", "silent", null)]);
        await Broker.Say(report.ReportId, report);

        var letter = await _notification.MailAsync("desk", "alarm");

        Assert.Equal("2 ärenden riskerar att glömmas bort", letter["Subject"]);
        Assert.Contains("D-71: teamet har inga medlemmar", letter.Text);
        Assert.Contains("/agent/tickets/D-72", letter.Html);
    }

    [Fact]
    public async Task Who_answers_for_an_article_is_told_of_its_broken_links()
    {
        var found = new BrokenLinksFound(
            Guid.CreateVersion7(), Guid.CreateVersion7(), "vpn", "VPN <b>ansluter</b> inte", $"bo.{Guid.CreateVersion7():N}@desk.example", [new("https://vpn.example/gone", "gone"), new("/help/borta", "missing")], TimeProvider.System.GetUtcNow());
        await Broker.Say(found.ArticleId, found);

        var letter = await _notification.MailAsync("desk", "links");

        Assert.Equal("Brutna länkar i artikeln VPN <b>ansluter</b> inte", letter["Subject"]);
        Assert.Contains("https://vpn.example/gone\nsidan finns inte", letter.Text.ReplaceLineEndings("\n"));
        Assert.Contains($"/agent/knowledge/{found.ArticleId}", letter.Text);
        Assert.DoesNotContain("<b>", letter.Html);
    }

    [Fact]
    public async Task Who_answers_for_an_article_is_told_that_it_misleads()
    {
        var found = new ArticleMisleads(
            Guid.CreateVersion7(), Guid.CreateVersion7(), "VPN <b>ansluter</b> inte", $"bo.{Guid.CreateVersion7():N}@desk.example", 1, 2, ["D-82", "D-81"], TimeProvider.System.GetUtcNow());
        await Broker.Say(found.ArticleId, found);

        var letter = await _notification.MailAsync("desk", "misleading");

        Assert.Equal("Artikeln VPN <b>ansluter</b> inte leder fel", letter["Subject"]);
        Assert.Contains("2 ärenden som den användes i kom tillbaka", letter.Text);
        Assert.Contains("/agent/tickets/D-81", letter.Html);
        Assert.Contains($"/agent/knowledge/{found.ArticleId}", letter.Text);
        Assert.DoesNotContain("<b>", letter.Html);
    }

    [Fact]
    public async Task Who_chose_English_is_told_of_broken_links_in_English()
    {
        var (article, address, at) = (Guid.CreateVersion7(), $"ed.{Guid.CreateVersion7():N}@desk.example", TimeProvider.System.GetUtcNow());
        // About the same thing, so that they are heard in this order.
        await Broker.Say(article, new AccountChanged(Guid.CreateVersion7(), address, "Ed", Role.Agent, "en", true, at));
        await Broker.Say(article, new BrokenLinksFound(Guid.CreateVersion7(), article, "vpn", "VPN", address, [new("/help/gone", "missing")], at));

        var letter = await Wait.For(() => Task.FromResult(_notification.Files("desk", "links").Select(Eml.Read).FirstOrDefault(one => one["To"]?.Contains(address) == true)), "the letter");
        Assert.Equal("Broken links in the article VPN", letter["Subject"]);
    }

    [Fact]
    public async Task Of_history_nobody_is_told_and_of_what_follows_they_are()
    {
        var (id, number, at) = (Guid.CreateVersion7(), NewNumber(), TimeProvider.System.GetUtcNow());
        await Broker.Say(id, new TicketImported(
            id, number, at, at.AddDays(-60), Channel.Phone, Requester(), "Skrivaren", "Den skriver inte.", [new ImportedEvent(ImportedKind.Registered, at.AddDays(-60), Agent)]));
        await Broker.Say(id, new TicketEscalated(id, number, at, Work(9), Agent, "service-desk", "workplace", null));

        Assert.Contains("Skrivaren", (await _notification.MailAsync(number, "escalated"))["Subject"]);
        Assert.Single(_notification.Files(number, "*"));
    }

    [Fact]
    public async Task Who_asked_in_both_is_told_once()
    {
        var (first, second) = (Registered(NewNumber()), Registered(NewNumber()));
        await _notification.SayAllAsync(first);
        await _notification.SayAllAsync(second);
        var into = new TicketRef(first.TicketId, first.Number);
        await Broker.Say(second.TicketId, new TicketMerged(second.TicketId, second.Number, second.At, Work(2) with { Status = TicketStatus.Closed, MergedInto = into }, Agent, into, null));
        await _notification.MailAsync(second.Number, "merged");
        await Broker.Say(first.TicketId, new TicketResolved(first.TicketId, first.Number, first.At, Work(3, "confirm"), Agent, "Vi bytte valsen."));
        await _notification.MailAsync(first.Number, "resolved");

        Assert.Empty(_notification.Files(first.Number, "joined"));
        Assert.Single(_notification.Files(first.Number, "resolved"));
    }

    [Fact]
    public async Task What_is_handed_on_and_what_takes_time_is_told()
    {
        var ticket = Registered(NewNumber(), Requester("en"), "Printer");
        await Broker.Say(ticket.TicketId, new TicketEscalated(ticket.TicketId, ticket.Number, ticket.At, Work(2), Agent, "service-desk", "workplace", null));
        await _notification.SayAllAsync(ticket);
        var handedOn = await _notification.MailAsync(ticket.Number, "escalated", TimeSpan.FromSeconds(20));
        Assert.Contains("Arbetsplats is working on it now.", handedOn.Text);
        await Broker.Say(ticket.TicketId, new UpdateDue(ticket.TicketId, ticket.Number, ticket.At, Work(3, "update"), ticket.At));
        Assert.Contains("We tell you how it goes by Thursday 26 November at 14:30.", (await _notification.MailAsync(ticket.Number, "update")).Text);
    }

    [Fact]
    public async Task Updates_can_be_declined_by_one_click_and_taken_up_again_and_nothing_else_is_declined_with_them()
    {
        var ticket = Registered(NewNumber());
        await _notification.SayAllAsync(ticket);
        Assert.False((await _notification.MailAsync(ticket.Number, "confirmation")).Headers.ContainsKey("List-Unsubscribe"));
        await SayUpdateDueAsync(ticket, 2);
        var update = await _notification.MailAsync(ticket.Number, "update");
        var link = new Uri(update["List-Unsubscribe"].Trim('<', '>'));
        Assert.Contains(link.ToString(), update.Text);
        Assert.False(update.Headers.ContainsKey("List-Unsubscribe-Post"), "one click is for HTTPS alone");

        var anybody = _notification.Host.Anonymous();
        var state = $"/api/v1/notification/updates/{link.Segments[^1]}";
        Assert.Equal($$"""{"number":"{{ticket.Number}}","on":true}""", await anybody.GetStringAsync(state));
        using (var declined = await anybody.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")])))
            Assert.Equal(System.Net.HttpStatusCode.OK, declined.StatusCode);
        Assert.Contains("\"on\":false", await anybody.GetStringAsync(state));

        await SayUpdateDueAsync(ticket, 3);
        await Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, ticket.At, Work(4, "confirm"), Agent, "Klart."));
        await _notification.MailAsync(ticket.Number, "resolved");
        Assert.Equal(1, await UpdatesAsync(ticket));

        using (var taken = await anybody.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([KeyValuePair.Create("updates", "on")])))
            Assert.Equal(System.Net.HttpStatusCode.Redirect, taken.StatusCode);
        await SayUpdateDueAsync(ticket, 5);
        await Wait.Until(async () => await UpdatesAsync(ticket) == 2, "updates are sent again");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await anybody.GetAsync(state[..^1] + (state[^1] == 'a' ? 'b' : 'a'))).StatusCode);
    }

    private Task SayUpdateDueAsync(TicketRegistered ticket, long version)
        => Broker.Say(ticket.TicketId, new UpdateDue(ticket.TicketId, ticket.Number, ticket.At, Work(version, "update"), ticket.At));

    private Task<long> UpdatesAsync(TicketRegistered ticket)
        => _notification.Host.Value<long>("select count(*) from delivery where ticket_id = $1 and kind = 'update'", ticket.TicketId);

    [Fact]
    public async Task A_sign_in_link_is_mailed_and_then_forgotten()
    {
        await Broker.Say(Guid.CreateVersion7(), new SignInLinkRequested(
            Guid.CreateVersion7(), "rut.hansson@nordvik.example", "Rut Hansson", "en", "s3cret-token", TimeProvider.System.GetUtcNow().AddMinutes(20), TimeProvider.System.GetUtcNow()));
        var mail = await _notification.MailAsync("desk", "link");
        Assert.Contains("http://localhost:8080/sign-in/link?token=s3cret-token", mail.Text);
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from delivery where kind = 'link' and state = 'sent'") == 1, "it is sent");
        Assert.Equal(0, await _notification.Host.Value<long>("select count(*) from delivery where facts::text like '%s3cret%'"));
    }

    [Fact]
    public async Task Three_hundred_confirmations_are_written_in_a_second_or_two()
    {
        const int Many = 1000;
        var tickets = Enumerable.Range(0, Many).Select(at => Registered(NewNumber(), Requester(email: $"r{at}@nordvik.example"))).ToList();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Task.WhenAll(tickets.Select(ticket => _notification.SayAllAsync(ticket)));
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from delivery where state = 'sent'") == Many, "all are sent", TimeSpan.FromSeconds(30));
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"{Many} confirmations (3 events each) in {took.TotalSeconds:0.0} s: {Many / took.TotalSeconds:0}/s");
        Assert.Equal(Many, Directory.EnumerateFiles(_notification.Sink, "*-confirmation-*.eml").Count());
    }
}
