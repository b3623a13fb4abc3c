using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>Bytes to text, whatever the sender called their character set.</summary>
internal static class Charsets
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>
    /// Decodes by the declared name. Bytes that are not in that set are read as UTF-8 if they are UTF-8 and as windows-1252 otherwise, for a
    /// name that is wrong is commoner than a text that happens to look like UTF-8.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? declared)
    {
        var name = Normalise(declared);
        if (name is "utf-7")
            return Utf7.Decode(bytes);
        if (System.Text.Ascii.IsValid(bytes) && name is not ("utf-16" or "utf-16le" or "utf-16be" or "utf-32" or "hz-gb-2312") && bytes.IndexOf((byte)0x1B) < 0)
            return Encoding.ASCII.GetString(bytes);

        var encoding = Of(name);
        if (encoding is null || encoding.CodePage is 20127 or 65001 or 1252 or 28591)
        {
            if (bytes.StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[Encoding.UTF8.Preamble.Length..];
            if (encoding?.CodePage is not 1252 and not 28591 && LooksLikeIso2022(bytes) is { } japanese)
                return Safely(japanese, bytes);
            if (IsUtf8(bytes, out var damaged))
                return Encoding.UTF8.GetString(bytes);
            // A text declared as UTF-8 that is mostly right was cut or hurt on the way; one that is mostly wrong is in another set.
            return encoding?.CodePage == 65001 && damaged ? Encoding.UTF8.GetString(bytes) : Windows1252.GetString(bytes);
        }
        return Safely(encoding, bytes);
    }

    /// <summary>True when a declared name means something to us.</summary>
    public static bool Knows(string? declared) => Normalise(declared) is { } name && (name == "utf-7" || Of(name) is not null);

    private static string Safely(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.CodePage is 50220 or 50221 or 50222 ? ByLine(encoding, bytes) : encoding.GetString(bytes);
        }
        catch (ArgumentException)
        {
            // The stateful East Asian decoders throw on some broken escapes whatever the fallback.
            return Windows1252.GetString(bytes);
        }
    }

    /// <summary>A line of ISO-2022-JP begins in ASCII, whatever the one before it left open (RFC 1468): one broken escape spoils one line.</summary>
    private static string ByLine(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            text.Append(encoding.GetString(line));
            if (end >= 0)
                text.Append('\n');
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }
        return text.ToString();
    }

    /// <summary>Damaged: not UTF-8 throughout, and yet it has more right sequences than wrong ones.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes, out bool damaged)
    {
        damaged = false;
        int right = 0, wrong = 0;
        while (!bytes.IsEmpty)
        {
            var ascii = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0)
                break;
            bytes = bytes[ascii..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == System.Buffers.OperationStatus.Done) right++;
            else wrong++;
            bytes = bytes[length..];
        }
        damaged = wrong > 0 && right > wrong;
        return wrong == 0;
    }

    // ISO-2022 has seven bits: where there are eight, an escape is rubbish, and reading by it would turn what follows into other letters.
    private static Encoding? LooksLikeIso2022(ReadOnlySpan<byte> bytes)
        => !System.Text.Ascii.IsValid(bytes) ? null : bytes.IndexOf("\u001B$B"u8) >= 0 || bytes.IndexOf("\u001B$@"u8) >= 0 || bytes.IndexOf("\u001B(J"u8) >= 0
            ? CodePagesEncodingProvider.Instance.GetEncoding(50220)
            : bytes.IndexOf("\u001B$)C"u8) >= 0 ? CodePagesEncodingProvider.Instance.GetEncoding(50225) : null;

    private static string? Normalise(string? declared)
    {
        if (string.IsNullOrWhiteSpace(declared) || declared.Length > 60)
            return null;
        var name = declared.Trim().Trim('"', '\'').Trim().ToLowerInvariant().Replace('_', '-');
        if (name.StartsWith("cs", StringComparison.Ordinal) && name.Length > 4 && !name.StartsWith("cs-", StringComparison.Ordinal))
            name = name[2..];
        return name switch
        {
            "" or "unknown" or "unknown-8bit" or "x-unknown" or "default" or "default-charset" or "none" => null,
            "ascii" or "us-ascii" or "ansi-x3.4-1968" or "iso-646-us" or "646" => "us-ascii",
            "utf8" or "utf-8" or "unicode-1-1-utf-8" or "x-utf8" or "utf8mb4" or "utf-8-strict" => "utf-8",
            "utf7" or "utf-7" or "unicode-1-1-utf-7" or "x-unicode-2-0-utf-7" or "unicode-2-0-utf-7" or "imap-utf-7" => "utf-7",
            "utf16" or "ucs-2" or "iso-10646-ucs-2" or "unicode" => "utf-16",
            // The web's reading of these names: the wider set of each family contains the narrower one.
            "latin1" or "latin-1" or "iso8859-1" or "iso88591" or "iso-8859-1" or "l1" or "ansi" or "cp1252" or "cp-1252" or "windows1252" or "win-1252" or "x-ansi" => "windows-1252",
            "gb2312" or "gb-2312" or "gb-2312-80" or "gbk" or "x-gbk" or "cp936" or "ms936" or "windows-936" or "euc-cn" or "gb18030" or "gb-18030" => "gb18030",
            "ks-c-5601" or "ks-c-5601-1987" or "ksc5601" or "ksc-5601" or "ks-c-5601-1989" or "cp949" or "ms949" or "uhc" or "x-windows-949" or "windows-949" or "euc-kr" => "ks_c_5601-1987",
            "shift-jis" or "sjis" or "s-jis" or "x-sjis" or "ms-kanji" or "cp932" or "windows-31j" or "ms932" or "shift-jisx0213" => "shift_jis",
            "eucjp" or "x-euc-jp" or "euc-jp-ms" or "eucjp-ms" or "cp51932" => "euc-jp",
            "iso2022jp" or "jis" or "iso-2022-jp-1" or "iso-2022-jp-2" or "iso-2022-jp-3" or "iso-2022-jp-ms" or "cp50220" or "cp50221" => "iso-2022-jp",
            "big5-hkscs" or "big-5" or "cp950" or "x-big5" or "cn-big5" => "big5",
            "koi8" or "koi-8" or "koi8r" => "koi8-r",
            "hz" or "hz-gb2312" => "hz-gb-2312",
            "tis-620" or "tis620" or "iso-8859-11" or "cp874" => "windows-874",
            "iso-8859-8-i" or "iso-8859-8-e" => "iso-8859-8",
            "mac" or "macroman" or "x-mac-roman" => "macintosh",
            _ => name,
        };
    }

    private static Encoding? Of(string? name)
    {
        if (name is null)
            return null;
        if (name.StartsWith("iso8859-", StringComparison.Ordinal))
            name = "iso-" + name[3..];
        else if (name.StartsWith("cp12", StringComparison.Ordinal))
            name = "windows-" + name[2..];
        else if (name.StartsWith("windows12", StringComparison.Ordinal))
            name = "windows-" + name[7..];
        switch (name)
        {
            case "utf-8": return Encoding.UTF8;
            case "us-ascii": return Encoding.ASCII;
            case "utf-16" or "utf-16le": return Encoding.Unicode;
            case "utf-16be": return Encoding.BigEndianUnicode;
            case "utf-32": return Encoding.UTF32;
            case "utf-7": return null;
        }
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>UTF-7, which .NET no longer decodes: read here, because the result is only ever text that is escaped or sanitised afterwards.</summary>
    private static class Utf7
    {
        public static string Decode(ReadOnlySpan<byte> bytes)
        {
            var text = new StringBuilder(bytes.Length);
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != '+')
                {
                    text.Append((char)bytes[i]);
                    continue;
                }
                if (i + 1 < bytes.Length && bytes[i + 1] == '-')
                {
                    text.Append('+');
                    i++;
                    continue;
                }
                int bits = 0, have = 0;
                var j = i + 1;
                for (; j < bytes.Length && TransferEncodings.Base64Value(bytes[j]) is >= 0 and var value; j++)
                {
                    bits = (bits << 6 | value) & 0x3FFFFF;
                    have += 6;
                    if (have >= 16)
                    {
                        have -= 16;
                        text.Append((char)(bits >> have & 0xFFFF));
                    }
                }
                if (j == i + 1)
                {
                    text.Append('+');
                    continue;
                }
                i = j < bytes.Length && bytes[j] == '-' ? j : j - 1;
            }
            return text.ToString();
        }
    }
}
