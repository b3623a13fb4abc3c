using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>The fields of a header, in order, as bytes; texts are made when they are asked for, because most never are.</summary>
internal sealed class MailHeaders
{
    public static readonly MailHeaders None = new([], null);

    private readonly List<(string Name, ReadOnlyMemory<byte> Value)> _fields;

    private MailHeaders(List<(string, ReadOnlyMemory<byte>)> fields, string? charset)
    {
        _fields = fields;
        Charset = charset;
    }

    /// <summary>The set to try for raw 8-bit fields that are not UTF-8: the one the body declares.</summary>
    public string? Charset { get; set; }

    public int Count => _fields.Count;

    /// <summary>All of them are fields of a part of a mail (Content-…) or of a mail's transport, as far as their names tell.</summary>
    public bool IsOfAPart => _fields.TrueForAll(one => one.Name.Contains('-') || one.Name.Length == 0 || Usual.Contains(one.Name));

    private static readonly HashSet<string> Usual = new(["From", "To", "Cc", "Bcc", "Subject", "Date", "Sender", "Received", "References", "Importance", "Priority", "Encoding"], StringComparer.OrdinalIgnoreCase);

    public bool Has(string name) => Find(name) >= 0;

    /// <summary>The first field of the name that is not empty, unfolded, encoded words not yet decoded.</summary>
    public string? Raw(string name)
    {
        foreach (var (field, value) in _fields)
        {
            if (field.Equals(name, StringComparison.OrdinalIgnoreCase) && Unfold(value.Span) is { Length: > 0 } text)
                return text;
        }
        return null;
    }

    public IEnumerable<string> RawAll(string name)
    {
        foreach (var (field, value) in _fields)
        {
            if (field.Equals(name, StringComparison.OrdinalIgnoreCase) && Unfold(value.Span) is { Length: > 0 } text)
                yield return text;
        }
    }

    /// <summary>As <see cref="Raw"/>, with encoded words decoded, on one line.</summary>
    public string? Text(string name) => Raw(name) is { } raw ? Storable.Line(EncodedWords.Decode(raw)) : null;

    private int Find(string name) => _fields.FindIndex(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string Unfold(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        if (value.IsEmpty)
            return "";
        var text = Ascii.IsValid(value) && value.IndexOf((byte)0x1B) < 0 ? Encoding.ASCII.GetString(value) : Decode(value);
        if (text.AsSpan().IndexOfAny('\r', '\n') < 0)
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\r') continue;
            if (c is '\n')
            {
                // The white space that begins the next line is the fold's; it stays as it is, only the break goes.
                continue;
            }
            line.Append(c);
        }
        return line.ToString();
    }

    private string Decode(ReadOnlySpan<byte> value)
    {
        // UTF-8 first: RFC 6532 allows it, and nothing else is likely to look like it.
        var text = Charsets.Decode(value, null);
        return Charset is not null && !Utf8Valid(value) && Charsets.Knows(Charset) ? Charsets.Decode(value, Charset) : text;
    }

    private static bool Utf8Valid(ReadOnlySpan<byte> value) => System.Text.Unicode.Utf8.IsValid(value);

