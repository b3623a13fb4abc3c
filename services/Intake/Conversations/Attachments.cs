using Desk.Intake.Requests;
using Desk.Intake.Scanning;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>A file of a ticket: of a message, of a note (then internal), or of the ticket alone.</summary>
internal sealed record TicketAttachmentView(
    Guid Id, string Name, string ContentType, int Size, DateTimeOffset At, Guid? MessageId, Guid? NoteId, bool Internal)
{
    /// <inheritdoc cref="AttachmentView.Held"/>
    public string? Held { get; init; }
}

internal static class Attachments
{
    /// <summary>The files of a ticket, oldest first; those of notes for agents only.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    public static async Task<Results<Ok<Page<TicketAttachmentView>>, ProblemHttpResult>> ListAsync(
        string number, Caller caller, NpgsqlDataSource database, ClamAv scanner, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await TicketAccess.FindAsync(connection, number, caller, cancellation) is not { } ticket)
            return ReadTicket.NotThere(number);
        await using var command = new NpgsqlCommand($"""
            select id, name, content_type, size, created_at, message_id, note_id, internal, {scanner.Held}
            from attachment where ticket_id in (select $1 union all select id from ticket where merged_into = $1) and (not internal or $2) order by id
            """, connection)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id }, new NpgsqlParameter<bool> { TypedValue = caller.IsAgent } } };
        var files = new List<TicketAttachmentView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            files.Add(new TicketAttachmentView(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetTime(4), reader.GetId(5), reader.GetId(6),
                reader.GetBoolean(7))
            { Held = reader.GetText(8) });
        }
        return TypedResults.Ok(new Page<TicketAttachmentView>(files, null));
    }

    /// <summary>
    /// Adds files to a ticket: <c>multipart/form-data</c>, at most 20 files and 25 MB together. An agent's are internal when
    /// <c>?internal=true</c>; the requester's never are.
    /// </summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    /// <param name="isInternal">For agents only to see.</param>
    public static async Task<IResult> PostAsync(
        string number, HttpContext http, Caller caller, Posting posting, TimeProvider clock,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "internal")] bool isInternal = false)
    {
        if (!http.Request.HasFormContentType)
            return Problems.Invalid("request.invalid", "Send the files as multipart/form-data.");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most)
            most.MaxRequestBodySize = Limits.RequestBytes;

        var faults = new Faults();
        var files = new List<NewAttachment>();
        var fingerprint = new MemoryStream();
        var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = Limits.RequestBytes }, http.RequestAborted);
        if (form.Files.Sum(file => file.Length) <= Limits.AttachmentBytes)
        {
            foreach (var file in form.Files)
            {
                var content = new byte[file.Length];
                await using var stream = file.OpenReadStream();
                await stream.ReadExactlyAsync(content, http.RequestAborted);
                files.Add(new NewAttachment(file.FileName, content));
                // The boundary between parts differs from try to try; names and bytes do not.
                fingerprint.Write(System.Text.Encoding.UTF8.GetBytes($"{file.FileName}\n{file.Length}\n"));
                fingerprint.Write(content);
            }
            MessageRules.CheckFiles(files, faults);
            faults.Require(files.Count > 0, "files", Phrase.Of("Det finns ingen fil i formuläret.", "There is no file in the form."));
            faults.Require(files.All(file => file.Content.Length > 0), "files", Phrase.Of("En fil är tom.", "A file is empty."));
        }
        else
        {
            faults.Add("files", Phrase.Of($"Filerna har högst {Limits.AttachmentBytes / (1024 * 1024)} MB tillsammans.", $"The files have at most {Limits.AttachmentBytes / (1024 * 1024)} MB together."));
        }
        faults.Require(!isInternal || caller.IsAgent, "internal", Phrase.Of("Bara handläggare håller filer ifrån beställaren.", "Only agents keep files from the requester."));
        if (faults.Any)
            return faults.Answer();

        return await posting.RunAsync<Page<AttachmentView>>(http, caller, fingerprint.GetBuffer().AsMemory(0, (int)fingerprint.Length), async (transaction, cancellation) =>
        {
            if (await TicketAccess.FindAsync(transaction.Connection!, number, caller, cancellation) is not { } ticket)
                return ReadTicket.NotThere(number);
            if (caller.IsAgent && ticket.MergedInto is { } into)
                return MessageRules.Merged(ticket.Number, into);
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var views = ConversationStore.AddFiles(
                batch, AttachmentPlace.OfTicket(ticket.Id, isInternal), files, clock.GetUtcNow().ToStored());
            await batch.ExecuteNonQueryAsync(cancellation);
            return Posted.At($"/api/v1/tickets/{ticket.Number}/attachments", new Page<AttachmentView>(views, null), ticket.Version);
        });
    }

    /// <summary>
    /// The bytes of a file, to who may see its ticket. Always a download with the type its bytes show, in a sandbox: a browser never runs it. Refused with
    /// 409 while it waits for the scanner, and for good when that found something in it.
    /// </summary>
    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(
        Guid id, Caller caller, NpgsqlDataSource database, ClamAv scanner, HttpResponse response, CancellationToken cancellation)
    {
        var visibility = Visibility.Of(caller);
        await using var command = database.CreateCommand($"""
            select attachment.name, attachment.content_type, {scanner.Held}, attachment.content
            from attachment join ticket filed on filed.id = attachment.ticket_id join ticket on ticket.id in (filed.id, filed.merged_into)
            where attachment.id = @id and (not attachment.internal or @agent) and {visibility.Condition}
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", id));
        command.Parameters.Add(new NpgsqlParameter<bool>("agent", caller.IsAgent));
        visibility.AddTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return Problems.NotFound("attachment.unknown", "There is no such attachment for you to see.");
        if (reader.GetText(2) is { } held)
        {
            return Problems.Conflict($"attachment.{held}", held switch
            {
                "waiting" => Phrase.Of("Den väntar på virusskannern; försök igen om en stund.", "It waits for the virus scanner; try again in a moment."),
                "infected" => Phrase.Of("Den hålls inne: virusskannern hittade något i den.", "It is held back: the virus scanner found something in it."),
                _ => Phrase.Of("Den hålls inne: virusskannern kunde inte titta på den.", "It is held back: the virus scanner could not look at it."),
            });
        }
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers.CacheControl = "private, max-age=3600";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(reader.GetString(0));
        response.Headers.ContentDisposition = disposition.ToString();
        return TypedResults.Bytes(reader.GetFieldValue<byte[]>(3), reader.GetString(1));
    }
}
