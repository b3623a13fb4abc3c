using Desk.Contracts;
using Desk.Intake.Requests;
using Desk.Intake.Scanning;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>A note to write.</summary>
internal sealed record NoteInput(string? Text, IReadOnlyList<AttachmentInput?>? Attachments);

/// <summary>What agents write for each other. To a requester no ticket has notes: 404, as if the page did not exist.</summary>
internal static class Notes
{
    private const string Order = "notes";

    /// <summary>The internal notes, oldest first: agents only.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">1 to 200; 200 unless told.</param>
    public static async Task<Results<Ok<Page<NoteView>>, ProblemHttpResult>> ListAsync(
        string number, Caller caller, NpgsqlDataSource database, ClamAv scanner, CancellationToken cancellation, string? after = null, int? limit = null)
    {
        var faults = new Faults();
        var most = Paging.Limit(limit, faults, Paging.Most);
        var place = Cursor.Read(after, Order, faults);
        if (!caller.IsAgent)
            return ReadTicket.NotThere(number);
        if (faults.Any)
            return faults.Answer();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await TicketAccess.FindAsync(connection, number, caller, cancellation) is not { } ticket)
            return ReadTicket.NotThere(number);
        var notes = await ConversationReader.NotesAsync(connection, scanner, ticket.Id, place, most + 1, cancellation);
        return TypedResults.Ok(Paging.Of(notes, most, last => new Cursor(Order, 0, last.Id)));
    }

    /// <summary>Writes an internal note: agents only. It never reaches the requester, and its text never leaves this service.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    public static async Task<IResult> PostAsync(
        string number, Body<NoteInput> body, Caller caller, HttpContext http, Posting posting, Conversation conversation)
    {
        if (!caller.IsAgent)
            return ReadTicket.NotThere(number);
        if (body.Value is not { } input)
            return body.Faults.Answer();
        MessageRules.CheckText(input.Text, "text", body.Faults);
        var files = MessageRules.ReadAttachments(input.Attachments, body.Faults);
        if (body.Faults.Any)
            return body.Faults.Answer();

        return await posting.RunAsync<NoteView>(http, caller, body.Bytes, async (transaction, cancellation) =>
        {
            if (await TicketAccess.FindAsync(transaction.Connection!, number, caller, cancellation) is not { } ticket)
                return ReadTicket.NotThere(number);
            if (ETags.IsStale(http.Request, ticket.Version))
                return Problems.Stale(ticket.Version);
            if (ticket.MergedInto is { } into)
                return MessageRules.Merged(ticket.Number, into);
            var note = await conversation.AddNoteAsync(
                transaction, ticket, new NewNote(new Actor(ActorKind.Agent, caller.Id, caller.Name), caller.Email, input.Text!) { Attachments = files }, cancellation);
            return Posted.At($"/api/v1/tickets/{ticket.Number}/notes", note, ticket.Version);
        });
    }
}
