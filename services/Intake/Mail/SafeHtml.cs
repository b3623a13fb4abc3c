using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Desk.Intake.Mail;

/// <summary>
/// HTML from outside, made safe to show: only elements, attributes and style properties that are known to be harmless are left, everything
/// else goes. It is shown in a sandboxed frame under a policy of its own all the same: two locks, not one.
/// </summary>
/// <remarks>
/// Pictures are not loaded by themselves: the address of a remote one is kept in <c>data-remote</c>, the content id of one that came with the mail
/// in <c>data-cid</c>; whoever shows the message decides.
/// </remarks>
internal static partial class SafeHtml
{
    /// <summary>More than this is shown as text: a tree of it would cost too much.</summary>
    public const int LongestHtml = 1_000_000;

    private const int DeepestNesting = 300;
    private const int MostTags = 50_000;

    private static readonly HashSet<string> Elements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "address", "article", "b", "bdi", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del",
        "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i",
        "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub",
        "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
    };

    /// <summary>Goes with all it holds; what is neither here nor above goes and leaves its content.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "head", "title", "meta", "link", "base", "object", "embed", "applet", "iframe", "frame", "frameset", "noframes", "noscript",
        "template", "svg", "math", "audio", "video", "source", "track", "canvas", "map", "area", "input", "textarea", "select", "option", "button",
        "portal", "dialog", "slot", "xml", "plaintext", "xmp", "noembed", "listing", "comment",
    };

    private static readonly HashSet<string> Attributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "abbr", "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "color", "cols", "colspan", "datetime", "dir", "face", "headers",
        "height", "hspace", "lang", "nowrap", "open", "reversed", "rowspan", "rules", "scope", "size", "span", "start", "summary", "title", "type",
        "valign", "vspace", "width",
    };

    private static readonly HashSet<string> Properties = new(StringComparer.OrdinalIgnoreCase)
    {
        "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius", "border-right",
        "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display", "font", "font-family", "font-size",
        "font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom",
        "margin-left", "margin-right", "margin-top", "max-width", "min-width", "padding", "padding-bottom", "padding-left", "padding-right",
        "padding-top", "table-layout", "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width",
        "word-break", "word-wrap", "overflow-wrap",
    };

    private static readonly HashSet<string> DisplayValues = new(StringComparer.OrdinalIgnoreCase)
    { "block", "inline", "inline-block", "table", "table-row", "table-cell", "list-item", "none" };

    /// <summary>The safe form; null when there is none to make, or when it is too large or too deep to be shown as anything but text.</summary>
    public static string? Make(string? html)
    {
        if (string.IsNullOrWhiteSpace(html) || html.Length > LongestHtml || IsTooWild(html))
            return null;
        using var document = new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocument(html);
        return document.Body is { } body ? Clean(body) : null;
    }

    private static string Clean(IElement body)
    {
        // A list, not recursion: what comes from outside does not decide how deep the stack goes.
        var unknown = new List<IElement>();
        foreach (var element in body.QuerySelectorAll("*").ToList())
        {
            var name = element.LocalName;
            if (Dropped.Contains(name) || element.NamespaceUri != NamespaceNames.HtmlUri)
                element.Remove();
            else if (!Elements.Contains(name))
                unknown.Add(element);
            else
                CleanAttributes(element);
        }
        foreach (var element in unknown)
        {
            if (element.Parent is not null)
                element.Replace([.. element.ChildNodes]);
        }
        foreach (var comment in body.Descendants<IComment>().ToList())
            comment.Remove();
        return PlainText.Clean(body.InnerHtml);
    }

    /// <summary>Reads what is of use, takes away all that is not known, and then writes: nothing the sender wrote stands in the place of what we set.</summary>
    private static void CleanAttributes(IElement element)
    {
        var (href, style, source) = (element.GetAttribute("href"), element.GetAttribute("style"), element.GetAttribute("src"));
        foreach (var attribute in element.Attributes.ToList())
        {
            if (attribute.NamespaceUri is not null || !Attributes.Contains(attribute.Name))
                element.RemoveAttribute(attribute.NamespaceUri, attribute.LocalName);
        }
        if (element.LocalName == "a" && href is not null && Link(href) is { } link)
        {
            element.SetAttribute("href", link);
            element.SetAttribute("rel", "noopener noreferrer nofollow");
            element.SetAttribute("target", "_blank");
        }
        if (style is not null && Style(style) is { Length: > 0 } known)
            element.SetAttribute("style", known);
        if (element.LocalName == "img" && source is not null)
            Picture(element, source.Trim());
    }

    private static void Picture(IElement image, string source)
    {
        if (source.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
        {
            image.SetAttribute("data-cid", source[4..]);
        }
        else if (source.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) && source.Length < 200_000
            && source[11..].Split(';', ',')[0].ToLowerInvariant() is "png" or "jpeg" or "jpg" or "gif" or "webp")
        {
            image.SetAttribute("src", source);
        }
        else if (Uri.TryCreate(source, UriKind.Absolute, out var remote) && remote.Scheme is "http" or "https")
        {
            image.SetAttribute("data-remote", remote.AbsoluteUri);
        }
    }

    /// <summary>Only addresses of pages, mail and telephones, as a browser reads them: white space and control characters inside are ignored there.</summary>
    private static string? Link(string value)
    {
        var clean = new string([.. value.Where(c => !char.IsControl(c) && !char.IsWhiteSpace(c))]);
        return Uri.TryCreate(clean, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto" or "tel" ? clean : null;
    }

    /// <summary>Properties of the list whose value can name no resource and hide nothing: no function, no escape, no comment.</summary>
    private static string Style(string value)
    {
        if (value.Length > 4_000)
            return "";
        var kept = new List<string>();
        foreach (var declaration in value.Split(';'))
        {
            var colon = declaration.IndexOf(':');
            if (colon <= 0)
                continue;
            var name = declaration[..colon].Trim();
            var content = declaration[(colon + 1)..].Trim();
            if (!Properties.Contains(name) || content.Length is 0 or > 200 || content.AsSpan().ContainsAny("\\<>{}@")
                || content.Contains("/*", StringComparison.Ordinal) || content.Contains("expression", StringComparison.OrdinalIgnoreCase)
                || (content.Contains('(') && !Colour().IsMatch(content)))
                continue;
            if (name.Equals("display", StringComparison.OrdinalIgnoreCase) && !DisplayValues.Contains(content))
                continue;
            kept.Add($"{name.ToLowerInvariant()}: {content}");
        }
        return string.Join("; ", kept);
    }

    // The only functions that are let through: a colour, and nothing after it.
    [GeneratedRegex(@"^(rgb|hsl)a?\([\d\s.,%/]{1,60}\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Colour();

    /// <summary>One pass over the marks, before a tree is made: how many tags and how deep, void elements and end tags left out by the writer counted as open.</summary>
    private static bool IsTooWild(string html)
    {
        int depth = 0, tags = 0;
        for (var i = html.IndexOf('<'); i >= 0 && i + 1 < html.Length; i = html.IndexOf('<', i + 1))
        {
            if (html[i + 1] == '/')
            {
                depth = Math.Max(0, depth - 1);
            }
            else if (char.IsAsciiLetter(html[i + 1]))
            {
                tags++;
                if (!IsVoid(html.AsSpan(i + 1, Math.Min(6, html.Length - i - 1))) && ++depth > DeepestNesting)
                    return true;
            }
        }
        return tags > MostTags;
    }

    /// <summary>Elements that hold nothing, and those whose end tag is commonly left out: they do not nest.</summary>
    private static bool IsVoid(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
        if (end > 0)
            tag = tag[..end];
        Span<char> lower = stackalloc char[6];
        tag.ToLowerInvariant(lower);
        return lower[..tag.Length] is "br" or "hr" or "img" or "meta" or "link" or "input" or "col" or "wbr" or "base" or "p" or "li" or "tr" or "td" or "th" or "dt" or "dd";
    }
}
