using System.Net;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests.Api;

/// <summary>A merged ticket is read, and written to, where it goes on; when the merge is undone nothing has moved.</summary>
[Collection(UsesTheDesk.Name)]
public class MergeTests(IntakeDesk desk)
{
    [Fact]
    public async Task Both_conversations_are_one_for_as_long_as_the_merge_stands()
    {
        var (rut, kim) = (IntakeDesk.NewRequester(), IntakeDesk.NewRequester());
        var (first, second) = (await desk.Ticket(rut, "Skrivaren", "Den skriver inte ut."), await desk.Ticket(kim, "Skrivaren igen", "Samma här."));
        var (one, two) = (IntakeDesk.Number(first), IntakeDesk.Number(second));
        await desk.Post(Callers.Agent, $"/tickets/{two}/notes", new { text = "Kim sitter bredvid Rut." });
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Get(kim, $"/tickets/{one}")).Status);

        await Say(second, new TicketMerged(IntakeDesk.Id(second), two, Works.Noon, Closed(first, 2), Works.Desk, Ref(first), "same"), version: 2);

        // Read together, in the order they were written, each with the ticket it was written in.
        Assert.Equal([("Den skriver inte ut.", null), ("Samma här.", two)], await Messages(Callers.Agent, one));
        Assert.Equal([("Den skriver inte ut.", null), ("Samma här.", two)], await Messages(kim, one));
        Assert.Equal("Kim sitter bredvid Rut.", Assert.Single(await desk.All(Callers.Agent, $"/tickets/{one}/notes"))["text"]!.GetValue<string>());
        Assert.Equal(one, (await desk.Get(kim, $"/tickets/{two}")).Json!["mergedInto"]!.GetValue<string>());

        // Agents answer where it goes on, and both requesters hear it; the requester may write in either.
        Assert.Equal((HttpStatusCode.Conflict, "ticket.merged"), Refusal(await desk.Post(Callers.Agent, $"/tickets/{two}/messages", new { text = "Hej" })));
        Assert.Equal((HttpStatusCode.Conflict, "ticket.merged"), Refusal(await desk.Post(Callers.Agent, $"/tickets/{two}/notes", new { text = "Hej" })));
        var reply = await desk.Post(Callers.Agent, $"/tickets/{one}/messages", new { text = "Vi tittar på den." });
        Assert.Equal([kim.Email], reply.Json!["cc"]!.AsArray().Select(address => address!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.Created, (await desk.Post(kim, $"/tickets/{two}/messages", new { text = "Tack!" })).Status);
        Assert.Contains(("Tack!", two), await Messages(rut, one));

        await Say(second, new TicketUnmerged(IntakeDesk.Id(second), two, Works.Noon, Works.Triaged with { Version = 3 }, Works.Desk, Ref(first), null), version: 3);

        Assert.Equal(["Den skriver inte ut.", "Vi tittar på den."], (await Messages(rut, one)).Select(message => message.Text));
        Assert.Equal(["Samma här.", "Tack!"], (await Messages(kim, two)).Select(message => message.Text));
        Assert.Null((await desk.Get(kim, $"/tickets/{two}")).Json!["mergedInto"]);
        Assert.Single(await desk.All(Callers.Agent, $"/tickets/{two}/notes"));
    }

    [Fact]
    public async Task Who_came_along_takes_part_no_longer_than_the_merge_in_whatever_order_it_is_told()
    {
        var (rut, kim) = (IntakeDesk.NewRequester(), IntakeDesk.NewRequester());
        var (first, second) = (await desk.Ticket(rut), await desk.Ticket(kim));

        // The undo is heard before the merge.
        await Say(second, new TicketUnmerged(IntakeDesk.Id(second), IntakeDesk.Number(second), Works.Noon, Works.Triaged with { Version = 3 }, Works.Desk, Ref(first), null), version: 3);
        await desk.Host.Broker.Say(IntakeDesk.Id(second), new TicketMerged(IntakeDesk.Id(second), IntakeDesk.Number(second), Works.Noon, Closed(first, 2), Works.Desk, Ref(first), null));
        await Wait.Until(async () => await desk.Host.Broker.Waiting("intake") == 0, "the queue is empty");

        Assert.Equal(HttpStatusCode.NotFound, (await desk.Get(kim, $"/tickets/{IntakeDesk.Number(first)}")).Status);
    }

    [Fact]
    public async Task Files_of_a_merged_ticket_are_fetched_where_it_goes_on()
    {
        var (rut, kim) = (IntakeDesk.NewRequester(), IntakeDesk.NewRequester());
        var first = await desk.Ticket(rut);
        var second = (await desk.Post(Callers.Agent, "/tickets", new
        {
            subject = "Bild",
            body = "Se bilden.",
            requester = new { email = kim.Email },
            attachments = new[] { new { name = "fel.txt", content = Convert.ToBase64String("paper jam"u8) } },
        })).Json!.AsObject();
        await Say(second, new TicketMerged(IntakeDesk.Id(second), IntakeDesk.Number(second), Works.Noon, Closed(first, 2), Works.Desk, Ref(first), null), version: 2);

        var file = Assert.Single(await desk.All(rut, $"/tickets/{IntakeDesk.Number(first)}/attachments"));
        Assert.Equal(HttpStatusCode.OK, (await desk.Get(rut, $"/attachments/{IntakeDesk.Id(file)}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Get(IntakeDesk.NewRequester(), $"/attachments/{IntakeDesk.Id(file)}")).Status);
    }

    [Fact]
    public async Task A_message_about_something_else_becomes_a_ticket_of_its_own_once()
    {
        var rut = IntakeDesk.NewRequester();
        await desk.Host.Broker.Hear<TicketRegistered>();
        var ticket = await desk.Ticket(rut);
        var number = IntakeDesk.Number(ticket);
        var message = (await desk.Post(rut, $"/tickets/{number}/messages", new
        {
            text = "Och jag har glömt lösenordet.",
            attachments = new[] { new { name = "bild.txt", content = Convert.ToBase64String("x"u8) } },
        })).Json!;
        var body = new { messageId = IntakeDesk.Id(message), subject = "Lösenordet", reason = "two matters" };

        var made = await desk.Post(Callers.Agent, $"/tickets/{number}/split", body, key: "split-once");
        var again = await desk.Post(Callers.Agent, $"/tickets/{number}/split", body, key: "split-once");

        Assert.Equal((HttpStatusCode.Created, IntakeDesk.Number(made.Json!)), (again.Status, IntakeDesk.Number(again.Json!)));
        var registered = await desk.Host.Broker.Next<TicketRegistered>(it => it.Number == IntakeDesk.Number(made.Json!));
        Assert.Equal((number, "two matters", ActorKind.Agent), (registered.Origin!.Ticket.Number, registered.Origin.Reason, registered.Origin.By.Kind));
        Assert.Equal((rut.Email, "Lösenordet", "Och jag har glömt lösenordet."), (registered.Requester.Email, registered.Subject, registered.Text));
        Assert.Equal("bild.txt", Assert.Single(await desk.All(rut, $"/tickets/{registered.Number}/attachments"))["name"]!.GetValue<string>());
        Assert.Equal(2, (await Messages(rut, number)).Count);

        var reply = (await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej" })).Json!;
        Assert.Equal((HttpStatusCode.NotFound, "message.unknown"), Refusal(await desk.Post(Callers.Agent, $"/tickets/{number}/split", new { messageId = IntakeDesk.Id(reply) })));
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Post(Callers.Agent, $"/tickets/{number}/split", new { reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Post(rut, $"/tickets/{number}/split", body)).Status);
    }

    [Fact]
    public async Task A_word_on_a_closed_ticket_begins_a_new_one_that_goes_on_with_it()
    {
        var rut = IntakeDesk.NewRequester();
        await desk.Host.Broker.Hear<TicketRegistered>();
        var ticket = await desk.Ticket(rut, "Skrivaren");
        await desk.Triage(ticket, Works.Triaged with { Status = TicketStatus.Closed });

        var answer = await desk.Post(rut, $"/tickets/{IntakeDesk.Number(ticket)}/messages", new { text = "Nu är den trasig igen." });

        var number = answer.Json!["number"]!.GetValue<string>();
        Assert.Equal($"/api/v1/tickets/{number}/messages", answer.Response.Headers.Location!.OriginalString);
        var registered = await desk.Host.Broker.Next<TicketRegistered>(it => it.Number == number);
        Assert.Equal((IntakeDesk.Number(ticket), true, "Skrivaren", rut.Email), (registered.Origin!.Ticket.Number, registered.Origin.Continues, registered.Subject, registered.Requester.Email));
        Assert.Single(await Messages(rut, IntakeDesk.Number(ticket)));
    }

    [Fact]
    public async Task What_is_said_to_many_is_a_reply_in_each_of_their_tickets_in_their_language()
    {
        var (rut, kim) = (IntakeDesk.NewRequester(), IntakeDesk.NewRequester() with { Language = "en" });
        var (first, second) = (await desk.Ticket(rut), (await desk.Post(kim, "/tickets", new { subject = "The exchange", body = "It is down and I can not call anybody." })).Json!.AsObject());

        await desk.Host.Broker.Say(IntakeDesk.Id(first), new ManyTold(
            Guid.CreateVersion7(), Works.Noon, new Actor(ActorKind.Agent, Callers.Agent.Id, "Anna Lind"), "Växeln är nere.", "The exchange is down.", [Ref(first), Ref(second)]));

        await Wait.Until(async () => (await Messages(kim, IntakeDesk.Number(second))).Count == 2, "both have been told");
        Assert.Equal("The exchange is down.", (await Messages(kim, IntakeDesk.Number(second)))[1].Text);
        Assert.Equal("Växeln är nere.", (await Messages(rut, IntakeDesk.Number(first)))[1].Text);
    }

    private async Task<List<(string Text, string? Number)>> Messages(Caller caller, string number)
        => [.. (await desk.All(caller, $"/tickets/{number}/messages")).Select(message => (message["text"]!.GetValue<string>(), message["number"]?.GetValue<string>()))];

    private async Task Say<TEvent>(JsonObject ticket, TEvent happened, long version) where TEvent : class
    {
        await desk.Host.Broker.Say(IntakeDesk.Id(ticket), happened);
        await Wait.Until(
            async () => (await desk.Get(Callers.Agent, $"/tickets/{IntakeDesk.Number(ticket)}")).Json!["version"]!.GetValue<long>() >= version, "the copy of the work is here");
    }

    private static Work Closed(JsonObject into, long version)
        => Works.Triaged with { Version = version, Status = TicketStatus.Closed, Targets = [], NextStep = null, NextStepAt = null, MergedInto = Ref(into) };

    private static TicketRef Ref(JsonObject ticket) => new(IntakeDesk.Id(ticket), IntakeDesk.Number(ticket));

    private static (HttpStatusCode, string?) Refusal(Answer answer) => (answer.Status, answer.Code);
}
