using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.ServiceDefaults;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Desk.Notification.Tests.NotificationUnderTest;

namespace Desk.Notification.Tests;

public sealed class ConfirmationTests : IAsyncLifetime
{
    private NotificationUnderTest _notification = null!;

    private TestBroker Broker => _notification.Host.Broker;

    public async Task InitializeAsync() => _notification = await StartAsync();

    public async Task DisposeAsync() => await _notification.DisposeAsync();

    [Fact]
    public async Task It_says_number_what_happens_next_by_when_what_may_help_and_where_to_look()
    {
        var ticket = Registered(NewNumber(), messageId: "<first@nordvik.example>", references: "<old@nordvik.example> <older@x.example>");
        await _notification.SayAllAsync(ticket, new Proposal(Guid.CreateVersion7(), "byt-toner", "Byt toner <själv>", "Öppna luckan.", "sv", 1, "everyone"));
        var mail = await _notification.MailAsync(ticket.Number, "confirmation");

        Assert.Equal($"[{ticket.Number}] Vi har tagit emot ditt ärende: Skrivaren på plan 2 är trasig", mail["Subject"]);
        Assert.Equal("Servicedesk <support@desk.example>", mail["From"]);
        Assert.Equal("Rut Hansson <rut.hansson@nordvik.example>", mail["To"]);
        Assert.Contains("Hej Rut!", mail.Text);
        Assert.Contains("En handläggare svarar dig senast torsdag 26 november kl. 14:30.", mail.Text);
        Assert.Contains("http://localhost:8080/help/byt-toner", mail.Text);
        Assert.Contains("Byt toner &lt;sj&#228;lv&gt;", mail.Html);
        foreach (var body in new[] { mail.Text, mail.Html })
        {
            var token = Regex.Match(body, @"http://localhost:8080/t/([\w.\-]+)").Groups[1].Value;
            var tokens = _notification.Host.Services.GetRequiredService<SignedTokens>();
            Assert.Equal(ticket.TicketId.ToString(), tokens.Read("status", token, TimeProvider.System.GetUtcNow().AddDays(29)));
            Assert.Null(tokens.Read("status", token, TimeProvider.System.GetUtcNow().AddDays(31)));
        }

        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal("All", mail["X-Auto-Response-Suppress"]);
        Assert.Equal("<first@nordvik.example>", mail["In-Reply-To"]);
        Assert.Equal("<old@nordvik.example> <older@x.example> <first@nordvik.example>", mail["References"]);

        var delivered = await Broker.Next<MessageDelivered>(said => said.TicketId == ticket.TicketId);
        Assert.Equal(("confirmation", "rut.hansson@nordvik.example", mail["Message-ID"].Trim('<', '>')), (delivered.Kind, delivered.To, delivered.MailMessageId));
    }

    [Fact]
    public async Task Answers_come_back_by_an_address_and_an_id_that_are_signed()
    {
        var ticket = Registered(NewNumber());
        await _notification.SayAllAsync(ticket);
        var mail = await _notification.MailAsync(ticket.Number, "confirmation");
        var tokens = _notification.Host.Services.GetRequiredService<SignedTokens>();

        var reply = Regex.Match(mail["Reply-To"], @"<support\+(D-\d+)\.([0-9a-f]+)@desk\.example>");
        Assert.True(tokens.TagIsRight("mail-address", ticket.Number, reply.Groups[2].Value));
        var id = Regex.Match(mail["Message-ID"], @"^<((D-\d+)\.[0-9a-f]{32})\.([0-9a-f]+)@desk\.example>$");
        Assert.Equal(ticket.Number, id.Groups[2].Value);
        Assert.True(tokens.TagIsRight("mail", id.Groups[1].Value, id.Groups[3].Value));
    }

    [Theory]
    [InlineData("triaged proposed registered")]
    [InlineData("proposed registered triaged")]
    [InlineData("registered proposed triaged")]
    public async Task It_goes_once_in_whatever_order_the_events_come_and_however_often(string order)
    {
        var ticket = Registered(NewNumber());
        foreach (var _ in Enumerable.Range(0, 2))
        {
            foreach (var what in order.Split(' '))
            {
                await (what switch
                {
                    "registered" => Broker.Say(ticket.TicketId, ticket),
                    "triaged" => Broker.Say(ticket.TicketId, Triaged(ticket)),
                    _ => Broker.Say(ticket.TicketId, Proposed(ticket)),
                });
            }
        }
        await Broker.Next<MessageDelivered>(said => said.TicketId == ticket.TicketId);
        await HandledAsync(6);
        Assert.Single(_notification.Files(ticket.Number, "confirmation"));
        Assert.Equal(1, await _notification.Host.Value<long>("select count(*) from delivery where ticket_id = $1", ticket.TicketId));
    }

    [Fact]
    public async Task What_a_machine_wrote_is_never_answered_by_a_machine()
    {
        var ticket = Registered(NewNumber(), automatic: true);
        await _notification.SayAllAsync(ticket);
        await Broker.Say(ticket.TicketId, new TicketResolved(ticket.TicketId, ticket.Number, ticket.At, Work(2), Agent, "Done."));
        await Broker.Say(ticket.TicketId, new TicketEscalated(ticket.TicketId, ticket.Number, ticket.At, Work(3), Agent, "a", "b", null));
        await Broker.Say(ticket.TicketId, new UpdateDue(ticket.TicketId, ticket.Number, ticket.At, Work(4), ticket.At));
        await HandledAsync(6);
        Assert.Equal(0, await _notification.Host.Value<long>("select count(*) from delivery where ticket_id = $1", ticket.TicketId));
    }

