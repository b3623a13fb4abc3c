using System.Globalization;
using System.Text;

namespace Desk.Intake.Mail.Imap;

/// <summary>The server said or did what IMAP does not allow, or more than we take from anybody.</summary>
internal class ImapException(string message) : Exception(message);

/// <summary>The server understood and said no.</summary>
internal sealed class ImapRefusedException(string message) : ImapException(message);

/// <summary>A value in a response: bytes (an atom, a quoted string or a literal), a list, or NIL when it is neither.</summary>
internal sealed record ImapValue(byte[]? Bytes, IReadOnlyList<ImapValue>? List)
{
    public static readonly ImapValue Nil = new(null, null);

    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);

    public uint? Number => uint.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>
/// One response of RFC 3501, 7. Tag is <c>*</c>, <c>+</c> or ours. Kind is the upper case word: OK, FETCH, EXISTS … Number stands before the word (<c>* 23
/// EXISTS</c>). A status has Code, the words in brackets, and Text; others have Values.
/// </summary>
internal sealed record ImapResponse(string Tag, string Kind, uint? Number, string Code, string Text, IReadOnlyList<ImapValue> Values)
{
    private const int Deepest = 20;

    public bool IsStatus => IsStatusWord(Kind);

    /// <summary>The line with its line ends; where a literal stands, its announcement and line end stay and the bytes are taken from <paramref name="literals"/>.</summary>
    /// <exception cref="ImapException">It is no response.</exception>
    public static ImapResponse Parse(ReadOnlySpan<byte> line, IReadOnlyList<byte[]> literals)
    {
        var reading = new Reading(line, literals);
        var tag = reading.Word();
        if (tag == "+")
            return new ImapResponse(tag, "", null, "", reading.Rest(), []);
        var kind = reading.Word().ToUpperInvariant();
        uint? number = null;
        if (uint.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out var counted))
        {
            number = counted;
            kind = reading.Word().ToUpperInvariant();
        }
        if (tag.Length == 0 || kind.Length == 0)
            throw new ImapException("it said what is no response.");
        if (!IsStatusWord(kind))
            return new ImapResponse(tag, kind, number, "", "", reading.Values(0));
        var text = reading.Rest();
        var end = text.StartsWith('[') ? text.IndexOf(']') : -1;
        return end < 0
            ? new ImapResponse(tag, kind, number, "", text, [])
            : new ImapResponse(tag, kind, number, text[1..end], text[(end + 1)..].Trim(), []);
    }

    /// <summary>The bytes a line announces after itself, if its response can have any: <c>{310}</c> at its end.</summary>
    public static long? Announced(ReadOnlySpan<byte> line, ReadOnlySpan<byte> response)
    {
        if (!line.EndsWith("}\r\n"u8) || !response.StartsWith("* "u8))
            return null;
        foreach (var word in (ReadOnlySpan<string>)["OK", "NO", "BAD", "BYE", "PREAUTH"])
        {
            // What is said for people may end in anything.
            if (response.Length > word.Length + 2 && response[word.Length + 2] == ' ' && Encoding.ASCII.GetString(response.Slice(2, word.Length)).Equals(word, StringComparison.OrdinalIgnoreCase))
                return null;
        }
        var open = line.LastIndexOf((byte)'{');
        if (open < 0)
            return null;
        var digits = line[(open + 1)..^3].TrimEnd((byte)'+');
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw new ImapException("it announced a literal without a length.");
    }

    private static bool IsStatusWord(string word) => word is "OK" or "NO" or "BAD" or "BYE" or "PREAUTH";

    private ref struct Reading(ReadOnlySpan<byte> line, IReadOnlyList<byte[]> literals)
    {
        private readonly ReadOnlySpan<byte> _line = line.TrimEnd("\r\n"u8);
        private int _at;
        private int _literal;

        public string Word()
        {
            var rest = _line[_at..];
            var end = rest.IndexOf((byte)' ');
            var word = end < 0 ? rest : rest[..end];
            _at += Math.Min(word.Length + 1, rest.Length);
            return Encoding.UTF8.GetString(word);
        }

        public readonly string Rest() => Encoding.UTF8.GetString(_line[_at..]);

        /// <summary>Until the end, or until the bracket that closes the list.</summary>
        public List<ImapValue> Values(int depth)
        {
            if (depth > Deepest)
                throw new ImapException("its lists are nested too deep.");
            var values = new List<ImapValue>();
            while (_at < _line.Length)
            {
                switch (_line[_at])
                {
                    case (byte)' ' or (byte)'\r' or (byte)'\n':
                        _at++;
                        break;
                    case (byte)'(':
                        _at++;
                        values.Add(new ImapValue(null, Values(depth + 1)));
                        break;
                    case (byte)')':
                        _at++;
                        return depth > 0 ? values : throw new ImapException("it closed a list that it had not opened.");
                    case (byte)'"':
                        values.Add(new ImapValue(Quoted(), null));
                        break;
                    default:
                        values.Add(Atom());
                        break;
                }
            }
            return depth == 0 ? values : throw new ImapException("it left a list open.");
        }

        private byte[] Quoted()
        {
            var bytes = new List<byte>();
            for (_at++; _at < _line.Length && _line[_at] != '"'; _at++)
            {
                if (_line[_at] == '\\')
                    _at++;
                if (_at < _line.Length)
                    bytes.Add(_line[_at]);
            }
            if (_at >= _line.Length)
                throw new ImapException("it left a quoted string open.");
            _at++;
            return [.. bytes];
        }

        // BODY[HEADER.FIELDS (TO)]<0> is one atom: what is in brackets belongs to it.
        private ImapValue Atom()
        {
            var start = _at;
            var inBrackets = false;
            for (; _at < _line.Length; _at++)
            {
                var sign = _line[_at];
                if (sign == '[') inBrackets = true;
                else if (sign == ']') inBrackets = false;
                else if (sign is (byte)'\r' or (byte)'\n' || (!inBrackets && sign is (byte)' ' or (byte)'(' or (byte)')')) break;
            }
            var atom = _line[start.._at];
            if ((atom.StartsWith("{"u8) || atom.StartsWith("~{"u8)) && atom.EndsWith("}"u8) && _line[_at..].StartsWith("\r\n"u8))
                return _literal < literals.Count ? new ImapValue(literals[_literal++], null) : throw new ImapException("a literal is missing.");
            return atom.SequenceEqual("NIL"u8) ? ImapValue.Nil : new ImapValue(atom.ToArray(), null);
        }
    }
}
