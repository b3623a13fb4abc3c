using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Requests;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>The message that is about something else, what to call it (the message's own subject if left out), and why.</summary>
internal sealed record SplitTicketRequest(Guid? MessageId, string? Subject, string? Reason);

internal static class SplitTicket
{
    private const int LongestReason = 1000;

    /// <summary>
    /// Makes a ticket of a message that is about something else than its ticket. It begins with that message and its files, for whoever wrote it, and
    /// is triaged and confirmed like any other; both tickets show each other. The message also stays where it was written. Agents only.
    /// </summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    public static async Task<IResult> HandleAsync(
        string number, Body<SplitTicketRequest> body, Caller caller, HttpContext http, Posting posting, Registration registration)
    {
        if (body.Value is not { } request)
            return body.Faults.Answer();
        body.Faults.Require(request.MessageId is not null, "messageId", "messageId says which message is to be a ticket of its own; it is missing.");
        body.Faults.Require(request.Subject is null or { Length: <= Limits.Subject } && PlainText.IsClean(request.Subject ?? ""), "subject", $"subject has at most {Limits.Subject} characters.");
        body.Faults.Require(request.Reason is null or { Length: <= LongestReason } && PlainText.IsClean(request.Reason ?? ""), "reason", $"reason has at most {LongestReason} characters.");
        if (body.Faults.Any)
            return body.Faults.Answer();

        return await posting.RunAsync<TicketView>(http, caller, body.Bytes, async (transaction, cancellation) =>
        {
            if (await TicketAccess.FindAsync(transaction.Connection!, number, caller, cancellation) is not { } ticket)
                return ReadTicket.NotThere(number);
            if (ETags.IsStale(http.Request, ticket.Version))
                return Problems.Stale(ticket.Version);
            if (await ContactOfAsync(transaction, ticket, request.MessageId!.Value, cancellation) is not { } contact)
                return Problems.NotFound("message.unknown", "There is no such message from a requester in this ticket.");
            contact = contact with
            {
                Subject = string.IsNullOrWhiteSpace(request.Subject) ? contact.Subject : request.Subject.Trim(),
                RegisteredBy = caller.Id,
                Vouched = true,
                Origin = new Origin(
                    new TicketRef(ticket.Id, ticket.Number.ToString()), new Actor(ActorKind.Agent, caller.Id, caller.Name),
                    string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim()),
            };
            var made = await registration.RegisterAsync(contact, transaction, cancellation);
            return Posted.At($"/api/v1/tickets/{made.Number}", RegisterTicket.View(made, contact), version: 0);
        });
    }

    /// <summary>The message as the contact it might have been. What the desk wrote is nobody's matter.</summary>
    private static async Task<NewContact?> ContactOfAsync(NpgsqlTransaction transaction, TicketHead ticket, Guid messageId, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var sql in new[]
        {
            """
            select channel, from_email, from_name, subject, body, html from message
            where id = $2 and direction = 'in' and ticket_id in (select $1 union all select id from ticket where merged_into = $1)
            """,
            "select name, content, content_id from attachment where message_id = $2 and not internal and $1 is not null order by id",
        })
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
            { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id }, new NpgsqlParameter<Guid> { TypedValue = messageId } } });
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var contact = new NewContact(
            Wording<Channel>.Read(reader.GetString(0)), new Correspondent(reader.GetString(1), reader.GetText(2)), reader.GetString(3), reader.GetString(4))
        { Html = reader.GetText(5) };
        await reader.NextResultAsync(cancellation);
        var files = new List<NewAttachment>();
        while (await reader.ReadAsync(cancellation))
            files.Add(new NewAttachment(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetText(2)));
        return contact with { Attachments = files };
    }
}
