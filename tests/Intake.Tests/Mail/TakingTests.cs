using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Testing;

namespace Desk.Intake.Tests.Mail;

[Collection(MailDeskTests.Name)]
public sealed class TakingTests(MailDesk desk)
{
    [Fact]
    public async Task A_mail_on_a_closed_ticket_begins_a_new_one_that_goes_on_with_it()
    {
        var (rut, id) = (MailDesk.NewAddress(), MailDesk.NewId());
        var first = await desk.Take(MailDesk.Mail(rut, id: id));
        var ticket = await desk.Host.Value<Guid>("select id from ticket where number = $1", long.Parse(first.Number![2..], System.Globalization.CultureInfo.InvariantCulture));
        await desk.Host.Broker.Say(ticket, new TicketClosed(ticket, first.Number, Works.Noon, Works.Triaged with { Version = 2, Status = TicketStatus.Closed }, Works.Desk, null));
        await Wait.Until(async () => await desk.Host.Value<string>("select status from ticket where id = $1", ticket) == "closed", "the ticket is closed here");

        var answer = await desk.Take(MailDesk.Mail(rut, "SV: Skrivaren", "Trasig igen.", $"In-Reply-To: <{id}>"));
        Assert.Equal(MailOutcome.Ticket, answer.Outcome);
        Assert.NotEqual(first.Number, answer.Number);
        Assert.Contains(first.Number, answer.Reason, StringComparison.Ordinal);

        // What a machine says of it is noted where it was.
        var automatic = await desk.Take(MailDesk.Mail(rut, "Autosvar: Skrivaren", "Jag är på semester.", $"In-Reply-To: <{id}>\nAuto-Submitted: auto-replied"));
        Assert.Equal((MailOutcome.Automatic, first.Number), (automatic.Outcome, automatic.Number));
    }

