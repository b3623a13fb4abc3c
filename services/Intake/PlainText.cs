using System.Text;

namespace Desk.Intake;

/// <summary>
/// What may be stored as text. The API refuses what <see cref="IsClean"/> does not pass, so that a client learns of its fault; mail can't be
/// refused for a stray byte, so it is cleaned.
/// </summary>
internal static class PlainText
{
    /// <summary>No control characters but tab and line ends, and no half surrogate pairs.</summary>
    public static bool IsClean(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r'))
                return false;
            if (!char.IsSurrogate(c))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(c, text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    /// <summary>The text with line ends as <c>\n</c>; what <see cref="IsClean"/> refuses is replaced or left out.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text) && !text.Contains('\r'))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 >= text.Length || text[i + 1] != '\n')
                    clean.Append('\n');
            }
            else if (char.IsSurrogate(c))
            {
                if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
                    clean.Append(c).Append(text[++i]);
                else
                    clean.Append('\uFFFD');
            }
            else if (!char.IsControl(c) || c is '\t' or '\n')
            {
                clean.Append(c);
            }
        }
        return clean.ToString();
    }

    /// <summary>One line of at most <paramref name="most"/> characters, cut with an ellipsis: for subjects that arrive by mail.</summary>
    public static string Line(string text, int most)
    {
        var line = string.Join(' ', Clean(text).Split(['\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most)
            return line;
        var end = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return line[..end] + "…";
    }
}

/// <summary>How much is taken in, in characters or bytes.</summary>
internal static class Limits
{
    public const int Subject = 300;
    public const int TextBytes = 100_000;
    public const int AttachmentBytes = 25 * 1024 * 1024;
    public const int Attachments = 20;
    public const int Copied = 20;
    public const int Name = 200;
    public const int Phone = 40;

    /// <summary>Room for the largest attachment written as base64 in JSON.</summary>
    public const long RequestBytes = 36L * 1024 * 1024;
}

internal static class StoredTime
{
    /// <summary>PostgreSQL keeps microseconds: cut before use, so that what is answered first and read later are the same.</summary>
    public static DateTimeOffset ToStored(this DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % 10, TimeSpan.Zero);
}
