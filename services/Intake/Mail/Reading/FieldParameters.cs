using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>A field with a value and parameters: Content-Type and Content-Disposition, by RFC 2045 and 2231, and as they are really written.</summary>
internal sealed class FieldParameters
{
    private readonly Dictionary<string, string> _parameters;

    private FieldParameters(string value, Dictionary<string, string> parameters)
    {
        Value = value;
        _parameters = parameters;
    }

    /// <summary>Lower case, without white space.</summary>
    public string Value { get; }

    public string? this[string name] => _parameters.GetValueOrDefault(name);

    public static FieldParameters Read(string? field)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (field is null)
            return new FieldParameters("", parameters);

        var semicolon = field.IndexOf(';');
        var value = semicolon < 0 ? field : field[..semicolon];
        if (value.IndexOf('(') is >= 0 and var comment)
            value = value[..comment];
        value = value.Trim().Trim('"', '\'').Trim().ToLowerInvariant();
        if (value.IndexOfAny([' ', '\t', ',']) is > 0 and var space)
            value = value[..space];

        // RFC 2231 pieces: name*0, name*1* and so on, put together once all are read.
        Dictionary<string, SortedDictionary<int, (string Text, bool Encoded)>>? pieces = null;
        var position = semicolon < 0 ? field.Length : semicolon + 1;
        while (position < field.Length && parameters.Count < 100)
        {
            var (name, text, next) = ReadOne(field, position);
            position = next;
            if (name.Length == 0)
                continue;
            var star = name.IndexOf('*');
            if (star < 0)
            {
                parameters.TryAdd(name, text);
                continue;
            }
            var bare = name[..star];
            var tail = name[(star + 1)..];
            var encoded = tail.Length == 0 || tail.EndsWith('*');
            if (!int.TryParse(tail.TrimEnd('*'), out var index))
                index = 0;
            if (index is < 0 or > 999)
                continue;
            pieces ??= new(StringComparer.OrdinalIgnoreCase);
            if (!pieces.TryGetValue(bare, out var list))
                pieces[bare] = list = [];
            list.TryAdd(index, (text, encoded));
        }
        foreach (var (name, list) in pieces ?? [])
            parameters[name] = Join(list.Values);
        return new FieldParameters(value, parameters);
    }

    private static (string Name, string Value, int Next) ReadOne(string field, int position)
    {
        while (position < field.Length && (field[position] is ';' or ' ' or '\t'))
            position++;
        var nameStart = position;
        while (position < field.Length && field[position] is not ('=' or ';'))
            position++;
        var name = field[nameStart..position].Trim();
        if (position >= field.Length || field[position] == ';')
            return ("", "", position);
        position++;
        while (position < field.Length && field[position] is ' ' or '\t')
            position++;
        if (position < field.Length && field[position] == '"')
        {
            var quoted = new StringBuilder();
            position++;
            while (position < field.Length && field[position] != '"')
            {
                // A backslash before anything but a quote or itself is part of a Windows path.
                if (field[position] == '\\' && position + 1 < field.Length && field[position + 1] is '"' or '\\')
                    position++;
                if (position < field.Length)
                    quoted.Append(field[position++]);
            }
            position++;
            // Quotes inside quotes: what stands before the next semicolon belongs to the value.
            var end = field.IndexOf(';', Math.Min(position, field.Length));
            end = end < 0 ? field.Length : end;
            if (position < end && field.AsSpan(position, end - position).Trim() is { Length: > 0 } extra && extra.IndexOf('=') < 0 && extra[0] != '(')
                quoted.Append(extra.ToString().Trim('"'));
            return (name, quoted.ToString(), Math.Max(position, end));
        }
        var stop = field.IndexOf(';', position);
        stop = stop < 0 ? field.Length : stop;
        var value = field[position..stop].Trim();
        if (!name.StartsWith("name", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("filename", StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith("boundary", StringComparison.OrdinalIgnoreCase) && value.IndexOfAny([' ', '\t', '(']) is > 0 and var space)
        {
            // A forgotten semicolon: charset=utf-8 format=flowed.
            return (name, value[..space], value[space] == '(' ? stop : position + space);
        }
        return (name, value.Trim('\''), stop);
    }

    private static string Join(IEnumerable<(string Text, bool Encoded)> pieces)
    {
        var bytes = new List<byte>();
        string? charset = null;
        var first = true;
        foreach (var (text, encoded) in pieces)
        {
            var rest = text;
            if (first && encoded && rest.IndexOf('\'') is >= 0 and var quote && rest.IndexOf('\'', quote + 1) is >= 0 and var second)
            {
                charset = rest[..quote];
                rest = rest[(second + 1)..];
            }
            first = false;
            var raw = Encoding.UTF8.GetBytes(rest);
            for (var i = 0; i < raw.Length; i++)
            {
                if (encoded && raw[i] == '%' && i + 2 < raw.Length && TransferEncodings.Hex(raw[i + 1]) is >= 0 and var high && TransferEncodings.Hex(raw[i + 2]) is >= 0 and var low)
                {
                    bytes.Add((byte)(high << 4 | low));
                    i += 2;
                }
                else
                {
                    bytes.Add(raw[i]);
                }
            }
        }
        return Charsets.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes), charset);
    }
}