    [Fact]
    public async Task A_mail_to_a_merged_ticket_lands_where_it_goes_on()
    {
        var (rut, kim) = (MailDesk.NewAddress(), MailDesk.NewAddress());
        var id = MailDesk.NewId();
        var (first, second) = (await desk.Take(MailDesk.Mail(rut)), await desk.Take(MailDesk.Mail(kim, id: id)));
        var (into, merged) = (await Id(first), await Id(second));
        await desk.Host.Broker.Say(merged, new TicketMerged(
            merged, second.Number!, Works.Noon, Works.Triaged with { Version = 2, Status = TicketStatus.Closed, Targets = [], MergedInto = new TicketRef(into, first.Number!) },
            Works.Desk, new TicketRef(into, first.Number!), null));
        await Wait.Until(async () => await desk.Host.Value<object>("select 1 from ticket where id = $1 and merged_into is not null", merged) is not null, "the merge is here");

        var answer = await desk.Take(MailDesk.Mail(kim, $"SV: [{second.Number}] Skrivaren", "Nu blinkar den.", $"In-Reply-To: <{id}>"));

        Assert.Equal((MailOutcome.Reply, first.Number), (answer.Outcome, answer.Number));
        Assert.Contains(second.Number!, answer.Reason, StringComparison.Ordinal);

        async Task<Guid> Id(TakenMail mail) => await desk.Host.Value<Guid>("select id from ticket where number = $1", long.Parse(mail.Number![2..], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_mail_becomes_a_ticket_of_its_sender_and_the_raw_mail_is_kept()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        await desk.Host.Broker.Hear<MailAccounted>();
        var sender = MailDesk.NewAddress();
        var taken = await desk.Take(MailDesk.Mail($"Märta Öst <{sender}>", "Skrivaren på plan 3", "Hej, den skriver inte."));

        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        var registered = await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Number == taken.Number);
        Assert.Equal((Channel.Mail, "Skrivaren på plan 3", "Hej, den skriver inte.", sender, false), (registered.Channel, registered.Subject, registered.Text, registered.Requester.Email, registered.Automatic));
        Assert.Equal(taken.Id, (await desk.Host.Broker.Next<MailAccounted>(mail => mail.Number == taken.Number)).MailId);
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from mail where id = $1 and size = length(raw)", taken.Id));
    }

    [Fact]
    public async Task The_same_mail_twice_is_one_ticket_and_is_answered_as_before()
    {
        var sender = MailDesk.NewAddress();
        var mail = MailDesk.Mail(sender);
        var first = await desk.Take(mail);
        // By another way: servers have written on top of it.
        var second = await desk.Take("Received: from elsewhere by desk.example\nDelivered-To: support@desk.example\n" + mail);
        Assert.Equal(first, second);
        Assert.Equal(1, await Tickets(sender));
    }

    [Fact]
    public async Task The_same_mail_by_many_ways_at_once_is_one_ticket()
    {
        var sender = MailDesk.NewAddress();
        var mail = MailDesk.Mail(sender);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.Take(mail))));
        Assert.Single(taken.Distinct());
        Assert.Equal(1, await Tickets(sender));
    }

    [Fact]
    public async Task Another_mail_with_the_same_Message_ID_is_another_mail()
    {
        var sender = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        await desk.Take(MailDesk.Mail(sender, body: "one", id: id));
        await desk.Take(MailDesk.Mail(sender, body: "two", id: id));
        Assert.Equal(2, await desk.Host.Value<long>("select count(*) from mail where from_email = $1", sender));
    }

    [Theory]
    [InlineData("In-Reply-To: <{0}>")]
    [InlineData("References: <unknown@elsewhere.example> <{0}>")]
    [InlineData("In-Reply-To: <{1}>")]
    [InlineData("Cc: {2}")]
    public async Task An_answer_from_the_requester_finds_its_ticket(string header)
    {
        var sender = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        var ticket = await desk.Take(MailDesk.Mail(sender, id: id));
        var reply = await desk.Take(MailDesk.Mail(sender, "SV: annat", "Nu går det.\n\nDen 22 nov. 2026 kl. 14:00 skrev Desk <support@desk.example>:\n> Hej", headers: string.Format(header, id, OwnId(ticket), PlusAddress(ticket))));

        Assert.Equal((MailOutcome.Reply, ticket.Number), (reply.Outcome, reply.Number));
        Assert.Equal("Nu går det.", await desk.Host.Value<string>("select body from message where mail_id = $1", reply.Id));
        Assert.Contains("> Hej", await desk.Host.Value<string>("select folded from message where mail_id = $1", reply.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_in_the_subject_finds_the_ticket_of_the_one_who_may_write_in_it()
    {
        var sender = MailDesk.NewAddress();
        var ticket = await desk.Take(MailDesk.Mail(sender));
        Assert.Equal(MailOutcome.Reply, (await desk.Take(MailDesk.Mail(sender, $"VB: [{ticket.Number}] Skrivaren"))).Outcome);
    }

    [Theory]
    [InlineData("In-Reply-To: <{0}>")]
    [InlineData("References: <{1}>")]
    [InlineData("Cc: {2}")]
    [InlineData("X-Nothing: [{3}]")]
    public async Task Forged_references_let_nobody_in(string header)
    {
        var id = MailDesk.NewId();
        var owner = MailDesk.NewAddress();
        var ticket = await desk.Take(MailDesk.Mail(owner, id: id));
        var stranger = MailDesk.NewAddress("elsewhere.example");
        var forged = string.Format(header, id, OwnId(ticket), PlusAddress(ticket), ticket.Number);

        var taken = await desk.Take(MailDesk.Mail(stranger, $"Re: [{ticket.Number}] Skrivaren", headers: forged + $"\nReply-To: {owner}\nSender: {owner}"));

        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        Assert.NotEqual(ticket.Number, taken.Number);
        Assert.Equal(ticket.Number, await desk.Host.Value<string>("select related_number from mail where id = $1", taken.Id));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from message join ticket on ticket.id = ticket_id where 'D-' || number = $1", ticket.Number!));
    }

    [Fact]
    public async Task An_agents_address_in_From_makes_no_agent()
    {
        var owner = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        var ticket = await desk.Take(MailDesk.Mail(owner, id: id));
        var taken = await desk.Take(MailDesk.Mail("Anna Lind <anna.lind@desk.example>", "Re: Skrivaren", "Löst. Stäng.", $"In-Reply-To: <{id}>"));
        Assert.NotEqual(ticket.Number, taken.Number);
        Assert.Equal(0, await desk.Host.Value<long>("select count(*) from message where mail_id = $1 and direction = 'out'", taken.Id));
    }

    [Fact]
    public async Task A_tag_that_is_not_signed_here_is_only_text()
    {
        var owner = MailDesk.NewAddress();
        var ticket = await desk.Take(MailDesk.Mail(owner));
        var other = MailDesk.NewAddress();
        var taken = await desk.Take(MailDesk.Mail(other, headers: $"In-Reply-To: <{ticket.Number}.{Guid.CreateVersion7():N}.{new string('0', 20)}@desk.example>"));
        Assert.Null(await desk.Host.Value<string>("select related_number from mail where id = $1", taken.Id));
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-generated")]
    [InlineData("Precedence: bulk")]
    [InlineData("List-Id: <news.elsewhere.example>")]
    [InlineData("X-Auto-Response-Suppress: All")]
    [InlineData("X-Autoreply: yes")]
    [InlineData("Return-Path: <>")]
    public async Task An_automatic_mail_opens_no_ticket_and_is_kept(string header)
    {
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: header));
        Assert.Equal((MailOutcome.Automatic, null), (taken.Outcome, taken.Number));
        Assert.NotNull(taken.Reason);
    }

    [Fact]
    public async Task A_machine_the_desk_listens_to_opens_a_ticket_that_gets_no_automatic_answer()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var taken = await desk.Take(MailDesk.Mail("alarm@monitor.example", "Disk full", headers: "Auto-Submitted: auto-generated"));
        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        Assert.True((await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Number == taken.Number)).Automatic);
    }

    [Fact]
    public async Task An_absence_is_noted_on_its_ticket_and_is_no_answer()
    {
        var sender = MailDesk.NewAddress();
        var ticket = await desk.Take(MailDesk.Mail(sender));
        var taken = await desk.Take(MailDesk.Mail(sender, "Autosvar: Skrivaren", "Jag är på semester.", $"In-Reply-To: <{OwnId(ticket)}>\nAuto-Submitted: auto-replied"));
        Assert.Equal((MailOutcome.Automatic, ticket.Number), (taken.Outcome, taken.Number));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from note join ticket on ticket.id = ticket_id where 'D-' || number = $1", ticket.Number!));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from message join ticket on ticket.id = ticket_id where 'D-' || number = $1", ticket.Number!));
    }

    [Fact]
    public async Task The_desks_own_mail_coming_back_is_ignored()
    {
        var ticket = await desk.Take(MailDesk.Mail(MailDesk.NewAddress()));
        Assert.Equal(MailOutcome.Ignored, (await desk.Take(MailDesk.Mail("support@desk.example"))).Outcome);
        Assert.Equal(MailOutcome.Ignored, (await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), id: OwnId(ticket)))).Outcome);
    }

    [Fact]
    public async Task A_bounce_opens_no_ticket_and_is_noted_on_the_one_it_came_from()
    {
        await desk.Host.Broker.Hear<MailBounced>();
        var sender = MailDesk.NewAddress();
        var ticket = await desk.Take(MailDesk.Mail(sender));
        var taken = await desk.Take(Bounce(sender, OwnId(ticket)));
        Assert.Equal((MailOutcome.Bounce, ticket.Number), (taken.Outcome, taken.Number));
        var bounced = await desk.Host.Broker.Next<MailBounced>(bounce => bounce.Number == ticket.Number);
        Assert.Equal((sender, true, "5.1.1"), (bounced.Address, bounced.Permanent, bounced.Code));
    }

    [Fact]
    public async Task A_forged_bounce_stops_nobodys_mail()
    {
        await desk.Host.Broker.Hear<MailBounced>();
        var ticket = await desk.Take(MailDesk.Mail(MailDesk.NewAddress()));
        var victim = MailDesk.NewAddress();
        await desk.Take(Bounce(victim, OwnId(ticket)));
        Assert.False((await desk.Host.Broker.Next<MailBounced>(bounce => bounce.Address == victim)).Permanent);
        Assert.Null((await desk.Take(Bounce(victim, "made-up@desk.example"))).Number);
    }

    [Fact]
    public async Task What_cannot_be_read_is_quarantined_with_the_reason()
    {
        var nested = string.Concat(Enumerable.Range(0, 25).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        var deep = await desk.Take($"From: {MailDesk.NewAddress()}\nSubject: deep\n{nested}\ntext");
        Assert.Equal(MailOutcome.Quarantined, deep.Outcome);
        Assert.Contains("nested", deep.Reason, StringComparison.Ordinal);
        Assert.Equal(MailOutcome.Quarantined, (await desk.Take("Subject: nobody\n\nsaid this")).Outcome);
        Assert.Equal(MailOutcome.Quarantined, (await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: "X-Spam-Flag: YES"))).Outcome);
    }

    [Fact]
    public async Task Every_mail_has_an_outcome_and_is_said_to_be_accounted_for()
    {
        await desk.Host.Broker.Hear<MailAccounted>();
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: "Precedence: list"));
        Assert.Equal(MailOutcome.Automatic, (await desk.Host.Broker.Next<MailAccounted>(mail => mail.MailId == taken.Id)).Outcome);
    }

    [Fact]
    public async Task Html_is_stored_safe_and_attachments_are_kept()
    {
        var sender = MailDesk.NewAddress();
        var taken = await desk.Take($"""
            From: {sender}
            Subject: =?utf-8?Q?Sk=C3=A4rmen?=
            Message-ID: <{MailDesk.NewId()}>
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html; charset=utf-8

            <p onclick="steal()">Hej <b>alla</b><script>steal()</script><img src="https://tracker.example/1.gif"><a href="javascript:steal()">x</a></p>
            --b
            Content-Type: text/plain; name="../../etc/passwd"
            Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fr%C3%A4kning.txt

            innehåll
            --b--
            """);
        var html = await desk.Host.Value<string>("select html from message where mail_id = $1", taken.Id);
        Assert.Contains("<b>alla</b>", html, StringComparison.Ordinal);
        foreach (var dangerous in new[] { "script", "onclick", "javascript", " src=" })
            Assert.DoesNotContain(dangerous, html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("räkning.txt", await desk.Host.Value<string>("select name from attachment join message on message.id = message_id where mail_id = $1", taken.Id));
    }

    [Fact]
    public async Task By_the_API_an_agent_hands_in_a_mail_and_sees_what_became_of_it()
    {
        var client = desk.Host.As(Callers.AgentMachine);
        var sender = MailDesk.NewAddress();
        using var content = new ByteArrayContent(MailDesk.Bytes(MailDesk.Mail(sender)));
        content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        var answer = await (await client.PostAsync("/api/v1/mail", content)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal("ticket", (string?)answer!["outcome"]);

        var mail = await client.GetFromJsonAsync<JsonObject>($"/api/v1/mail/{answer["id"]}");
        Assert.Equal((string?)answer["number"], (string?)mail!["number"]);
        Assert.Contains(sender, await client.GetStringAsync($"/api/v1/mail/{answer["id"]}/raw"), StringComparison.Ordinal);
        Assert.NotEmpty((await client.GetFromJsonAsync<JsonObject>("/api/v1/mail?outcome=ticket&limit=1"))!["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Requester).GetAsync("/api/v1/mail")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/mail/{Guid.CreateVersion7()}")).StatusCode);
    }

    [Fact]
    public async Task What_an_agent_passes_on_is_the_ticket_of_the_one_who_wrote_it_when_the_mail_is_proved_to_be_the_agents()
    {
        var agent = await Agent();
        var requester = MailDesk.NewAddress();
        var forward = MailDesk.Mail($"Anna Lind <{agent}>", "VB: Skrivaren", $"Nycker som vanligt.\n\nFrån: Rut Hansson <{requester}>\nSkickat: den 23 november 2026 09:15\nTill: Anna Lind\nÄmne: Skrivaren\n\nDen skriver inte.");

        var proved = await desk.Take("Authentication-Results: mx.desk.example; dkim=pass header.d=desk.example\n" + forward);
        Assert.Equal(MailOutcome.Ticket, proved.Outcome);
        Assert.Equal(1, await Tickets(requester));
        Assert.Equal("Den skriver inte.", await desk.Host.Value<string>("select body from message where mail_id = $1", proved.Id));
        // What the agent wrote above was written to the desk.
        Assert.Contains("Nycker som vanligt.", await desk.Host.Value<string>("select note.body from note join ticket on ticket.id = ticket_id where 'D-' || number = $1", proved.Number!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authentication-Results: mx.elsewhere.example; dkim=pass header.d=desk.example\n")]
    [InlineData("Authentication-Results: mx.desk.example; dkim=fail header.d=desk.example\n")]
    public async Task A_forward_in_an_agents_name_without_proof_makes_nobody_else_a_requester(string header)
    {
        var agent = await Agent();
        var victim = MailDesk.NewAddress();
        var taken = await desk.Take(header + MailDesk.Mail(agent, "VB: Skrivaren", $"Från: Rut <{victim}>\nSkickat: i dag\nTill: Anna\nÄmne: Skrivaren\n\nDen skriver inte."));
        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        Assert.Equal((0, 1), (await Tickets(victim), await Tickets(agent)));
    }

    [Fact]
    public async Task A_forward_by_a_proved_sender_who_is_no_agent_is_their_own_ticket()
    {
        var (sender, other) = (MailDesk.NewAddress("desk.example"), MailDesk.NewAddress());
        await desk.Take("Authentication-Results: mx.desk.example; dkim=pass header.d=desk.example\n"
            + MailDesk.Mail(sender, "VB: Skrivaren", $"Från: Rut <{other}>\nSkickat: i dag\nTill: Anna\nÄmne: Skrivaren\n\nDen skriver inte."));
        Assert.Equal((1, 0), (await Tickets(sender), await Tickets(other)));
    }

    [Fact]
    public async Task A_mail_to_several_addresses_of_the_desk_is_one_ticket()
    {
        var sender = MailDesk.NewAddress();
        var mail = MailDesk.Bytes(MailDesk.Mail(sender, headers: "Cc: help@desk.example"));
        var taken = new List<TakenMail>();
        foreach (var to in new[] { "support@desk.example", "help@desk.example", "support@desk.example" })
            taken.Add(await desk.Intake.TakeAsync(mail, new MailEnvelope("smtp", sender, [to]), CancellationToken.None));
        Assert.Single(taken.Distinct());
        Assert.Equal(1, await Tickets(sender));
    }

    [Fact]
    public async Task Colleagues_copied_in_take_part_and_strangers_do_not()
    {
        var (sender, colleague, stranger) = (MailDesk.NewAddress(), MailDesk.NewAddress(), MailDesk.NewAddress("elsewhere.example"));
        var taken = await desk.Take(MailDesk.Mail(sender, headers: $"Cc: {colleague}, {stranger}, support@desk.example"));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from participant join ticket on ticket.id = ticket_id where 'D-' || number = $1", taken.Number!));
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from participant where email = $1", colleague));
    }

    [Fact]
    public async Task A_logo_that_comes_again_with_the_answer_becomes_no_attachment_and_stays_in_the_raw_mail()
    {
        var sender = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        string With(string text, string headers) => $"From: {sender}\nSubject: Skrivaren\nMessage-ID: <{MailDesk.NewId()}>\n{headers}Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>{text}</p><img src=\"cid:shot\">\n"
            + $"--b\nContent-Type: image/png\nContent-ID: <shot>\nContent-Disposition: inline\n\n{new string('p', 60_000)}\n--b--\n";
        var ticket = await desk.Take(With("Så här.", "").Replace("Message-ID: <", $"Message-ID: <{id}x"));
        var messageId = await desk.Host.Value<string>("select mail_message_id from mail where id = $1", ticket.Id);
        var reply = await desk.Take(With("Så här igen.", $"In-Reply-To: <{messageId}>\n"));
        Assert.Equal(MailOutcome.Reply, reply.Outcome);
        Assert.Equal(1, await desk.Host.Value<long>("select count(*) from attachment join ticket on ticket.id = attachment.ticket_id where 'D-' || number = $1", ticket.Number!));
        Assert.True(await desk.Host.Value<int>("select size from mail where id = $1", reply.Id) > 60_000);
    }

    private async Task<string> Agent()
    {
        var email = MailDesk.NewAddress("desk.example");
        await desk.Host.Broker.Say(Guid.CreateVersion7(), new AccountChanged(Guid.CreateVersion7(), email, "Anna Lind", Role.Agent, "sv", true, TimeProvider.System.GetUtcNow()));
        await Wait.Until(async () => await desk.Host.Value<long>("select count(*) from account where email = $1", email) == 1, "the account is known");
        return email;
    }

    private Task<long> Tickets(string sender)
        => desk.Host.Value<long>("select count(*) from ticket join person on person.id = requester_id where email = $1", sender);

    private string OwnId(TakenMail ticket)
    {
        var message = Guid.CreateVersion7();
        return $"{ticket.Number}.{message:N}.{desk.Tokens.Tag("mail", $"{ticket.Number}.{message:N}")}@desk.example";
    }

    private string PlusAddress(TakenMail ticket) => $"support+{ticket.Number}.{desk.Tokens.Tag("mail-address", ticket.Number!)}@desk.example";

    private static string Bounce(string address, string returnedId) => $"""
        From: Mail Delivery System <mailer-daemon@mx.example>
        To: support@desk.example
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <{MailDesk.NewId()}>
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b

        Your mail could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; {address}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 User unknown
        --b
        Content-Type: text/rfc822-headers

        Message-ID: <{returnedId}>
        Subject: Re: Skrivaren
        --b--
        """;
}
