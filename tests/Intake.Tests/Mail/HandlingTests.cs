using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests.Mail;

/// <summary>What agents do with mail that became neither ticket nor reply, and the rules for senders.</summary>
[Collection(MailDeskTests.Name)]
public sealed class HandlingTests(MailDesk desk)
{
    [Theory]
    [InlineData("Precedence: bulk", "automatic")]
    [InlineData("X-Loop: support@desk.example", "ignored")]
    [InlineData("X-Spam-Flag: YES", "quarantined")]
    public async Task An_agent_makes_a_ticket_of_what_was_taken_for_something_else_once(string header, string was)
    {
        await desk.Host.Broker.Hear<MailAccounted>();
        var sender = MailDesk.NewAddress();
        var taken = await desk.Take(MailDesk.Mail($"Maja Öberg <{sender}>", "Hjälp", "Den skriver inte.", header));
        Assert.Equal(was, Word(taken.Outcome));

        var made = await Act(taken.Id, "ticket");
        Assert.Equal("ticket", (string?)made.Json!["outcome"]);
        Assert.Equal(1, await Messages(taken.Id));
        var accounted = await desk.Host.Broker.Next<MailAccounted>(mail => mail.MailId == taken.Id && mail.Revision == 1);
        Assert.Equal((MailOutcome.Ticket, (string?)made.Json["number"]), (accounted.Outcome, accounted.Number));

        var again = await Act(taken.Id, "ticket");
        Assert.Equal((HttpStatusCode.Conflict, "mail.handled"), (again.Status, again.Code));
        Assert.Equal(1, await Messages(taken.Id));

        var mail = await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonObject>($"/api/v1/mail/{taken.Id}");
        var act = mail!["acts"]!.AsArray().Single()!;
        Assert.Equal(("Anna Lind", "ticket", was, "ticket"), ((string?)act["by"], (string?)act["act"], (string?)act["was"], (string?)act["became"]));
    }

