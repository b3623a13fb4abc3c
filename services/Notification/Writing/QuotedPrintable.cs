using System.Text;

namespace Desk.Notification.Writing;

/// <summary>RFC 2045, 6.7: text that is mostly ASCII, on lines of at most 76 characters, safe through any relay.</summary>
internal static class QuotedPrintable
{
    private const int LongestLine = 76;

    public static void Write(StringBuilder into, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var line = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var octet = bytes[at];
            if (octet is (byte)'\r' or (byte)'\n')
            {
                // Whatever ends a line, a line end is CR LF.
                if (octet == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n')
                    at++;
                into.Append("\r\n");
                line = 0;
                continue;
            }
            var endsLine = at + 1 == bytes.Length || bytes[at + 1] is (byte)'\r' or (byte)'\n';
            // A space at the end of a line would be lost; a dot or "From " at its start would be meddled with.
            var plain = octet is >= 33 and <= 126 and not (byte)'=' || octet is (byte)' ' or (byte)'\t' && !endsLine;
            if (line == 0 && octet is (byte)'.' or (byte)'F' && (octet == '.' || bytes.AsSpan(at).StartsWith("From "u8)))
                plain = line != 0;
            var length = plain ? 1 : 3;
            if (line + length > (endsLine ? LongestLine : LongestLine - 1))
            {
                into.Append("=\r\n");
                line = 0;
            }
            if (plain)
                into.Append((char)octet);
            else
                into.Append('=').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            line += length;
        }
        if (line > 0)
            into.Append("\r\n");
    }
}
