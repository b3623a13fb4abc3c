namespace Desk.Intake.Conversations;

/// <summary>
/// Where a mail stands in its thread; Message-IDs without angle brackets. References are the oldest first, as in the header.
/// MailId is the raw mail it was read from.
/// </summary>
internal sealed record MailThread(Guid? MailId, string? MessageId, string? InReplyTo, IReadOnlyList<string> References);