    [Fact]
    public async Task Two_agents_who_press_at_once_make_one_ticket()
    {
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: "Precedence: bulk"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Act(taken.Id, "ticket")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1, await Messages(taken.Id));
    }

    [Fact]
    public async Task What_a_machine_wrote_gets_no_automatic_answer_when_it_is_made_a_ticket()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: "Auto-Submitted: auto-generated"));
        var number = (string?)(await Act(taken.Id, "ticket")).Json!["number"];
        Assert.True((await desk.Host.Broker.Next<TicketRegistered>(ticket => ticket.Number == number)).Automatic);
    }

    [Fact]
    public async Task Of_a_mail_without_sender_a_ticket_is_made_for_whom_the_agent_says()
    {
        var taken = await desk.Take($"Subject: nobody {MailDesk.NewId()}\n\nsaid this");
        Assert.Equal("mail.noSender", (await Act(taken.Id, "ticket")).Code);
        var email = MailDesk.NewAddress();
        Assert.Equal(HttpStatusCode.OK, (await Act(taken.Id, "ticket", new { requester = new { email } })).Status);
        Assert.Equal(email, await desk.Host.Value<string>("select from_email from message where mail_id = $1", taken.Id));
    }

    [Fact]
    public async Task What_was_too_much_to_read_goes_along_whole_as_a_file()
    {
        var nested = string.Concat(Enumerable.Range(0, 25).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        var taken = await desk.Take($"From: {MailDesk.NewAddress()}\nSubject: deep\n{nested}\ntext");
        await Act(taken.Id, "ticket");
        Assert.Equal(1, await desk.Host.Value<long>(
            "select count(*) from attachment join message on message.id = message_id join mail on mail.id = mail_id where mail_id = $1 and name = 'mail.eml' and content = raw", taken.Id));
    }

    [Fact]
    public async Task Run_again_takes_it_as_if_it_came_now_and_never_has_an_effect_twice()
    {
        var sender = MailDesk.NewAddress("letters.example");
        var taken = await desk.Take(MailDesk.Mail(sender, headers: "Precedence: bulk"));
        Assert.Equal("automatic", (string?)(await Act(taken.Id, "again")).Json!["outcome"]);

        await Rule(Callers.Lead, sender, "always");
        Assert.Equal("ticket", (string?)(await Act(taken.Id, "again")).Json!["outcome"]);
        Assert.Equal("mail.handled", (await Act(taken.Id, "again")).Code);
        Assert.Equal(1, await Messages(taken.Id));

        // An absence has been noted on its ticket: again would note it twice.
        var asker = MailDesk.NewAddress();
        var id = MailDesk.NewId();
        await desk.Take(MailDesk.Mail(asker, id: id));
        var absence = await desk.Take(MailDesk.Mail(asker, "Autosvar: borta", headers: $"In-Reply-To: <{id}>\nAuto-Submitted: auto-replied"));
        Assert.Equal("mail.noted", (await Act(absence.Id, "again")).Code);
    }

    [Fact]
    public async Task Never_from_a_sender_is_ignored_and_counted_and_always_lets_in_what_is_automatic_or_marked_as_spam()
    {
        var domain = $"d{Guid.CreateVersion7():N}.example";
        await Rule(Callers.Lead, "@" + domain, "never");
        var ignored = await desk.Take(MailDesk.Mail("info@news." + domain));
        Assert.Equal(MailOutcome.Ignored, ignored.Outcome);
        Assert.Contains("@" + domain, ignored.Reason, StringComparison.Ordinal);

        // The address is stronger than its domain.
        await Rule(Callers.Lead, "alarm@" + domain, "always");
        Assert.Equal(MailOutcome.Ticket, (await desk.Take(MailDesk.Mail("Alarm@" + domain, headers: "Auto-Submitted: auto-generated"))).Outcome);
        Assert.Equal(MailOutcome.Ticket, (await desk.Take(MailDesk.Mail("alarm@" + domain, headers: "X-Spam-Flag: YES"))).Outcome);
        // An absence answers nobody's question, whoever is welcome.
        Assert.Equal(MailOutcome.Automatic, (await desk.Take(MailDesk.Mail("alarm@" + domain, headers: "Auto-Submitted: auto-replied"))).Outcome);

        using var ended = await desk.Host.As(Callers.Lead).DeleteAsync($"/api/v1/mail/rules/{Uri.EscapeDataString("@" + domain)}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(MailOutcome.Ticket, (await desk.Take(MailDesk.Mail("info@news." + domain))).Outcome);
        Assert.Equal(2, await desk.Host.Value<long>("select count(*) from mail_act where pattern = $1 and agent_name = 'Leif Ström'", "@" + domain));
    }

    [Fact]
    public async Task Rules_are_for_leads_handling_is_for_agents_and_requesters_see_nothing()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await Rule(Callers.Agent, "a@b.example", "never")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Rule(Callers.Lead, "no sender", "never")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Rule(Callers.Lead, "support@desk.example", "always")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(Callers.Agent).GetAsync("/api/v1/mail/rules")).StatusCode);
        var taken = await desk.Take(MailDesk.Mail(MailDesk.NewAddress(), headers: "Precedence: bulk"));
        foreach (var path in new[] { $"{taken.Id}", $"{taken.Id}/content", $"{taken.Id}/raw", "rules", "account" })
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Requester).GetAsync("/api/v1/mail/" + path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Requester).PostAsync($"/api/v1/mail/{taken.Id}/ticket", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Act(Guid.CreateVersion7(), "again")).Status);
    }

    [Fact]
    public async Task A_mails_source_is_shown_as_text_that_can_turn_nothing_around()
    {
        var taken = await desk.Take($"From: {MailDesk.NewAddress()}\nSubject: x\nPrecedence: bulk\nMessage-ID: <{MailDesk.NewId()}>\n\nfdp.\u202Eexe \u001B[2J <script>");
        var content = (await desk.Host.As(Callers.Agent).GetFromJsonAsync<JsonObject>($"/api/v1/mail/{taken.Id}/content"))!;
        Assert.Contains("<script>", (string?)content["source"], StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', (string)content["source"]!);
        Assert.DoesNotContain('\u001B', (string)content["source"]!);
    }

    private static string Word(MailOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private Task<long> Messages(Guid mail) => desk.Host.Value<long>("select count(*) from message where mail_id = $1", mail);

    private async Task<Answer> Act(Guid mail, string act, object? body = null)
        => await Answer.Of(await desk.Host.As(Callers.Agent).PostAsync($"/api/v1/mail/{mail}/{act}", body is null ? null : JsonContent.Create(body)));

    private Task<HttpResponseMessage> Rule(Caller caller, string pattern, string action)
        => desk.Host.As(caller).PutAsync($"/api/v1/mail/rules/{Uri.EscapeDataString(pattern)}", JsonContent.Create(new { action }));
}