    /// <summary>
    /// Reads a header block from the start of <paramref name="bytes"/>; <paramref name="bodyStart"/> is where the body begins. A line that is no
    /// field and no continuation belongs to the field before it if a field follows, and begins the body otherwise. Null when it is over the limit.
    /// </summary>
    public static MailHeaders? Read(ReadOnlyMemory<byte> bytes, int limit, List<string> damage, out int bodyStart)
    {
        var fields = new List<(string, ReadOnlyMemory<byte>)>();
        var span = bytes.Span;
        var position = 0;
        int fieldStart = -1, nameLength = 0, fieldEnd = 0;
        var first = true;
        while (position < span.Length)
        {
            if (position > limit)
            {
                bodyStart = position;
                return null;
            }
            var end = span[position..].IndexOf((byte)'\n');
            var next = end < 0 ? span.Length : position + end + 1;
            var line = span[position..(end < 0 ? span.Length : position + end)].TrimEnd((byte)'\r');
            if (first && (line.StartsWith("From "u8) || line.StartsWith(">From "u8)))
            {
                // An mbox separator, left on by whoever filed the mail.
                first = false;
                position = next;
                continue;
            }
            if (line.IsEmpty && first)
            {
                // Blank lines before the first field.
                position = next;
                if (position >= span.Length || position > 8)
                    first = false;
                if (position < span.Length && position <= 8)
                    continue;
                break;
            }
            first = false;
            if (line.IsEmpty)
            {
                Close();
                bodyStart = next;
                return new MailHeaders(fields, null);
            }
            if (line[0] is (byte)' ' or (byte)'\t' && fieldStart >= 0)
            {
                if (line.Trim(" \t"u8).IsEmpty && !FoldFollows(span, next))
                {
                    Close();
                    bodyStart = next;
                    return new MailHeaders(fields, null);
                }
                fieldEnd = next;
                position = next;
                continue;
            }
            var colon = NameLength(line);
            if (colon > 0)
            {
                Close();
                (fieldStart, nameLength, fieldEnd) = (position, colon, next);
                position = next;
                continue;
            }
            if (fieldStart >= 0 && FieldFollows(span, next))
            {
                damage.Add("A line of the header is neither a field nor a continuation; it was read with the field before it.");
                fieldEnd = next;
                position = next;
                continue;
            }
            damage.Add("The header ends without an empty line.");
            Close();
            bodyStart = position;
            return new MailHeaders(fields, null);
        }
        Close();
        bodyStart = Math.Min(position, span.Length);
        return new MailHeaders(fields, null);

        void Close()
        {
            if (fieldStart < 0)
                return;
            var field = bytes[fieldStart..fieldEnd];
            var name = Encoding.ASCII.GetString(field.Span[..nameLength]).TrimEnd();
            var colon = field.Span.IndexOf((byte)':');
            fields.Add((name, field[(colon + 1)..]));
            fieldStart = -1;
        }
    }

    /// <summary>Groups of fields parted by empty lines, as in a delivery status.</summary>
    public static IReadOnlyList<MailHeaders> ReadGroups(ReadOnlyMemory<byte> bytes)
    {
        var groups = new List<MailHeaders>();
        var ignored = new List<string>();
        while (!bytes.IsEmpty && groups.Count < 200)
        {
            var group = Read(bytes, int.MaxValue, ignored, out var next);
            if (group is { Count: > 0 })
                groups.Add(group);
            if (next <= 0)
            {
                // A line that is no field: step over it.
                var newLine = bytes.Span.IndexOf((byte)'\n');
                next = newLine < 0 ? bytes.Length : newLine + 1;
            }
            bytes = bytes[next..];
        }
        return groups;
    }

    /// <summary>How long the field name at the start of the line is; 0 when there is none.</summary>
    private static int NameLength(ReadOnlySpan<byte> line)
    {
        var colon = line[..Math.Min(line.Length, 200)].IndexOf((byte)':');
        if (colon <= 0)
            return 0;
        var name = line[..colon].TrimEnd(" \t"u8);
        foreach (var b in name)
        {
            if (b is <= 32 or >= 127)
                return 0;
        }
        return name.Length;
    }

    private static bool FieldFollows(ReadOnlySpan<byte> span, int position)
    {
        if (position >= span.Length)
            return false;
        var rest = span[position..Math.Min(span.Length, position + 200)];
        var end = rest.IndexOf((byte)'\n');
        var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
        // In a running text a word with a colon is common; a field has no space before its colon and begins with a letter.
        return line.Length > 0 && char.IsAsciiLetter((char)line[0]) && NameLength(line) is > 1 and < 60;
    }

    private static bool FoldFollows(ReadOnlySpan<byte> span, int position)
    {
        if (position >= span.Length || span[position] is not ((byte)' ' or (byte)'\t'))
            return false;
        var rest = span[position..Math.Min(span.Length, position + 1000)];
        var end = rest.IndexOf((byte)'\n');
        return !(end < 0 ? rest : rest[..end]).Trim(" \t\r"u8).IsEmpty;
    }
}
