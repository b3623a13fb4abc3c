using System.Buffers.Binary;
using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>
/// Outlook's winmail.dat (MS-OXTNEF): the text and the files out of it. Only what a service desk needs is read; what cannot be read is kept as
/// the file it came as.
/// </summary>
internal static class Tnef
{
    private const uint Signature = 0x223E9F78;

    public sealed record Unpacked(string? Text, string? Html, IReadOnlyList<(string? Name, ReadOnlyMemory<byte> Content)> Files, bool Damaged);

    public static bool IsTnef(string media, ReadOnlySpan<byte> bytes)
        => (media is "application/ms-tnef" or "application/vnd.ms-tnef" or "application/octet-stream") && bytes.Length > 10
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Signature;

    public static Unpacked Read(ReadOnlyMemory<byte> bytes)
    {
        var files = new List<(string? Name, ReadOnlyMemory<byte> Content)>();
        string? text = null, html = null, name = null;
        ReadOnlyMemory<byte>? content = null;
        var codepage = "windows-1252";
        var damaged = false;
        var position = 6;
        while (position + 9 <= bytes.Length && files.Count <= 100)
        {
            var span = bytes.Span[position..];
            var level = span[0];
            var attribute = BinaryPrimitives.ReadUInt32LittleEndian(span[1..]) & 0xFFFF;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(span[5..]);
            if (level is not (1 or 2) || length > (uint)Math.Max(0, bytes.Length - position - 9))
            {
                damaged = true;
                break;
            }
            var value = bytes.Slice(position + 9, (int)length);
            position += 9 + (int)length + 2;
            switch (attribute)
            {
                case 0x9007 when value.Length >= 4: // OEM code page
                    codepage = "windows-" + BinaryPrimitives.ReadUInt32LittleEndian(value.Span).ToString(System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case 0x800C: // body
                    text = Charsets.Decode(value.Span.TrimEnd((byte)0), codepage);
                    break;
                case 0x9002: // a new attachment begins
                    Close();
                    break;
                case 0x8010: // its short name
                    name ??= Charsets.Decode(value.Span.TrimEnd((byte)0), codepage);
                    break;
                case 0x800F:
                    content = value;
                    break;
                case 0x9003: // properties of the message
                    damaged |= !Properties(value.Span, (id, type, data) =>
                    {
                        if (id == 0x1000) text ??= TextOf(type, data);
                        if (id == 0x1013) html ??= type == 0x0102 ? Charsets.Decode(data, null) : TextOf(type, data);
                    });
                    break;
                case 0x9005: // properties of the attachment
                    var current = name;
                    damaged |= !Properties(value.Span, (id, type, data) =>
                    {
                        if (id == 0x3707) current = TextOf(type, data); // the long name
                        if (id == 0x3701 && type == 0x0102) content ??= data.ToArray();
                    });
                    name = current;
                    break;
            }
        }
        Close();
        return new Unpacked(text, html, files, damaged);

        void Close()
        {
            if (content is { } bytesOfFile)
                files.Add((name, bytesOfFile));
            (name, content) = (null, null);
        }

        string TextOf(int type, ReadOnlySpan<byte> data) => type == 0x001F
            ? Encoding.Unicode.GetString(data).TrimEnd('\0')
            : Charsets.Decode(data.TrimEnd((byte)0), codepage);
    }

    private delegate void OnProperty(int id, int type, ReadOnlySpan<byte> data);

    /// <summary>False when the properties could not be read to their end.</summary>
    private static bool Properties(ReadOnlySpan<byte> span, OnProperty found)
    {
        if (span.Length < 4)
            return false;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(span);
        span = span[4..];
        for (var i = 0; i < count && i < 5_000; i++)
        {
            if (span.Length < 4)
                return false;
            int type = BinaryPrimitives.ReadUInt16LittleEndian(span), id = BinaryPrimitives.ReadUInt16LittleEndian(span[2..]);
            span = span[4..];
            if (id >= 0x8000)
            {
                // A named property: a GUID, a kind, and a number or a name.
                if (span.Length < 24)
                    return false;
                var kind = BinaryPrimitives.ReadUInt32LittleEndian(span[16..]);
                var extra = BinaryPrimitives.ReadUInt32LittleEndian(span[20..]);
                span = span[24..];
                if (kind == 1 && !Skip(ref span, extra))
                    return false;
            }
            var many = (type & 0x1000) != 0;
            type &= 0x0FFF;
            uint values = 1;
            if (many || type is 0x001E or 0x001F or 0x0102 or 0x000D)
            {
                if (span.Length < 4)
                    return false;
                values = BinaryPrimitives.ReadUInt32LittleEndian(span);
                span = span[4..];
            }
            for (uint v = 0; v < values; v++)
            {
                uint length;
                if (type is 0x001E or 0x001F or 0x0102 or 0x000D)
                {
                    if (span.Length < 4)
                        return false;
                    length = BinaryPrimitives.ReadUInt32LittleEndian(span);
                    span = span[4..];
                }
                else
                {
                    length = type switch { 0x0002 or 0x0003 or 0x0004 or 0x000A or 0x000B => 4, 0x0005 or 0x0006 or 0x0007 or 0x0014 or 0x0040 => 8, 0x0048 => 16, _ => uint.MaxValue };
                }
                if (length > (uint)span.Length)
                    return false;
                found(id, type, span[..(int)length]);
                if (!Skip(ref span, length))
                    return false;
            }
        }
        return true;
    }

    /// <summary>Values are padded to four bytes.</summary>
    private static bool Skip(ref ReadOnlySpan<byte> span, uint length)
    {
        if (length > (uint)span.Length)
            return false;
        var padded = Math.Min((length + 3L) & ~3L, span.Length);
        span = span[(int)padded..];
        return true;
    }
}
