using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>Texts from outside, made fit to be stored and shown.</summary>
internal static class Storable
{
    /// <summary>One line: breaks, tabs and control characters become a space, marks that turn the direction of text around go.</summary>
    public static string Line(string text, int most = 998)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
                break;
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 || Rune.IsWhiteSpace(rune))
            {
                if (line.Length > 0 && line[^1] != ' ')
                    line.Append(' ');
            }
            else if (rune.Value is not (>= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0xFEFF))
            {
                line.Append(rune.ToString());
            }
        }
        return line.ToString().TrimEnd();
    }

    /// <summary>Many lines: ends with <c>\n</c>, no NUL and no other control characters than tab, no half surrogates.</summary>
    public static string Text(string text)
    {
        var clean = true;
        for (var i = 0; i < text.Length && clean; i++)
            clean = text[i] is >= ' ' and < '\uD800' or '\n' or '\t' && text[i] != '\u007F';
        if (clean)
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 >= text.Length || text[i + 1] != '\n')
                    result.Append('\n');
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                result.Append(c).Append(text[++i]);
            }
            else if (char.IsSurrogate(c))
            {
                result.Append('\uFFFD');
            }
            else if (c is '\n' or '\t' || c != '\uFEFF' && !char.IsControl(c))
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }

    /// <summary>A file name that names a file and nothing else: no path, no control character, no device, not too long, its ending kept.</summary>
    public static string FileName(string? name, string contentType, int ordinal)
    {
        var line = Line(name ?? "", 1000);
        line = line[(line.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(line.Length);
        foreach (var c in line)
            clean.Append(c is '<' or '>' or ':' or '"' or '|' or '?' or '*' ? '_' : c);
        var result = clean.ToString().Trim(' ', '.');
        if (result.Length == 0)
            return $"file-{ordinal}{Ending(contentType)}";
        if (result.Split('.')[0].ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL" or "COM1" or "COM2" or "COM3" or "LPT1" or "LPT2")
            result = "_" + result;
        if (result.Length > 120)
        {
            var ending = result.LastIndexOf('.') is > 0 and var dot && result.Length - dot <= 12 ? result[dot..] : "";
            result = Text(result[..(120 - ending.Length)]).TrimEnd('\uFFFD') + ending;
        }
        return result;
    }

    private static string Ending(string contentType) => contentType switch
    {
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "message/rfc822" => ".eml",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "application/pdf" => ".pdf",
        _ => ".bin",
    };
}
