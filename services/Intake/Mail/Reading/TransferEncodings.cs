namespace Desk.Intake.Mail.Reading;

/// <summary>Undoes base64, quoted-printable and uuencode. Each is one pass, gives at most as many bytes as it was given, and skips rubbish.</summary>
internal static class TransferEncodings
{
    private static readonly System.Buffers.SearchValues<byte> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    private static readonly sbyte[] Base64Values = MakeBase64Values();

    public static int Base64Value(byte b) => Base64Values[b];

    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body, string? encoding, bool isText) => Name(encoding) switch
    {
        "base64" => isText && !LooksLikeBase64(body.Span) ? body : Base64(body.Span, isText),
        "quoted-printable" => QuotedPrintable(body.Span),
        "uuencode" => Uu(body.Span) ?? body,
        _ => body,
    };

    /// <summary>The encoding meant, from names as they are met: upper case, quoted, with a comment or a parameter behind.</summary>
    public static string Name(string? header)
    {
        if (header is null)
            return "";
        var name = header.Split(';', '(')[0].Trim().Trim('"', '\'').Trim().ToLowerInvariant().Replace(' ', '-').Replace('_', '-');
        return name switch
        {
            "base64" or "base-64" or "b" or "x-base64" => "base64",
            "quoted-printable" or "quotedprintable" or "qp" or "q" or "quoted-printeable" or "quoted-printible" => "quoted-printable",
            "uuencode" or "x-uuencode" or "x-uue" or "uue" or "x-uu" => "uuencode",
            _ => "",
        };
    }

    public static byte[] QuotedPrintable(ReadOnlySpan<byte> body)
    {
        var output = new byte[body.Length];
        var length = 0;
        while (!body.IsEmpty)
        {
            var newLine = body.IndexOf((byte)'\n');
            var line = newLine < 0 ? body : body[..newLine];
            body = newLine < 0 ? default : body[(newLine + 1)..];
            // White space at the end of a line was added on the way (RFC 2045, 6.7, rule 3).
            line = line.TrimEnd(" \t\r"u8);
            var soft = line.Length > 0 && line[^1] == '=';
            if (soft)
                line = line[..^1];
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '=' && i + 2 < line.Length && Hex(line[i + 1]) is >= 0 and var high && Hex(line[i + 2]) is >= 0 and var low)
                {
                    output[length++] = (byte)(high << 4 | low);
                    i += 2;
                }
                else
                {
                    output[length++] = line[i];
                }
            }
            if (!soft && newLine >= 0)
                output[length++] = (byte)'\n';
        }
        return output.AsSpan(0, length).ToArray();
    }

    /// <summary>The Q encoding of encoded words: an underscore is a space.</summary>
    public static byte[] Q(ReadOnlySpan<byte> text)
    {
        var output = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && Hex(text[i + 1]) is >= 0 and var high && Hex(text[i + 2]) is >= 0 and var low)
            {
                output[length++] = (byte)(high << 4 | low);
                i += 2;
            }
            else
            {
                output[length++] = text[i] == '_' ? (byte)' ' : text[i];
            }
        }
        return output.AsSpan(0, length).ToArray();
    }

    public static byte[] Base64(ReadOnlySpan<byte> body, bool isText = false)
    {
        var output = new byte[body.Length];
        int length = 0, bits = 0, have = 0;
        var paddingSeen = false;
        for (var i = 0; i < body.Length; i++)
        {
            var value = Base64Values[body[i]];
            if (value >= 0)
            {
                bits = (bits << 6) | (byte)value;
                have += 6;
                if (have >= 8)
                {
                    have -= 8;
                    output[length++] = (byte)(bits >> have);
                    bits &= (1 << have) - 1;
                }
            }
            else if (body[i] == '=')
            {
                // Padding ends a stretch. A list's footer may follow in plain text: that is kept as it stands.
                bits = have = 0;
                if (!paddingSeen && isText && !LooksLikeBase64(body[i..]))
                {
                    var rest = body[i..].TrimStart("= \t"u8);
                    rest.CopyTo(output.AsSpan(length));
                    length += rest.Length;
                    break;
                }
                paddingSeen = true;
            }
        }
        return output.AsSpan(0, length).ToArray();
    }

    /// <summary>Null when there is no <c>begin</c> line and the bytes do not look uuencoded.</summary>
    public static byte[]? Uu(ReadOnlySpan<byte> body)
    {
        var output = new byte[body.Length];
        var length = 0;
        var begun = false;
        while (!body.IsEmpty)
        {
            var newLine = body.IndexOf((byte)'\n');
            var line = (newLine < 0 ? body : body[..newLine]).TrimEnd("\r"u8);
            body = newLine < 0 ? default : body[(newLine + 1)..];
            if (!begun)
            {
                begun = line.StartsWith("begin "u8);
                continue;
            }
            if (line.SequenceEqual("end"u8))
                break;
            length += UuLine(line, output.AsSpan(length));
        }
        return begun ? output.AsSpan(0, length).ToArray() : null;
    }

    private static int UuLine(ReadOnlySpan<byte> line, Span<byte> output)
    {
        if (line.IsEmpty)
            return 0;
        var count = Math.Min((line[0] - 32) & 0x3F, output.Length);
        var written = 0;
        for (var i = 1; written < count; i += 4)
        {
            var bits = At(line, i) << 18 | At(line, i + 1) << 12 | At(line, i + 2) << 6 | At(line, i + 3);
            for (var shift = 16; shift >= 0 && written < count; shift -= 8)
                output[written++] = (byte)(bits >> shift);
        }
        return written;

        // Trailing spaces are lost on the way, and a space is a zero.
        static int At(ReadOnlySpan<byte> line, int index) => index < line.Length ? (line[index] - 32) & 0x3F : 0;
    }

    public static int Hex(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        >= 'a' and <= 'f' => c - 'a' + 10,
        _ => -1,
    };

    /// <summary>Text sent as it is under a header that says base64 has spaces between its words; base64 has none.</summary>
    private static bool LooksLikeBase64(ReadOnlySpan<byte> body)
    {
        // A first line of whole quartets is encoded, whatever follows the padding further down.
        var line = body.TrimStart("\r\n"u8);
        if (line.IndexOf((byte)'\n') is >= 0 and var end)
            line = line[..end];
        line = line.TrimEnd("\r "u8);
        if (line.Length is >= 4 and <= 76 && line.Length % 4 == 0 && line[0] != '=' && line.IndexOfAnyExcept(Alphabet) < 0)
            return true;
        int strange = 0, all = 0;
        var sample = body[..Math.Min(body.Length, 4096)];
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] is (byte)'\r' or (byte)'\n')
                continue;
            all++;
            if (Base64Values[sample[i]] < 0 && sample[i] != '=')
                strange++;
        }
        return strange * 10 <= all;
    }

    private static sbyte[] MakeBase64Values()
    {
        var values = new sbyte[256];
        Array.Fill(values, (sbyte)-1);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < alphabet.Length; i++)
            values[alphabet[i]] = (sbyte)i;
        return values;
    }
}
