using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>Cuts a multipart body at its boundary lines. A part outside the last boundary (preamble, epilogue) is not shown; the raw mail has it.</summary>
internal static class Boundaries
{
    public static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body, string? boundary, int most)
    {
        var slices = boundary is null ? [] : SplitAt(body, Encoding.Latin1.GetBytes(boundary), most);
        if (slices.Count == 0 && boundary is not null && boundary.Trim() != boundary)
            slices = SplitAt(body, Encoding.Latin1.GetBytes(boundary.Trim()), most);
        if (slices.Count == 0 && Guess(body.Span) is { } guessed)
            slices = SplitAt(body, guessed, most);
        return slices;
    }

    /// <summary>
    /// Something was written outside the parts: after the last, or before the first where it is not the usual word to programs that know no MIME.
    /// Damage puts whole parts there.
    /// </summary>
    public static bool HasTextOutside(ReadOnlyMemory<byte> body, List<ReadOnlyMemory<byte>> slices)
    {
        var span = body.Span;
        if (!System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var whole) || !System.Runtime.InteropServices.MemoryMarshal.TryGetArray(slices[0], out var first)
            || !System.Runtime.InteropServices.MemoryMarshal.TryGetArray(slices[^1], out var last))
        {
            return false;
        }
        var before = span[..Math.Clamp(first.Offset - whole.Offset, 0, span.Length)];
        var after = span[Math.Clamp(last.Offset + last.Count - whole.Offset, 0, span.Length)..].TrimStart("\r\n"u8);
        // Each holds one boundary line.
        before = before.TrimEnd("\r\n"u8);
        before = before.LastIndexOf((byte)'\n') is >= 0 and var line ? before[..line] : default;
        after = after.IndexOf((byte)'\n') is >= 0 and var end ? after[end..] : default;
        if (Said(after))
            return true;
        foreach (var range in before.Split((byte)'\n'))
        {
            var one = before[range];
            if (Said(one) && !Contains(one, "mime") && !Contains(one, "multi") && !Contains(one, "reader") && !Contains(one, "software") && !Contains(one, "client"))
                return true;
        }
        return false;

        static bool Contains(ReadOnlySpan<byte> text, string word)
        {
            for (var at = 0; at + word.Length <= text.Length && at < 500; at++)
            {
                if (Ascii.EqualsIgnoreCase(text.Slice(at, word.Length), word))
                    return true;
            }
            return false;
        }

        static bool Said(ReadOnlySpan<byte> text) => !text.Trim(" \t\r\n-_=."u8).IsEmpty;
    }

    private static List<ReadOnlyMemory<byte>> SplitAt(ReadOnlyMemory<byte> body, byte[] boundary, int most)
    {
        var slices = new List<ReadOnlyMemory<byte>>();
        if (boundary.Length == 0)
            return slices;
        var span = body.Span;
        var partStart = -1;
        var position = 0;
        while (position < span.Length)
        {
            // Every boundary line begins with two hyphens: jump from one such line to the next.
            if (!(position == 0 && span.StartsWith("--"u8)))
            {
                var found = span[position..].IndexOf("\n--"u8);
                if (found < 0)
                    break;
                position += found + 1;
            }
            var lineEnd = span[position..].IndexOf((byte)'\n');
            var next = lineEnd < 0 ? span.Length : position + lineEnd + 1;
            var line = span[(position + 2)..next];
            if (line.StartsWith(boundary))
            {
                var tail = line[boundary.Length..].TrimEnd(" \t\r\n"u8);
                var last = tail.SequenceEqual("--"u8);
                if (tail.IsEmpty || last)
                {
                    Close(position);
                    if (last || slices.Count > most)
                        return slices;
                    partStart = next;
                }
            }
            // The break that ends this line may begin the next boundary line.
            position = next - 1;
            if (lineEnd < 0)
                break;
        }
        if (partStart >= 0 && partStart <= span.Length)
        {
            partStart = Math.Min(partStart, span.Length);
            slices.Add(body[partStart..]);
        }
        return slices;

        void Close(int boundaryLine)
        {
            if (partStart < 0)
                return;
            var end = boundaryLine;
            // The line break before a boundary is the boundary's.
            if (end > partStart && body.Span[end - 1] == '\n') end--;
            if (end > partStart && body.Span[end - 1] == '\r') end--;
            slices.Add(body[partStart..Math.Max(partStart, end)]);
            partStart = -1;
        }
    }

    /// <summary>The parameter is missing or wrong: the first line that begins with two hyphens and has a field of a part under it is the boundary.</summary>
    private static byte[]? Guess(ReadOnlySpan<byte> body)
    {
        var tries = 0;
        var position = body.StartsWith("--"u8) ? 0 : body.IndexOf("\n--"u8) + 1;
        while ((position > 0 || body.StartsWith("--"u8)) && tries++ < 20)
        {
            var end = body[position..].IndexOf((byte)'\n');
            if (end < 0)
                return null;
            var line = body.Slice(position, end).TrimEnd(" \t\r"u8);
            var after = body[(position + end + 1)..];
            if (line.Length is >= 3 and < 200 && line.IndexOf((byte)' ') < 0
                && (StartsWithIgnoringCase(after, "content-") || StartsWithIgnoringCase(after, "mime-version")))
            {
                return line[2..].ToArray();
            }
            var found = body[(position + 1)..].IndexOf("\n--"u8);
            if (found < 0)
                return null;
            position += found + 2;
        }
        return null;
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> bytes, string word)
        => bytes.Length >= word.Length && Ascii.EqualsIgnoreCase(bytes[..word.Length], word);
}
