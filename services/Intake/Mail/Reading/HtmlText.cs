using System.Net;
using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>
/// HTML to the text a reader would see, in one pass without a tree: a mail may nest a hundred thousand elements, and the way in must not
/// care. Quotes keep their mark (<c>&gt;</c>) so that folding works the same on both kinds of mail. What is shown as HTML goes through
/// <see cref="Mail.SafeHtml"/> instead.
/// </summary>
internal static class HtmlText
{
    private const int DeepestQuote = 20;

    public static string From(string html)
    {
        var text = new Lines(html.Length / 2);
        int position = 0, quote = 0;
        var pre = 0;
        string? link = null;
        var linkStart = 0;
        while (position < html.Length)
        {
            var tag = html.IndexOf('<', position);
            if (tag < 0) tag = html.Length;
            if (tag > position)
                text.Write(WebUtility.HtmlDecode(html[position..tag]), pre > 0);
            if (tag >= html.Length)
                break;
            if (string.CompareOrdinal(html, tag, "<!--", 0, 4) == 0)
            {
                // Conditional comments of Outlook hold markup for Outlook alone: they go, whole.
                var end = html.IndexOf("-->", tag + 4, StringComparison.Ordinal);
                position = end < 0 ? html.Length : end + 3;
                continue;
            }
            if (tag + 1 < html.Length && !(char.IsAsciiLetter(html[tag + 1]) || html[tag + 1] is '/' or '!' or '?'))
            {
                text.Write("<", pre > 0);
                position = tag + 1;
                continue;
            }
            var close = EndOfTag(html, tag + 1);
            var closing = tag + 1 < html.Length && html[tag + 1] == '/';
            var nameStart = tag + (closing ? 2 : 1);
            var nameEnd = nameStart;
            while (nameEnd < close && (char.IsAsciiLetterOrDigit(html[nameEnd]) || html[nameEnd] is ':' or '-'))
                nameEnd++;
            var name = html[nameStart..nameEnd].ToLowerInvariant();
            position = Math.Min(close + 1, html.Length);
            switch (name)
            {
                case "script" or "style" or "head" or "title" or "noscript" or "template" or "svg" or "math" when !closing:
                    if (name != "head" && html.AsSpan(Math.Max(tag, close - 1), Math.Min(1, html.Length - Math.Max(tag, close - 1))) is not "/")
                        position = AfterEnd(html, position, name);
                    break;
                case "br":
                    text.Break();
                    break;
                case "hr":
                    text.Break();
                    text.Write("---", true);
                    text.Break();
                    break;
                case "p" or "ul" or "ol" or "table" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "dl" or "fieldset":
                    text.Paragraph();
                    break;
                case "div" or "tr" or "section" or "article" or "header" or "footer" or "dt" or "dd" or "center" or "form" or "body" or "address":
                    text.FreshLine();
                    break;
                case "li":
                    text.FreshLine();
                    if (!closing) text.Write("- ", true);
                    break;
                case "td" or "th" when closing:
                    text.Write(" ", false);
                    break;
                case "pre" or "textarea":
                    text.FreshLine();
                    pre = Math.Max(0, pre + (closing ? -1 : 1));
                    break;
                case "blockquote":
                    text.Paragraph();
                    quote = Math.Clamp(quote + (closing ? -1 : 1), 0, 1_000_000);
                    text.Quote = Math.Min(quote, DeepestQuote);
                    break;
                case "img" when !closing:
                    if (Attribute(html, nameEnd, close, "alt") is { Length: > 0 and < 100 } alt)
                        text.Write($"[{alt}]", false);
                    break;
                case "a" when !closing:
                    link = Attribute(html, nameEnd, close, "href");
                    linkStart = text.Length;
                    break;
                case "a" when link is not null:
                    var shown = text.Since(linkStart).Trim();
                    if (link.StartsWith("http", StringComparison.OrdinalIgnoreCase) && link.Length < 500 && shown.Length > 0
                        && !link.Contains(shown, StringComparison.OrdinalIgnoreCase) && !shown.Contains(link, StringComparison.OrdinalIgnoreCase))
                    {
                        text.Write($" <{link}>", false);
                    }
                    link = null;
                    break;
            }
        }
        return text.ToString();
    }

    private static int EndOfTag(string html, int position)
    {
        // A quote hides a closing bracket only if it is closed itself within a sane distance.
        for (var i = position; i < html.Length; i++)
        {
            if (html[i] == '>')
                return i;
            if (html[i] is '"' or '\'' && i > 0 && html[i - 1] == '=')
            {
                var end = html.IndexOf(html[i], i + 1, Math.Min(html.Length - i - 1, 20_000));
                if (end > 0) i = end;
            }
        }
        return html.Length;
    }

    private static int AfterEnd(string html, int position, string name)
    {
        var end = html.IndexOf("</" + name, position, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
            return html.Length;
        var close = html.IndexOf('>', end);
        return close < 0 ? html.Length : close + 1;
    }

    private static string? Attribute(string html, int start, int end, string name)
    {
        var tag = html.AsSpan(start, Math.Max(0, Math.Min(end, html.Length) - start));
        var at = tag.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var rest = tag[(at + name.Length)..].TrimStart();
        if (rest.IsEmpty || rest[0] != '=')
            return null;
        rest = rest[1..].TrimStart();
        if (rest.IsEmpty)
            return null;
        var value = rest[0] is '"' or '\''
            ? rest[1..] is var inner && inner.IndexOf(rest[0]) is >= 0 and var quote ? inner[..quote] : rest[1..]
            : rest.IndexOfAny(' ', '\t', '\n') is >= 0 and var space ? rest[..space] : rest;
        return Storable.Line(WebUtility.HtmlDecode(value.ToString()));
    }

    private sealed class Lines(int capacity)
    {
        private readonly StringBuilder _text = new(Math.Max(16, capacity));
        private bool _lineIsEmpty = true;
        private int _emptyLines = 1;
        private bool _space;

        public int Quote { get; set; }

        public int Length => _text.Length;

        public string Since(int start) => _text.ToString(Math.Min(start, _text.Length), Math.Min(Math.Max(0, _text.Length - start), 1_000));

        public void Write(string text, bool asIs)
        {
            foreach (var c in text)
            {
                if (asIs && c == '\n')
                {
                    Break();
                    continue;
                }
                if (c is '\u200B' or '\u200C' or '\uFEFF' or '\u00AD')
                    continue;
                if (char.IsWhiteSpace(c) && !(asIs && c is ' ' or '\t' && asIs))
                {
                    _space = true;
                    continue;
                }
                if (_lineIsEmpty)
                {
                    for (var i = 0; i < Quote; i++)
                        _text.Append('>');
                    if (Quote > 0)
                        _text.Append(' ');
                    _lineIsEmpty = false;
                    _emptyLines = 0;
                    _space = false;
                }
                if (_space)
                    _text.Append(' ');
                _space = false;
                _text.Append(c);
            }
        }

        public void Break()
        {
            if (_lineIsEmpty && _emptyLines >= 2)
                return;
            if (_lineIsEmpty)
                _emptyLines++;
            _text.Append('\n');
            _lineIsEmpty = true;
            _space = false;
        }

        public void FreshLine()
        {
            if (!_lineIsEmpty)
                Break();
        }

        public void Paragraph()
        {
            FreshLine();
            if (_emptyLines == 0)
                Break();
        }

        public override string ToString() => _text.ToString().Trim('\n', ' ');
    }
}
