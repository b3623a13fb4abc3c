using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>
/// RFC 2047's <c>=?charset?Q?text?=</c>, where it should be and where it should not (inside quotes, glued to other text). White space between
/// two encoded words goes; bytes of one character split over two words meet again before they are decoded.
/// </summary>
internal static class EncodedWords
{
    public static string Decode(string value)
    {
        var start = value.IndexOf("=?", StringComparison.Ordinal);
        if (start < 0)
            return value;

        var text = new StringBuilder(value.Length);
        var pending = new List<byte>();
        string? pendingCharset = null;
        var from = 0;
        while (start >= 0)
        {
            if (!TryRead(value, start, out var charset, out var bytes, out var end))
            {
                start = NextStart(value, start + 2);
                continue;
            }
            var between = value.AsSpan(from, start - from);
            var adjoining = pendingCharset is not null && between.IsWhiteSpace();
            if (!adjoining || !string.Equals(charset, pendingCharset, StringComparison.OrdinalIgnoreCase))
                Flush();
            if (!adjoining)
                text.Append(between);
            pendingCharset = charset;
            pending.AddRange(bytes);
            from = end;
            start = NextStart(value, end);
        }
        Flush();
        return text.Append(value.AsSpan(from)).ToString();

        void Flush()
        {
            if (pendingCharset is not null)
                text.Append(Charsets.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pending), pendingCharset));
            pending.Clear();
            pendingCharset = null;
        }
    }

    private static int NextStart(string value, int from) => from >= value.Length ? -1 : value.IndexOf("=?", from, StringComparison.Ordinal);

    private static bool TryRead(string value, int start, out string charset, out byte[] bytes, out int end)
    {
        (charset, bytes, end) = ("", [], 0);
        // The two question marks that must follow are near; looking far for them would make a header of "=?=?=?" costly.
        var window = value.AsSpan(start + 2, Math.Min(80, value.Length - start - 2));
        var first = window.IndexOf('?');
        if (first <= 0 || first + 2 >= window.Length || window[first + 2] != '?')
            return false;
        var name = window[..first];
        if (name.ContainsAny(" \t\"<>@"))
            return false;
        if (name.IndexOf('*') is > 0 and var language)
            name = name[..language];
        var kind = window[first + 1];
        if (kind is not ('Q' or 'q' or 'B' or 'b'))
            return false;

        var textStart = start + 2 + first + 3;
        var close = value.IndexOf("?=", textStart, StringComparison.Ordinal);
        // In Q, "?=3D" is a question mark that should have been encoded, then an encoded character.
        while (kind is 'Q' or 'q' && close >= 0 && close + 3 < value.Length && TransferEncodings.Hex(value[close + 2]) >= 0 && TransferEncodings.Hex(value[close + 3]) >= 0)
        {
            var next = value.IndexOf("?=", close + 2, StringComparison.Ordinal);
            if (next < 0 || value.AsSpan(close + 2, next - close - 2).ContainsAny(" \t"))
                break;
            close = next;
        }
        int textEnd;
        if (close >= 0)
        {
            (textEnd, end) = (close, close + 2);
        }
        else
        {
            // The end was cut off: take the rest of the line.
            (textEnd, end) = (value.Length, value.Length);
        }
        charset = name.ToString();
        var raw = Encoding.Latin1.GetBytes(value.Substring(textStart, textEnd - textStart));
        bytes = kind is 'Q' or 'q' ? TransferEncodings.Q(raw) : TransferEncodings.Base64(raw);
        return true;
    }
}
