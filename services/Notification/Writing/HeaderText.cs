using System.Text;

namespace Desk.Notification.Writing;

/// <summary>
/// The value of a header (RFC 5322, RFC 2047). Whatever it is made of, it stays one header: control characters become spaces, so there is no way to
/// begin another. Lines are folded at 76 characters; what is not ASCII goes in encoded words, cut only between whole characters.
/// </summary>
internal static class HeaderText
{
    private const int LongestLine = 76;
    private const int LongestWord = 75;
    private const string WordStart = "=?utf-8?q?";
    private const string WordEnd = "?=";

    /// <summary>Free text, such as a subject. <paramref name="used"/> is how much of the first line its name takes.</summary>
    public static string Free(string text, int used)
    {
        var clean = Clean(text);
        return Ascii.IsValid(clean) && !clean.Contains("=?", StringComparison.Ordinal) && clean.Split(' ').All(word => word.Length < LongestWord)
            ? Fold(clean.Split(' '), used)
            : EncodedWords(clean, used);
    }

    /// <summary>A name that comes before an address: as it is, quoted, or encoded.</summary>
    public static string Phrase(string name, int used)
    {
        var clean = Clean(name);
        if (!Ascii.IsValid(clean) || clean.Contains("=?", StringComparison.Ordinal) || clean.Length > 60)
            return EncodedWords(clean, used);
        return clean.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is ' ' or '-' or '\'')
            ? clean
            : '"' + clean.Replace("\\", "\\\\").Replace("\"", "\\\"") + '"';
    }

    /// <summary>Words that may stand on lines of their own, such as references.</summary>
    public static string Fold(IEnumerable<string> words, int used)
    {
        var text = new StringBuilder();
        foreach (var word in words)
        {
            if (text.Length > 0 && used + 1 + word.Length > LongestLine)
            {
                text.Append("\r\n ");
                used = 1;
            }
            else if (text.Length > 0)
            {
                text.Append(' ');
                used++;
            }
            text.Append(word);
            used += word.Length;
        }
        return text.ToString();
    }

    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                clean.Append(' ');
            else
                clean.Append(rune);
        }
        return string.Join(' ', clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string EncodedWords(string text, int used)
    {
        var written = new StringBuilder(WordStart);
        used += WordStart.Length;
        var word = WordStart.Length;
        Span<byte> bytes = stackalloc byte[4];
        Span<char> encoded = stackalloc char[12];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = Encode(rune, bytes, encoded);
            if (used + length + WordEnd.Length > LongestLine || word + length + WordEnd.Length > LongestWord)
            {
                written.Append(WordEnd).Append("\r\n ").Append(WordStart);
                used = 1 + WordStart.Length;
                word = WordStart.Length;
            }
            written.Append(encoded[..length]);
            used += length;
            word += length;
        }
        return written.Append(WordEnd).ToString();
    }

    private static int Encode(Rune rune, Span<byte> bytes, Span<char> encoded)
    {
        if (rune.Value == ' ')
        {
            encoded[0] = '_';
            return 1;
        }
        if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '!' or '*' or '+' or '-' or '/'))
        {
            encoded[0] = (char)rune.Value;
            return 1;
        }
        var count = rune.EncodeToUtf8(bytes);
        for (var at = 0; at < count; at++)
        {
            encoded[at * 3] = '=';
            bytes[at].TryFormat(encoded[(at * 3 + 1)..], out _, "X2");
        }
        return count * 3;
    }
}
