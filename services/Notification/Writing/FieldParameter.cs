using System.Globalization;
using System.Text;

namespace Desk.Notification.Writing;

/// <summary>
/// A parameter of a MIME header (RFC 2045, RFC 2231). Plain ASCII stands in quotes; all else is UTF-8 in percent signs, in as many pieces as lines
/// have room for. A piece may end within a letter: the bytes are put together before they are read.
/// </summary>
internal static class FieldParameter
{
    private const int LongestLine = 76;

    /// <summary>With the semicolon before it, each piece on a line of its own.</summary>
    public static string Write(string name, string value)
    {
        if (Ascii.IsValid(value) && value.Length + name.Length + 6 < LongestLine)
            return $";\r\n {name}=\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
        var written = new StringBuilder();
        var pieces = new List<string>();
        var piece = new StringBuilder("utf-8''");
        // Room for the name, the number of the piece and the signs around them.
        var room = LongestLine - name.Length - 8;
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            var sign = char.IsAsciiLetterOrDigit((char)octet) || "-._~".Contains((char)octet)
                ? ((char)octet).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"%{octet:X2}");
            if (piece.Length + sign.Length > room)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            piece.Append(sign);
        }
        pieces.Add(piece.ToString());
        for (var at = 0; at < pieces.Count; at++)
            written.Append(CultureInfo.InvariantCulture, $";\r\n {name}{(pieces.Count > 1 ? $"*{at}" : "")}*={pieces[at]}");
        return written.ToString();
    }
}