    [Fact]
    public async Task To_a_stranger_it_carries_none_of_the_writers_words()
    {
        var ticket = Registered(NewNumber(), Requester(email: "victim@elsewhere.example") with { Name = "Buy at spam.example" }, subject: "Cheap pills at spam.example", vouched: false);
        await _notification.SayAllAsync(ticket);
        var mail = await _notification.MailAsync(ticket.Number, "confirmation");
        Assert.Equal($"[{ticket.Number}] Vi har tagit emot ditt ärende", mail["Subject"]);
        foreach (var part in new[] { mail.Raw, mail.Text, mail.Html, mail["To"], mail["Subject"] })
            Assert.DoesNotContain("spam", part, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Har du inte hört av dig till oss?", mail.Text);
    }

    [Fact]
    public async Task A_subject_cannot_begin_a_header_of_its_own()
    {
        var ticket = Registered(NewNumber(), Requester() with { Name = "Rut\r\nBcc: a@evil.example" }, "Hej\r\nBcc: all@nordvik.example\r\n\r\n<script>alert(1)</script>",
            messageId: "<a@b.example>\r\nBcc: c@evil.example", references: "<x@y.example>\r\nX-Evil: 1");
        await _notification.SayAllAsync(ticket);
        var mail = await _notification.MailAsync(ticket.Number, "confirmation");
        Assert.False(mail.Headers.ContainsKey("Bcc") || mail.Headers.ContainsKey("X-Evil"));
        Assert.DoesNotContain("<script>", mail.Html);
        Assert.All(mail.Raw.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        Assert.DoesNotContain(mail.Raw, sign => sign > 126);
    }

    [Fact]
    public async Task An_article_for_agents_is_never_offered_to_a_requester()
    {
        var (open, closed, unknown) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Broker.Say(open, new ArticlePublished(open, "open", "Open", "sv", 1, "everyone", default));
        await Broker.Say(closed, new ArticlePublished(closed, "closed", "Closed", "sv", 1, "agents", default));
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from article") == 2, "both are known");
        var ticket = Registered(NewNumber());
        await _notification.SayAllAsync(ticket,
            new Proposal(closed, "closed", "Closed", "", "sv", 3), new Proposal(unknown, "unknown", "Unknown", "", "sv", 2), new Proposal(open, "open", "Open", "", "sv", 1),
            new Proposal(Guid.CreateVersion7(), "inner", "Inner", "", "sv", 1, "agents"),
            new Proposal(Guid.CreateVersion7(), "team", "Team", "", "sv", 1, "team:network"), new Proposal(Guid.CreateVersion7(), "theirs", "Theirs", "", "sv", 1, $"organisation:{Guid.CreateVersion7()}"));
        var mail = await _notification.MailAsync(ticket.Number, "confirmation");
        Assert.Contains("/help/open", mail.Text);
        foreach (var slug in new[] { "closed", "unknown", "inner", "team", "theirs" })
            Assert.DoesNotContain("/help/" + slug, mail.Text);
    }

    [Fact]
    public async Task It_is_in_the_language_that_the_requester_chose()
    {
        var english = Registered(NewNumber(), Requester("en", "en@nordvik.example"), "Printer");
        await _notification.SayAllAsync(english);
        var mail = await _notification.MailAsync(english.Number, "confirmation");
        Assert.Equal($"[{english.Number}] We have received your request: Printer", mail["Subject"]);
        Assert.Contains("An agent answers you by Thursday 26 November at 14:30.", mail.Text);

        await Broker.Say(Guid.CreateVersion7(), new AccountChanged(Guid.CreateVersion7(), "chooser@nordvik.example", "C", Role.Requester, "en", true, TimeProvider.System.GetUtcNow()));
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from preference") == 1, "the choice is known");
        var chosen = Registered(NewNumber(), Requester("sv", "Chooser@nordvik.example"));
        await _notification.SayAllAsync(chosen);
        Assert.StartsWith($"[{chosen.Number}] We have", (await _notification.MailAsync(chosen.Number, "confirmation"))["Subject"]);
    }

    [Fact]
    public async Task Without_articles_it_waits_ten_seconds_and_no_longer()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        await using var waiting = await StartAsync(new HostOptions { Clock = clock });
        var ticket = Registered(NewNumber());
        await waiting.Host.Broker.Say(ticket.TicketId, ticket);
        await waiting.Host.Broker.Say(ticket.TicketId, Triaged(ticket));
        await Wait.Until(async () => await waiting.Host.Value<long>("select count(*) from ticket where confirm_by is not null and registered_at is not null") == 1, "it waits");
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await waiting.Host.Value<long>("select count(*) from delivery"));
        clock.Advance(TimeSpan.FromSeconds(1));
        var mail = await waiting.MailAsync(ticket.Number, "confirmation");
        Assert.DoesNotContain("/help/", mail.Text);
    }

    /// <summary>As many messages as were said have been reacted to.</summary>
    private Task HandledAsync(int said)
        => Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from messaging.inbox") == said, $"all {said} are handled");
}
