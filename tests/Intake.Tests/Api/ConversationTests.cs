using System.Net;
using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Tickets;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class ConversationTests(IntakeDesk desk)
{
    [Fact]
    public async Task An_agents_message_is_a_reply_that_shows_the_desks_address_and_is_pending_until_delivered()
    {
        await desk.Host.Broker.Hear<AgentReplied>();
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut, "Skrivaren");
        var number = IntakeDesk.Number(ticket);
        var reply = await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Starta om den.", html = "<p>Starta om den.</p>" });

        Assert.Equal(HttpStatusCode.Created, reply.Status);
        Assert.Equal(("out", "pending", "support@desk.example", "Anna Lind"), (
            reply.Json!["direction"]!.GetValue<string>(), reply.Json["delivery"]!.GetValue<string>(), reply.Json["from"]!["email"]!.GetValue<string>(),
            reply.Json["from"]!["name"]!.GetValue<string>()));
        Assert.Equal([rut.Email], reply.Json["to"]!.AsArray().Select(to => to!.GetValue<string>()));
        var said = await desk.Host.Broker.Next<AgentReplied>(happened => happened.Number == number);
        Assert.Equal((IntakeDesk.Id(reply.Json), rut.Email, "Skrivaren"), (said.MessageId, said.Requester.Email, said.Subject));

        await desk.Host.Broker.Say(said.TicketId, new MessageDelivered(
            Guid.CreateVersion7(), said.TicketId, number, said.MessageId, "reply", rut.Email!.ToUpperInvariant(), "<a.1@desk.example>", Works.Noon));
        await Wait.Until(async () => (await desk.All(rut, $"/tickets/{number}/messages"))[^1]["delivery"]!.GetValue<string>() == "sent", "it is sent");
    }

    [Fact]
    public async Task A_mail_that_will_not_be_tried_again_is_failed_with_the_reason()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        var reply = await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej" });
        var ticketId = Guid.CreateVersion7();
        var failed = new DeliveryFailed(
            Guid.CreateVersion7(), ticketId, number, IntakeDesk.Id(reply.Json!), "reply", rut.Email!, Permanent: false, "451 later", Works.Noon);
        await desk.Host.Broker.Say(ticketId, failed);
        await desk.Host.Broker.Say(ticketId, failed with { Permanent = true, To = "someone.copied@else.example", Reason = "not the requester" });
        await desk.Host.Broker.Say(ticketId, failed with { Permanent = true, Reason = "550 no such mailbox" });
        await Wait.Until(async () => (await Last())["delivery"]!.GetValue<string>() == "failed", "it has failed");
        Assert.Equal("550 no such mailbox", (await Last())["deliveryReason"]!.GetValue<string>());

        async Task<System.Text.Json.Nodes.JsonNode> Last() => (await desk.All(Callers.Agent, $"/tickets/{number}/messages"))[^1];
    }

    [Fact]
    public async Task The_requesters_message_is_an_answer_and_so_is_an_agents_in_their_own_ticket()
    {
        await desk.Host.Broker.Hear<RequesterReplied>();
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        var answer = await desk.Post(rut, $"/tickets/{number}/messages", new { text = "Nu fungerar det." });
        Assert.Equal(("in", "web", rut.Email), (
            answer.Json!["direction"]!.GetValue<string>(), answer.Json["channel"]!.GetValue<string>(), answer.Json["from"]!["email"]!.GetValue<string>()));
        Assert.Equal("Nu fungerar det.", (await desk.Host.Broker.Next<RequesterReplied>(said => said.Number == number)).Text);

        var own = IntakeDesk.Number(await desk.Ticket(Callers.AnotherAgent));
        Assert.Equal("in", (await desk.Post(Callers.AnotherAgent, $"/tickets/{own}/messages", new { text = "Mitt eget" })).Json!["direction"]!.GetValue<string>());
        Assert.Equal("out", (await desk.Post(Callers.Agent, $"/tickets/{own}/messages", new { text = "Svar" })).Json!["direction"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_requester_copies_nobody_in()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        var answer = await desk.Post(rut, $"/tickets/{number}/messages", new { text = "Hej", cc = new[] { "victim@else.example" } });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Json!["errors"]!["cc"]);
    }

    [Fact]
    public async Task Who_has_seen_an_older_version_is_told_before_they_write()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester());
        var number = IntakeDesk.Number(ticket);
        await desk.Triage(ticket, Works.Triaged with { Version = 3 });
        var etag = (await desk.Get(Callers.Agent, $"/tickets/{number}")).ETag;
        Assert.Equal("\"3\"", etag);

        foreach (var path in new[] { "messages", "notes" })
        {
            var stale = await desk.Post(Callers.Agent, $"/tickets/{number}/{path}", new { text = "Hej" }, ifMatch: "\"2\"");
            Assert.Equal((HttpStatusCode.PreconditionFailed, "version.stale"), (stale.Status, stale.Code));
            Assert.Equal(HttpStatusCode.Created, (await desk.Post(Callers.Agent, $"/tickets/{number}/{path}", new { text = "Hej" }, ifMatch: etag)).Status);
        }
        Assert.Equal(2, (await desk.All(Callers.Agent, $"/tickets/{number}/messages")).Count);
    }

    [Fact]
    public async Task A_message_with_an_idempotency_key_is_written_once()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        var key = Guid.CreateVersion7().ToString();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => desk.Post(rut, $"/tickets/{number}/messages", new { text = "En gång" }, key)));
        Assert.Equal(2, (await desk.All(rut, $"/tickets/{number}/messages")).Count);
    }

    [Fact]
    public async Task The_conversation_comes_in_pages_oldest_first()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut, body: "0"));
        for (var i = 1; i < 7; i++)
            await desk.Post(rut, $"/tickets/{number}/messages", new { text = i.ToString() });
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"],
            (await desk.All(rut, $"/tickets/{number}/messages?limit=3")).Select(message => message["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Html_is_stored_as_it_came_and_text_is_always_beside_it()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        var answer = await desk.Post(rut, $"/tickets/{number}/messages", new { html = "<script>alert(1)</script>" });
        Assert.NotNull(answer.Json!["errors"]!["text"]);
        answer = await desk.Post(rut, $"/tickets/{number}/messages", new { text = "<script>alert(1)</script>", html = "<script>alert(1)</script>" });
        Assert.Equal("<script>alert(1)</script>", answer.Json!["text"]!.GetValue<string>());
        var page = await desk.Get(rut, $"/tickets/{number}/messages");
        Assert.Equal("application/json", page.Response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_reply_stands_in_the_mail_thread_and_a_mail_to_it_finds_the_ticket()
    {
        await desk.Host.Broker.Hear<AgentReplied>();
        var rut = IntakeDesk.NewRequester();
        var id = Guid.CreateVersion7().ToString("N");
        RegisteredTicket registered;
        await using (var connection = await desk.Host.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            registered = await desk.Host.Services.GetRequiredService<Registration>().RegisterAsync(
                new NewContact(Channel.Mail, new Correspondent(rut.Email!, "Rut"), "VPN", "Hjälp")
                {
                    Cc = ["Chef@nordvik.example"],
                    Mail = new MailThread(null, $"in-{id}@nordvik.example", null, []),
                }, transaction, default);
            await transaction.CommitAsync();
        }
        var number = registered.Number.ToString();
        await desk.Host.Broker.Say(registered.Id, new MessageDelivered(
            Guid.CreateVersion7(), registered.Id, number, null, "confirmation", rut.Email!, $"<out-{id}@desk.example>", Works.Noon.AddYears(1)));

        await Wait.Until(async () => await Find($"out-{id}@desk.example") == registered.Id, "our mail's id is known");
        await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej" });
        var said = await desk.Host.Broker.Next<AgentReplied>(happened => happened.Number == number);
        Assert.Equal($"in-{id}@nordvik.example", said.InReplyTo);
        Assert.Equal(new HashSet<string> { $"in-{id}@nordvik.example", $"out-{id}@desk.example" }, said.References.ToHashSet());

        Assert.Equal(registered.Id, await Find("unknown@else.example", $"in-{id}@nordvik.example"));
        Assert.Null(await Find("unknown@else.example"));
        await using var reading = await desk.Host.DataSource.OpenConnectionAsync();
        await using var read = await reading.BeginTransactionAsync();
        Assert.Equal([rut.Email!, "chef@nordvik.example"], await Participants.OfAsync(read, registered.Id, default));

        async Task<Guid?> Find(params string[] ids)
        {
            await using var connection = await desk.Host.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            return await MailThreads.FindTicketAsync(transaction, ids, default);
        }
    }

    [Fact]
    public async Task A_file_is_a_download_of_the_type_its_bytes_show()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent("<html><script>alert(1)</script>"u8.ToArray()) { Headers = { { "Content-Type", "text/html" } } }, "files", "..\\sidan å.html" },
        };
        var posted = await Answer.Of(await desk.Host.As(rut).PostAsync($"/api/v1/tickets/{number}/attachments", form));
        Assert.Equal(HttpStatusCode.Created, posted.Status);
        var file = Assert.Single(await desk.All(rut, $"/tickets/{number}/attachments"));
        Assert.Equal(("sidan å.html", "text/plain", false), (
            file["name"]!.GetValue<string>(), file["contentType"]!.GetValue<string>(), file["internal"]!.GetValue<bool>()));

        var response = await desk.Host.As(rut).GetAsync($"/api/v1/attachments/{IntakeDesk.Id(file)}");
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("sidan å.html", response.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("<html><script>alert(1)</script>", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_files_of_a_reply_are_said_before_it_and_what_is_too_large_for_mail_only_named()
    {
        await desk.Host.Broker.Hear<AgentReplied>();
        await desk.Host.Broker.Hear<ReplyFileAttached>();
        var number = IntakeDesk.Number(await desk.Ticket(IntakeDesk.NewRequester()));
        var reply = await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new
        {
            text = "Se bilagorna.",
            attachments = new[]
            {
                new { name = "så här.txt", content = "Gör så"u8.ToArray() }, new { name = "film.bin", content = new byte[19 * 1024 * 1024] },
            },
        });
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        Assert.Equal(2, reply.Json!["attachments"]!.AsArray().Count);

        var file = await desk.Host.Broker.Next<ReplyFileAttached>(happened => happened.Number == number);
        Assert.Equal(("Gör så", IntakeDesk.Id(reply.Json)), (System.Text.Encoding.UTF8.GetString(file.Content), file.MessageId));
        var said = await desk.Host.Broker.Next<AgentReplied>(happened => happened.Number == number);
        Assert.Equal([("så här.txt", "text/plain", true), ("film.bin", "application/octet-stream", false)], said.Files!.Select(one => (one.Name, one.ContentType, one.Travels)));
        Assert.Equal(file.FileId, said.Files![0].Id);
    }

    [Fact]
    public async Task An_agents_html_is_said_made_safe()
    {
        await desk.Host.Broker.Hear<AgentReplied>();
        var number = IntakeDesk.Number(await desk.Ticket(IntakeDesk.NewRequester()));
        await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej", html = "<p onclick=x()>Hej <b>du</b><script>alert(1)</script></p>" });
        Assert.Equal("<p>Hej <b>du</b></p>", (await desk.Host.Broker.Next<AgentReplied>(happened => happened.Number == number)).Html);
    }

    [Fact]
    public async Task Files_over_twenty_five_megabytes_are_refused()
    {
        var rut = IntakeDesk.NewRequester();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[25 * 1024 * 1024 + 1]), "files", "big.bin" } };
        var answer = await Answer.Of(await desk.Host.As(rut).PostAsync($"/api/v1/tickets/{number}/attachments", form));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Json!["errors"]!["files"]);
    }
}
