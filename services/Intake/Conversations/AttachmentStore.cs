using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake.Conversations;

/// <summary>Where a file hangs: on a message, on an internal note, or on the ticket alone. Internal: for agents only.</summary>
internal sealed record AttachmentPlace(Guid TicketId, Guid? MessageId, Guid? NoteId, bool Internal)
{
    public static AttachmentPlace OfMessage(Guid ticketId, Guid messageId) => new(ticketId, messageId, null, Internal: false);

    public static AttachmentPlace OfNote(Guid ticketId, Guid noteId) => new(ticketId, null, noteId, Internal: true);

    public static AttachmentPlace OfTicket(Guid ticketId, bool isInternal) => new(ticketId, null, null, isInternal);
}

/// <summary>A file of the conversation, without its bytes: <c>GET /attachments/{id}</c> gives those.</summary>
internal sealed record AttachmentView(Guid Id, string Name, string ContentType, int Size)
{
    /// <summary>Set when the message's HTML shows it in place: what its <c>data-cid</c> says.</summary>
    public string? ContentId { get; init; }

    /// <summary>Why it cannot be had: <c>waiting</c> for its scan, <c>infected</c>, or <c>unscannable</c>. Left out for what can.</summary>
    public string? Held { get; init; }
}

internal static class AttachmentStore
{
    /// <summary>The row, and how it will be seen. Ids are in the order of the files, and lists in the order of ids.</summary>
    public static (NpgsqlBatchCommand Command, AttachmentView View) Insert(AttachmentPlace place, NewAttachment attachment, DateTimeOffset at, int order)
    {
        var name = AttachmentFile.CleanName(attachment.Name);
        var view = new AttachmentView(
            Guid.CreateVersion7(at.AddMilliseconds(order)), name, AttachmentFile.SniffType(attachment.Content.Span, name), attachment.Content.Length)
        { ContentId = attachment.ContentId };
        var command = new NpgsqlBatchCommand("""
            insert into attachment (id, ticket_id, message_id, note_id, internal, name, content_type, content_id, size, content, created_at)
            values (@id, @ticket, @message, @note, @internal, @name, @type, @contentId, @size, @content, @at)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", view.Id));
        command.Parameters.Add(new NpgsqlParameter<Guid>("ticket", place.TicketId));
        command.Parameters.AddId("message", place.MessageId);
        command.Parameters.AddId("note", place.NoteId);
        command.Parameters.Add(new NpgsqlParameter<bool>("internal", place.Internal));
        command.Parameters.Add(new NpgsqlParameter<string>("name", view.Name));
        command.Parameters.Add(new NpgsqlParameter<string>("type", view.ContentType));
        command.Parameters.AddText("contentId", attachment.ContentId);
        command.Parameters.Add(new NpgsqlParameter<int>("size", view.Size));
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>>("content", NpgsqlDbType.Bytea) { TypedValue = attachment.Content });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        return (command, view);
    }
}
