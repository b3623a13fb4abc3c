using Desk.Contracts;
using Desk.Intake.Requests;
using Desk.Intake.Scanning;
using Desk.Intake.Tickets;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>Reads the conversation of a ticket the caller has been let in to.</summary>
internal static class ConversationReader
{
    /// <summary>The ticket that is asked for, and those that were merged into it: their words are its words for as long as they are.</summary>
    private const string OfTicket = "ticket_id in (select @ticket union all select id from ticket where merged_into = @ticket)";

    private const string WrittenIn = "case when ticket_id <> @ticket then (select number from ticket where ticket.id = ticket_id) end";

    private const string Columns = $"id, at, direction, channel, from_email, from_name, recipients, copied, subject, body, html, delivery, delivery_reason, folded, {WrittenIn}";

    /// <summary>One of a ticket's messages; null when it has none of that id.</summary>
    public static async Task<MessageView?> MessageAsync(NpgsqlConnection connection, ClamAv scanner, Guid ticketId, Guid id, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var query in new[]
        {
            $"select {Columns} from message where {OfTicket} and id = @message",
            $"select message_id, id, name, content_type, size, content_id, {scanner.Held} from attachment where {OfTicket} and message_id = @message order by id",
        })
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(query)
            { Parameters = { new NpgsqlParameter<Guid>("ticket", ticketId), new NpgsqlParameter<Guid>("message", id) } });
        }
        return (await ReadMessagesAsync(batch, cancellation)).FirstOrDefault();
    }

    /// <summary>Oldest first.</summary>
    public static async Task<List<MessageView>> MessagesAsync(
        NpgsqlConnection connection, ClamAv scanner, Guid ticketId, Cursor? after, int limit, CancellationToken cancellation)
    {
        await using var batch = Batch(connection, ticketId, after, limit, $"""
            select {Columns} from message where {OfTicket} and id > @after order by id limit @limit
            """, $"""
            select message_id, id, name, content_type, size, content_id, {scanner.Held} from attachment where {OfTicket} and message_id > @after order by id
            """);
        return await ReadMessagesAsync(batch, cancellation);
    }

    private static async Task<List<MessageView>> ReadMessagesAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var messages = new List<MessageView>();
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add(new MessageView(
                reader.GetGuid(0), reader.GetTime(1), reader.GetString(2), Wording<Channel>.Read(reader.GetString(3)),
                new Sender(reader.GetString(4), reader.GetText(5)), reader.GetFieldValue<string[]>(6), reader.GetFieldValue<string[]>(7),
                reader.GetString(8), reader.GetString(9), reader.GetText(10), [], reader.GetText(11), reader.GetText(12))
            { Folded = reader.GetText(13), Number = reader.IsDBNull(14) ? null : new TicketNumber(reader.GetInt64(14)).ToString() });
        }
        var files = await FilesAsync(reader, cancellation);
        return messages.ConvertAll(message => files.Contains(message.Id) ? message with { Attachments = [.. files[message.Id]] } : message);
    }

    /// <summary>Oldest first. For agents only: the caller of this has seen to it.</summary>
    public static async Task<List<NoteView>> NotesAsync(
        NpgsqlConnection connection, ClamAv scanner, Guid ticketId, Cursor? after, int limit, CancellationToken cancellation)
    {
        await using var batch = Batch(connection, ticketId, after, limit, $"""
            select id, at, agent_email, agent_name, body, {WrittenIn} from note where {OfTicket} and id > @after order by id limit @limit
            """, $"""
            select note_id, id, name, content_type, size, content_id, {scanner.Held} from attachment where {OfTicket} and note_id > @after order by id
            """);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var notes = new List<NoteView>();
        while (await reader.ReadAsync(cancellation))
            notes.Add(new NoteView(reader.GetGuid(0), reader.GetTime(1), new Sender(reader.GetText(2), reader.GetString(3)), reader.GetString(4), [])
            { Number = reader.IsDBNull(5) ? null : new TicketNumber(reader.GetInt64(5)).ToString() });
        var files = await FilesAsync(reader, cancellation);
        return notes.ConvertAll(note => files.Contains(note.Id) ? note with { Attachments = [.. files[note.Id]] } : note);
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, Guid ticketId, Cursor? after, int limit, string entries, string files)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var query in new[] { entries, files })
        {
            var command = new NpgsqlBatchCommand(query);
            command.Parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
            command.Parameters.Add(new NpgsqlParameter<Guid>("after", after?.Id ?? Guid.Empty));
            if (query == entries)
                command.Parameters.Add(new NpgsqlParameter<int>("limit", limit));
            batch.BatchCommands.Add(command);
        }
        return batch;
    }

    private static async Task<ILookup<Guid, AttachmentView>> FilesAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.NextResultAsync(cancellation);
        var files = new List<(Guid Of, AttachmentView View)>();
        while (await reader.ReadAsync(cancellation))
            files.Add((reader.GetGuid(0), new AttachmentView(reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4)) { ContentId = reader.GetText(5), Held = reader.GetText(6) }));
        return files.ToLookup(file => file.Of, file => file.View);
    }
}
