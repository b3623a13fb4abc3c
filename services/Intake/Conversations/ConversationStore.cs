using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Tickets;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>Writes the conversation, each message in one round trip.</summary>
internal static class ConversationStore
{
    public static async Task<(Person From, IReadOnlyList<AttachmentView> Attachments)> InsertFromRequesterAsync(
        NpgsqlTransaction transaction, StoredMessage message, Correspondent from, string language, IReadOnlyList<NewAttachment> files,
        CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(PersonStore.FindOrMake(from, language, message.At));
        var attachments = AddMessage(batch, message, files);
        if (message.Mail?.MessageId is { } mailMessageId)
            batch.BatchCommands.Add(MailThreads.Remember(mailMessageId, message.TicketId, message.Id, incoming: true, message.At));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (PersonStore.Read(reader), attachments);
    }

    public static async Task<IReadOnlyList<AttachmentView>> InsertReplyAsync(
        NpgsqlTransaction transaction, StoredMessage message, IReadOnlyList<NewAttachment> files, Guid requesterId, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var attachments = AddMessage(batch, message, files);
        // Whom an agent has answered is known to the desk from now on.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update person set vouched = true, updated_at = $2 where id = $1 and not vouched")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = requesterId },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = message.At },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellation);
        return attachments;
    }

    public static async Task InsertAutomaticAsync(NpgsqlTransaction transaction, StoredMessage message, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        AddMessage(batch, message, []);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<IReadOnlyList<AttachmentView>> InsertNoteAsync(
        NpgsqlTransaction transaction, Guid id, Guid ticketId, DateTimeOffset at, Guid? agentId, string agentName, string? agentEmail, string text,
        IReadOnlyList<NewAttachment> files, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var insert = new NpgsqlBatchCommand("""
            insert into note (id, ticket_id, at, agent_id, agent_name, agent_email, body) values (@id, @ticket, @at, @agent, @name, @email, @body)
            """);
        insert.Parameters.Add(new NpgsqlParameter<Guid>("id", id));
        insert.Parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        insert.Parameters.AddId("agent", agentId);
        insert.Parameters.Add(new NpgsqlParameter<string>("name", agentName));
        insert.Parameters.AddText("email", agentEmail);
        insert.Parameters.Add(new NpgsqlParameter<string>("body", text));
        batch.BatchCommands.Add(insert);
        var attachments = AddFiles(batch, AttachmentPlace.OfNote(ticketId, id), files, at);
        await batch.ExecuteNonQueryAsync(cancellation);
        return attachments;
    }

    public static IReadOnlyList<AttachmentView> AddFiles(
        NpgsqlBatch batch, AttachmentPlace place, IReadOnlyList<NewAttachment> files, DateTimeOffset at)
    {
        var views = new List<AttachmentView>(files.Count);
        foreach (var file in files)
        {
            var (command, view) = AttachmentStore.Insert(place, file, at, order: views.Count);
            batch.BatchCommands.Add(command);
            views.Add(view);
        }
        return views;
    }

    private static IReadOnlyList<AttachmentView> AddMessage(NpgsqlBatch batch, StoredMessage message, IReadOnlyList<NewAttachment> files)
    {
        var insert = new NpgsqlBatchCommand("""
            insert into message (id, ticket_id, at, direction, channel, from_email, from_name, agent_id, recipients, copied, subject, body, html,
                                 automatic, delivery, mail_id, mail_message_id, mail_in_reply_to, mail_references)
            values (@id, @ticket, @at, @direction, @channel, @fromEmail, @fromName, @agent, @recipients, @copied, @subject, @body, @html,
                    @automatic, @delivery, @mail, @mailMessageId, @mailInReplyTo, @mailReferences)
            """);
        var parameters = insert.Parameters;
        parameters.Add(new NpgsqlParameter<Guid>("id", message.Id));
        parameters.Add(new NpgsqlParameter<Guid>("ticket", message.TicketId));
        parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", message.At));
        parameters.Add(new NpgsqlParameter<string>("direction", message.Direction));
        parameters.Add(new NpgsqlParameter<string>("channel", Wording<Channel>.Of(message.Channel)));
        parameters.Add(new NpgsqlParameter<string>("fromEmail", message.FromEmail));
        parameters.AddText("fromName", message.FromName);
        parameters.AddId("agent", message.AgentId);
        parameters.AddTexts("recipients", message.Recipients);
        parameters.AddTexts("copied", message.Copied);
        parameters.Add(new NpgsqlParameter<string>("subject", message.Subject));
        parameters.Add(new NpgsqlParameter<string>("body", message.Text));
        parameters.AddText("html", message.Html);
        parameters.Add(new NpgsqlParameter<bool>("automatic", message.Automatic));
        parameters.AddText("delivery", message.Delivery);
        parameters.AddId("mail", message.Mail?.MailId);
        parameters.AddText("mailMessageId", message.Mail?.MessageId);
        parameters.AddText("mailInReplyTo", message.Mail?.InReplyTo);
        parameters.AddTexts("mailReferences", message.Mail?.References);
        batch.BatchCommands.Add(insert);

        var seen = new NpgsqlBatchCommand("update ticket set updated_at = greatest(updated_at, $2) where id = $1");
        seen.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.TicketId });
        seen.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = message.At });
        batch.BatchCommands.Add(seen);

        // A tsvector holds a megabyte: what a very long conversation says after that is not found by its words.
        var searched = new NpgsqlBatchCommand(
            "update ticket_search set words = words || words_of($2) where ticket_id = $1 and pg_column_size(words) < 500000");
        searched.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.TicketId });
        searched.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Text });
        batch.BatchCommands.Add(searched);

        if (message.Copied.Count > 0)
            batch.BatchCommands.Add(Participants.Add(message.TicketId, message.Copied));
        return AddFiles(batch, AttachmentPlace.OfMessage(message.TicketId, message.Id), files, message.At);
    }
}
