using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.Intake.Scanning;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>A message to write. Cc is for agents.</summary>
internal sealed record MessageInput(string? Text, string? Html, IReadOnlyList<string?>? Cc, IReadOnlyList<AttachmentInput?>? Attachments);

internal static class Messages
{
    private const string Order = "messages";

    /// <summary>The public conversation, oldest first. Show <c>text</c>, or <c>html</c> after sanitising it.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">1 to 200; 200 unless told.</param>
    public static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> ListAsync(
        string number, Caller caller, NpgsqlDataSource database, ClamAv scanner, CancellationToken cancellation, string? after = null, int? limit = null)
    {
        var faults = new Faults();
        var most = Paging.Limit(limit, faults, Paging.Most);
        var place = Cursor.Read(after, Order, faults);
        if (faults.Any)
            return faults.Answer();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await TicketAccess.FindAsync(connection, number, caller, cancellation) is not { } ticket)
            return ReadTicket.NotThere(number);
        var messages = await ConversationReader.MessagesAsync(connection, scanner, ticket.Id, place, most + 1, cancellation);
        return TypedResults.Ok(Paging.Of(messages, most, last => new Cursor(Order, 0, last.Id)));
    }

    /// <summary>One message. Its <c>html</c> is safe to show in a frame: pictures are named by <c>data-cid</c> and <c>data-remote</c>, and load only when who shows it says so.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    /// <param name="id">The message's.</param>
    public static async Task<Results<Ok<MessageView>, ProblemHttpResult>> ReadAsync(
        string number, Guid id, Caller caller, NpgsqlDataSource database, ClamAv scanner, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await TicketAccess.FindAsync(connection, number, caller, cancellation) is not { } ticket)
            return ReadTicket.NotThere(number);
        return await ConversationReader.MessageAsync(connection, scanner, ticket.Id, id, cancellation) is { } message
            ? TypedResults.Ok(message)
            : Problems.NotFound("message.unknown", "There is no such message in this ticket.");
    }

    /// <summary>
    /// Writes in the conversation. From an agent it is a reply, which is mailed to the requester; from the requester, or another who was copied
    /// in, an answer to the desk. An answer to a closed ticket begins a new one that is linked to it: <c>Location</c> and <c>number</c> say which.
    /// </summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    public static async Task<IResult> PostAsync(
        string number, Body<MessageInput> body, Caller caller, HttpContext http, Posting posting, Conversation conversation, Registration registration)
    {
        if (body.Value is not { } input)
            return body.Faults.Answer();
        MessageRules.CheckText(input.Text, "text", body.Faults);
        MessageRules.CheckHtml(input.Html, body.Faults);
        var copied = MessageRules.ReadCopied(input.Cc, caller.IsAgent, body.Faults);
        var files = MessageRules.ReadAttachments(input.Attachments, body.Faults);
        if (body.Faults.Any)
            return body.Faults.Answer();

        return await posting.RunAsync<MessageView>(http, caller, body.Bytes, async (transaction, cancellation) =>
        {
            if (await TicketAccess.FindAsync(transaction.Connection!, number, caller, cancellation) is not { } ticket)
                return ReadTicket.NotThere(number);
            if (ETags.IsStale(http.Request, ticket.Version))
                return Problems.Stale(ticket.Version);
            // Who is helped may not know of the merge, and is heard; who helps answers where it goes on.
            if (ticket.MergedInto is { } into && WritesAsAgent(caller, ticket.Requester))
                return MessageRules.Merged(ticket.Number, into);
            if (ticket.IsClosed && !WritesAsAgent(caller, ticket.Requester))
                return await ContinueAsync(transaction, ticket, input, files, caller, registration, cancellation);
            var message = WritesAsAgent(caller, ticket.Requester)
                ? await conversation.AddReplyAsync(transaction, ticket, new AgentReply(new Actor(ActorKind.Agent, caller.Id, caller.Name), input.Text!)
                {
                    Html = input.Html,
                    Cc = copied,
                    Attachments = files,
                }, cancellation)
                : await conversation.AddRequesterMessageAsync(
                    transaction, ticket, new IncomingMessage(caller.Machine ? Channel.Api : Channel.Web, From(caller, ticket.Requester), input.Text!)
                    {
                        Html = input.Html,
                        Cc = copied,
                        Attachments = files,
                    }, cancellation);
            return Posted.At($"/api/v1/tickets/{ticket.Number}/messages", message, ticket.Version);
        });
    }

    private static async Task<Posted<MessageView>> ContinueAsync(
        NpgsqlTransaction transaction, TicketHead closed, MessageInput input, IReadOnlyList<NewAttachment> files, Caller caller, Registration registration,
        CancellationToken cancellation)
    {
        var (channel, from) = (caller.Machine ? Channel.Api : Channel.Web, From(caller, closed.Requester));
        var made = await registration.RegisterAsync(new NewContact(channel, from, closed.Subject, input.Text!)
        {
            Html = input.Html,
            Attachments = files,
            RegisteredBy = caller.Id,
            Vouched = !caller.Machine,
            Origin = closed.ContinuedBy(from),
        }, transaction, cancellation);
        var view = new MessageView(made.MessageId, made.At, "in", channel, new Sender(from.Email, from.Name), [], [], closed.Subject, input.Text!, input.Html, [], null, null);
        return Posted.At($"/api/v1/tickets/{made.Number}/messages", view with { Number = made.Number.ToString() }, version: 0);
    }

    /// <summary>An agent writes for the desk, except in a ticket of their own, where they are the one who is helped.</summary>
    internal static bool WritesAsAgent(Caller caller, Person requester)
        => caller.IsAgent && (caller.Email is null || EmailAddress.Normalise(caller.Email) != requester.Email);

    // A requester's machine speaks for whom it registered the ticket.
    private static Correspondent From(Caller caller, Person requester)
        => caller.Machine ? new Correspondent(requester.Email, requester.Name) : new Correspondent(caller.Email!, caller.Name);
}
