using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Desk.Web.Shared;

/// <summary>
/// The plain marks articles are written in (headings, lists, bold, code, links to http and mail), as HTML. Every character is encoded first, so
/// an article can hold no markup of its own: a small set that is safe by construction, rather than all of Markdown made safe afterwards.
/// </summary>
public static partial class Prose
{
    public static MarkupString Of(string text)
    {
        var html = new StringBuilder();
        string? list = null;
        var paragraph = new List<string>();
        var code = (List<string>?)null;

        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                Flush();
                if (code is null) code = [];
                else { Code(); }
                continue;
            }
            if (code is not null) { code.Add(line); continue; }

            var bullet = Bullet().Match(line);
            var heading = Heading().Match(line);
            if (bullet.Success)
            {
                FlushParagraph();
                var kind = char.IsDigit(bullet.Groups[1].Value[0]) ? "ol" : "ul";
                if (list != kind) { EndList(); html.Append('<').Append(kind).Append('>'); list = kind; }
                html.Append("<li>").Append(Inline(bullet.Groups[2].Value)).Append("</li>");
            }
            else if (heading.Success)
            {
                Flush();
                // The page has the one h1.
                var level = Math.Clamp(heading.Groups[1].Length, 2, 4);
                html.Append("<h").Append(level).Append('>').Append(Inline(heading.Groups[2].Value)).Append("</h").Append(level).Append('>');
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                FlushParagraph();
                EndList();
            }
            else
            {
                EndList();
                paragraph.Add(line.Trim());
            }
        }
        if (code is not null) Code();
        Flush();
        return new MarkupString(html.ToString());

        void Code()
        {
            html.Append("<pre><code>").Append(HtmlEncoder.Default.Encode(string.Join('\n', code!))).Append("</code></pre>");
            code = null;
        }

        void Flush() { FlushParagraph(); EndList(); }

        void FlushParagraph()
        {
            if (paragraph.Count > 0) html.Append("<p>").Append(Inline(string.Join(' ', paragraph))).Append("</p>");
            paragraph.Clear();
        }

        void EndList()
        {
            if (list is not null) html.Append("</").Append(list).Append('>');
            list = null;
        }
    }

    private static string Inline(string text)
    {
        var safe = HtmlEncoder.Default.Encode(text);
        safe = CodeSpan().Replace(safe, "<code>$1</code>");
        safe = Bold().Replace(safe, "<strong>$1</strong>");
        return Link().Replace(safe, """<a href="$2" rel="noopener noreferrer">$1</a>""");
    }

    [GeneratedRegex(@"^\s*([-*]|\d+[.)])\s+(.+)$")]
    private static partial Regex Bullet();

    [GeneratedRegex(@"^(#{1,6})\s+(.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex("&#x60;([^&]+)&#x60;")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex(@"\[([^\]\[]+)\]\(((?:https?://|mailto:|/)[^\s()<>""']+)\)")]
    private static partial Regex Link();
}
