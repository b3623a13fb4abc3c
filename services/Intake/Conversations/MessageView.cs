using Desk.Contracts;

namespace Desk.Intake.Conversations;

/// <summary>Who wrote. Notes of the desk itself have no address.</summary>
internal sealed record Sender(string? Email, string? Name);

/// <summary>
/// A public message of the conversation. <c>html</c> is made safe: only elements and attributes of a list, no remote picture. <c>delivery</c> is of our mails:
/// <c>pending</c>, <c>sent</c> or <c>failed</c>.
/// </summary>
internal sealed record MessageView(
    Guid Id, DateTimeOffset At, string Direction, Channel Channel, Sender From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, string Subject,
    string Text, string? Html, IReadOnlyList<AttachmentView> Attachments, string? Delivery, string? DeliveryReason)
{
    /// <summary>What the mail held besides what was written now: quote and signature. Shown when asked for.</summary>
    public string? Folded { get; init; }

    /// <summary>The ticket it was written in, when that is another than the one asked for: merged into it, or going on after it.</summary>
    public string? Number { get; init; }
}

/// <summary>An internal note: agents only.</summary>
internal sealed record NoteView(Guid Id, DateTimeOffset At, Sender From, string Text, IReadOnlyList<AttachmentView> Attachments)
{
    /// <inheritdoc cref="MessageView.Number"/>
    public string? Number { get; init; }
}

/// <summary>A message as it is written to the database.</summary>
internal sealed record StoredMessage(
    Guid Id, Guid TicketId, DateTimeOffset At, string Direction, Channel Channel, string FromEmail, string? FromName)
{
    public Guid? AgentId { get; init; }

    public IReadOnlyList<string> Recipients { get; init; } = [];

    public IReadOnlyList<string> Copied { get; init; } = [];

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public string? Html { get; init; }

    public bool Automatic { get; init; }

    public string? Delivery { get; init; }

    public MailThread? Mail { get; init; }

    public MessageView View(IReadOnlyList<AttachmentView> attachments) => new(
        Id, At, Direction, Channel, new Sender(FromEmail, FromName), Recipients, Copied, Subject, Text, Html, attachments, Delivery, null);
}
