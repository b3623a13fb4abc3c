using System.Net;
using System.Text;

namespace Desk.Notification.Templates;

/// <summary>HTML that was made safe before it came here: the only thing that a template puts in as it is.</summary>
internal sealed record SafeMarkup(string Html);

/// <summary>What a template may say, by name: text, yes or no, a list, or safe HTML.</summary>
internal sealed class Values : Dictionary<string, object>;

/// <summary>
/// Text with holes. <c>{{name}}</c> puts a value in, encoded for where it stands; <c>{{#name}}…{{/name}}</c> repeats for each of a list, or shows if
/// the value says something; <c>{{^name}}…{{/name}}</c> shows if it does not. There is nothing else: no code, no HTML but <see cref="SafeMarkup"/>, and a name that no letter
/// has is an error at once, not an empty hole in somebody's mail.
/// </summary>
internal sealed class Template
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly bool _html;

    private Template(IReadOnlyList<Part> parts, bool html) => (_parts, _html) = (parts, html);

    /// <exception cref="FormatException">The template is not well formed.</exception>
    public static Template Parse(string text, bool html)
    {
        var at = 0;
        var parts = Parse(text, ref at, null);
        return new Template(parts, html);
    }

    /// <exception cref="KeyNotFoundException">The template asks for something that the letter does not have.</exception>
    public string Render(Values values)
    {
        var text = new StringBuilder(2048);
        Render(_parts, text, [values]);
        return text.ToString();
    }

    private void Render(IReadOnlyList<Part> parts, StringBuilder into, IReadOnlyList<Values> scopes)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Words words:
                    into.Append(words.Text);
                    break;
                case Hole hole:
                    into.Append((Find(scopes, hole.Name), _html) switch
                    {
                        (SafeMarkup markup, true) => markup.Html,
                        (string text, true) => WebUtility.HtmlEncode(text),
                        (string text, false) => text,
                        var (value, _) => throw new InvalidOperationException($"A template can't put a {value.GetType().Name} there."),
                    });
                    break;
                case Section section:
                    var found = Find(scopes, section.Name);
                    if (section.Inverted)
                    {
                        if (!Says(found))
                            Render(section.Parts, into, scopes);
                    }
                    else if (found is IReadOnlyList<Values> list)
                    {
                        foreach (var item in list)
                            Render(section.Parts, into, [.. scopes, item]);
                    }
                    else if (Says(found))
                    {
                        Render(section.Parts, into, scopes);
                    }
                    break;
            }
        }
    }

    private static object Find(IReadOnlyList<Values> scopes, string name)
    {
        for (var scope = scopes.Count - 1; scope >= 0; scope--)
        {
            if (scopes[scope].TryGetValue(name, out var value))
                return value;
        }
        throw new KeyNotFoundException($"The template asks for '{name}', which no letter has.");
    }

    private static bool Says(object value) => value switch
    {
        string text => text.Length > 0,
        SafeMarkup markup => markup.Html.Length > 0,
        bool yes => yes,
        IReadOnlyList<Values> list => list.Count > 0,
        _ => throw new InvalidOperationException($"A template can't show a {value.GetType().Name}."),
    };

    private static List<Part> Parse(string text, ref int at, string? within)
    {
        var parts = new List<Part>();
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                parts.Add(new Words(text[at..]));
                at = text.Length;
                break;
            }
            if (open > at)
                parts.Add(new Words(text[at..open]));
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                throw new FormatException("A {{ is not closed.");
            var tag = text[(open + 2)..close].Trim();
            at = close + 2;
            var block = tag.Length > 0 && tag[0] is '#' or '^' or '/';
            // A tag of a block alone on its line takes the line with it.
            if (block && (open == 0 || text[open - 1] == '\n') && at < text.Length && text[at] == '\n')
                at++;
            if (tag.StartsWith('/'))
            {
                return tag[1..] == within ? parts : throw new FormatException($"{{{{{tag}}}}} closes nothing.");
            }
            parts.Add(block ? new Section(tag[1..], tag[0] == '^', Parse(text, ref at, tag[1..])) : new Hole(tag));
        }
        return within is null ? parts : throw new FormatException($"{{{{#{within}}}}} is not closed.");
    }

    private abstract record Part;

    private sealed record Words(string Text) : Part;

    private sealed record Hole(string Name) : Part;

    private sealed record Section(string Name, bool Inverted, IReadOnlyList<Part> Parts) : Part;
}
