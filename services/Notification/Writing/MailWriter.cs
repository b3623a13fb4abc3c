using System.Globalization;
using System.Text;

namespace Desk.Notification.Writing;

/// <summary>A mail before it is written down. Ids are without angle brackets. Automatic: no machine should answer it.</summary>
internal sealed record Draft(
    Address From, Address To, IReadOnlyList<Address> Cc, string ReplyTo, string Subject, string MessageId, string? InReplyTo,
    IReadOnlyList<string> References, DateTimeOffset Date, bool Automatic, string Language, string Text, string Html)
{
    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>Where the receiver declines more of the kind, by a page or by RFC 8058's one click. Null when there is nothing to decline.</summary>
    public string? Unsubscribe { get; init; }
}

/// <summary>
/// Writes a mail as bytes (RFC 5322, RFC 2045 to 2047): text and HTML as alternatives, files after them, ASCII only, no line over 76 characters where it can be helped.
/// Our own, because the framework's mail classes give neither the bytes (one message for the sink, the relay and a later signature) nor an envelope
/// sender apart from the From.
/// </summary>
internal static class MailWriter
{
    public static byte[] Write(Draft draft)
    {
        var mail = new StringBuilder(draft.Text.Length + draft.Html.Length + 4096);
        // Cut from the Message-ID: unique, and the same however often the mail is written.
        var boundary = "=_" + string.Concat(draft.MessageId.Where(char.IsAsciiLetterOrDigit).TakeLast(40));

        Header(mail, "From", used => Write(draft.From, used));
        Header(mail, "To", used => Write(draft.To, used));
        if (draft.Cc.Count > 0)
            Header(mail, "Cc", used => string.Join(",\r\n ", draft.Cc.Select((address, at) => Write(address, at == 0 ? used : 1))));
        Header(mail, "Reply-To", used => Write(draft.From with { Mailbox = draft.ReplyTo }, used));
        Header(mail, "Subject", used => HeaderText.Free(draft.Subject, used));
        Header(mail, "Date", _ => draft.Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Header(mail, "Message-ID", _ => Bracket(draft.MessageId));
        if (draft.InReplyTo is { } inReplyTo)
        {
            Header(mail, "In-Reply-To", _ => Bracket(inReplyTo));
            Header(mail, "References", used => HeaderText.Fold(draft.References.Append(inReplyTo).Distinct().Select(Bracket), used));
        }
        else if (draft.References.Count > 0)
        {
            Header(mail, "References", used => HeaderText.Fold(draft.References.Select(Bracket), used));
        }
        if (draft.Automatic)
        {
            Header(mail, "Auto-Submitted", _ => "auto-generated");
            Header(mail, "X-Auto-Response-Suppress", _ => "All");
        }
        if (draft.Unsubscribe is { } unsubscribe)
        {
            Header(mail, "List-Unsubscribe", _ => $"\r\n <{unsubscribe}>");
            // One click is for HTTPS alone.
            if (unsubscribe.StartsWith("https://", StringComparison.Ordinal))
                Header(mail, "List-Unsubscribe-Post", _ => "List-Unsubscribe=One-Click");
        }
        Header(mail, "Content-Language", _ => draft.Language);
        Header(mail, "MIME-Version", _ => "1.0");
        if (draft.Files.Count == 0)
        {
            Alternatives(mail, boundary, draft);
            return Encoding.ASCII.GetBytes(mail.ToString());
        }

        // Neither boundary begins with the other.
        var outer = "=_files_" + boundary[2..];
        Header(mail, "Content-Type", _ => $"multipart/mixed;\r\n boundary=\"{outer}\"");
        mail.Append("\r\n--").Append(outer).Append("\r\n");
        Alternatives(mail, boundary, draft);
        using var whole = new MemoryStream(mail.Length + draft.Files.Sum(file => file.Content.Length / 57 * 78 + 1024));
        whole.Write(Encoding.ASCII.GetBytes(mail.ToString()));
        foreach (var file in draft.Files)
        {
            whole.Write(Encoding.ASCII.GetBytes($"--{outer}\r\n"));
            file.Write(whole);
        }
        whole.Write(Encoding.ASCII.GetBytes($"--{outer}--\r\n"));
        return whole.ToArray();
    }

    private static void Alternatives(StringBuilder mail, string boundary, Draft draft)
    {
        Header(mail, "Content-Type", _ => $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        mail.Append("\r\n");
        Part(mail, boundary, "text/plain", draft.Text);
        Part(mail, boundary, "text/html", draft.Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
    }

    private static void Header(StringBuilder mail, string name, Func<int, string> value)
        => mail.Append(name).Append(": ").Append(value(name.Length + 2)).Append("\r\n");

    private static void Part(StringBuilder mail, string boundary, string type, string text)
    {
        mail.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type)
            .Append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(mail, text);
        mail.Append("\r\n");
    }

    private static string Write(Address address, int used)
    {
        var mailbox = Address.Ascii(address.Mailbox) ?? throw new FormatException("The address can't be written in ASCII.");
        if (address.Name is not { } name || HeaderText.Clean(name).Length == 0)
            return mailbox;
        var phrase = HeaderText.Phrase(name, used);
        var line = phrase.Length - (phrase.LastIndexOf('\n') + 1);
        return used + line + mailbox.Length + 3 > 76 ? $"{phrase}\r\n <{mailbox}>" : $"{phrase} <{mailbox}>";
    }

    private static string Bracket(string id) => $"<{id}>";
}
