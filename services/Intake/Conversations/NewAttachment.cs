namespace Desk.Intake.Conversations;

/// <summary>
/// A file that came with a message. The name is cleaned and the content type read from the bytes when it is stored: what the sender claims of
/// either is not believed. ContentId is set when the HTML of a mail shows it (<c>cid:</c>).
/// </summary>
internal sealed record NewAttachment(string Name, ReadOnlyMemory<byte> Content, string? ContentId = null);
