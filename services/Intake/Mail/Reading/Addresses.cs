using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>Reads address lists: quoted names, comments, groups, routes, semicolons for commas, names that hold commas and at-signs.</summary>
internal static class Addresses
{
    private const int Most = 200;

    public static IReadOnlyList<Mailbox> Read(string? field)
    {
        if (string.IsNullOrWhiteSpace(field))
            return [];
        var found = new List<Mailbox>();
        var text = new StringBuilder();
        var comment = new StringBuilder();
        string? angle = null;
        bool atSeen = false, anyAt = false;
        int depth = 0, i = 0;
        for (; i < field.Length && found.Count < Most; i++)
        {
            var c = field[i];
            if (depth > 0)
            {
                if (c == '\\' && i + 1 < field.Length) comment.Append(field[++i]);
                else if (c == '(') depth++;
                else if (c == ')' && --depth == 0) continue;
                else comment.Append(c);
                continue;
            }
            switch (c)
            {
                case '"':
                    i = Quoted(field, i, text);
                    break;
                case '(':
                    depth = 1;
                    if (comment.Length > 0) comment.Append(' ');
                    break;
                case '<':
                    var window = Math.Min(field.Length - i - 1, 1_000);
                    var close = field.IndexOf('>', i + 1, window);
                    var next = field.IndexOf('<', i + 1, window);
                    if (close < 0 || next >= 0 && next < close && field.AsSpan(i + 1, next - i - 1).IndexOf('@') < 0)
                    {
                        if (close < 0)
                        {
                            angle ??= field.Substring(i + 1, window);
                            i += window;
                        }
                        break;
                    }
                    angle ??= field[(i + 1)..close];
                    anyAt = true;
                    i = close;
                    break;
                case ':' when angle is null && !atSeen && text.Length < 200:
                    // "A group: one, two;" is its members.
                    text.Clear();
                    break;
                case ',' or ';':
                    // "Lind, Anna <a@b>" without quotes is one mailbox, not two.
                    if (c == ',' && angle is null && !anyAt && text.Length > 0 && NameGoesOn(field, i))
                    {
                        text.Append(c);
                        break;
                    }
                    Close();
                    break;
                default:
                    atSeen |= c == '@';
                    anyAt |= c == '@';
                    text.Append(c);
                    break;
            }
        }
        Close();
        return found;

        void Close()
        {
            var address = angle is not null ? Clean(angle) : Clean(Word(text.ToString()));
            if (address is not null)
            {
                var name = angle is not null ? text.ToString() : comment.ToString();
                if (angle is not null && string.IsNullOrWhiteSpace(name))
                    name = comment.ToString();
                name = Storable.Line(EncodedWords.Decode(name.Trim()), 200).Trim().Trim('"', '\'').Trim();
                found.Add(new Mailbox(name.Length == 0 || name.Equals(address, StringComparison.OrdinalIgnoreCase) ? null : name, address));
            }
            text.Clear();
            comment.Clear();
            (angle, atSeen) = (null, false);
        }
    }

    /// <summary>An address by itself, such as an envelope's; null when it is none.</summary>
    public static string? Clean(string? address)
    {
        if (address is null)
            return null;
        var clean = new StringBuilder(address.Length);
        var depth = 0;
        var quoted = false;
        foreach (var c in address)
        {
            if (c == '"') quoted = !quoted;
            if (!quoted && c == '(') depth++;
            if (depth == 0 && (quoted || !char.IsWhiteSpace(c)) && !char.IsControl(c) && c is not ('<' or '>'))
                clean.Append(c);
            if (!quoted && c == ')' && depth > 0) depth--;
        }
        var text = clean.ToString();
        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            text = text[7..];
        if (text.StartsWith('@') && text.IndexOf(':') is > 0 and var route)
            text = text[(route + 1)..];
        if (text.Contains("=?", StringComparison.Ordinal))
            text = EncodedWords.Decode(text).Trim();
        text = text.TrimEnd('.', ',', ';');
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1 || text.Length > 320)
            return null;
        var domain = text[(at + 1)..].ToLowerInvariant();
        return domain.AsSpan().ContainsAny(" \t\"'()<>,;:\\/") && !domain.StartsWith('[') ? null : Storable.Text(text[..at] + "@" + domain);
    }

    private static int Quoted(string field, int open, StringBuilder text)
    {
        var i = open + 1;
        // A quote that never closes is a stray mark, not the start of a name that swallows the address.
        var close = field.IndexOf('"', i);
        if (close < 0)
            return open;
        for (; i < field.Length && field[i] != '"'; i++)
        {
            if (field[i] == '\\' && i + 1 < field.Length) i++;
            if (i < field.Length) text.Append(field[i]);
        }
        return i;
    }

    /// <summary>Between this comma and the next there is an angle bracket, and no at-sign before it: the comma is inside a name.</summary>
    private static bool NameGoesOn(string field, int comma)
    {
        var rest = field.AsSpan(comma + 1, Math.Min(field.Length - comma - 1, 300));
        var end = rest.IndexOfAny(',', ';');
        if (end >= 0) rest = rest[..end];
        var angle = rest.IndexOf('<');
        return angle > 0 && rest[..angle].IndexOf('@') < 0 && rest[angle..].IndexOf('@') > 0 && rest[..angle].IndexOf('"') < 0;
    }

    /// <summary>The word with the at-sign of a mailbox without brackets: "Anna anna@a.example" and "anna @ a.example" are both met.</summary>
    private static string Word(string text)
    {
        text = text.Trim();
        if (text.IndexOf('@') < 0 || text.IndexOfAny([' ', '\t']) < 0)
            return text;
        var word = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(w => w.IndexOf('@') is > 0 and var at && at < w.Length - 1);
        return word ?? text;
    }
}
