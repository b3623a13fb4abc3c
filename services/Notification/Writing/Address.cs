using System.Globalization;

namespace Desk.Notification.Writing;

/// <summary>A mailbox with a name to show, or without.</summary>
internal sealed record Address(string Mailbox, string? Name = null)
{
    private static readonly IdnMapping Idn = new();

    /// <summary>The domain as it stands in the header.</summary>
    public string AsciiDomain => Ascii(Mailbox) is { } ascii ? ascii[(ascii.LastIndexOf('@') + 1)..].ToLowerInvariant() : "";

    /// <summary>An address that can stand in an SMTP command and in a header as it is: no quotes, no spaces, no way out.</summary>
    public static bool IsMailable(string? mailbox)
    {
        var text = mailbox?.Trim() ?? "";
        var at = text.LastIndexOf('@');
        if (at is < 1 or > 64 || text.Length > 254 || at == text.Length - 1)
            return false;
        if (text.Any(sign => char.IsControl(sign) || char.IsWhiteSpace(sign) || char.IsSurrogate(sign) || "\"<>()[]\\,;:@".Contains(sign) && text.IndexOf(sign) != at))
            return false;
        return Ascii(text) is not null;
    }

    /// <summary>
    /// The address in ASCII, its domain in punycode. Null when that can't be: letters beyond ASCII before the @ need SMTPUTF8 the whole way,
    /// which our own writing does not use.
    /// </summary>
    public static string? Ascii(string mailbox)
    {
        var text = mailbox.Trim();
        var at = text.LastIndexOf('@');
        if (!System.Text.Ascii.IsValid(text.AsSpan(0, at)))
            return null;
        if (System.Text.Ascii.IsValid(text))
            return text;
        try
        {
            return $"{text[..at]}@{Idn.GetAscii(text, at + 1)}";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
