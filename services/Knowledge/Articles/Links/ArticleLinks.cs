using System.Text.RegularExpressions;

namespace Desk.Knowledge.Articles.Links;

/// <summary>A link of an article, as it is written; Slug when it leads to an article of this desk. ForAgents: it stands only in the parts for them.</summary>
internal sealed record ArticleLink(string Url, string? Slug, bool ForAgents)
{
    /// <summary>Leads to a page elsewhere.</summary>
    public bool IsElsewhere => Slug is null;
}

/// <summary>Which links an article has, that can be looked at.</summary>
internal static partial class ArticleLinks
{
    private const int Most = 100;

    /// <param name="body">Its Markdown; the parts for agents too.</param>
    /// <param name="desk">The desk's own address, without a slash at its end: a link with it leads here.</param>
    public static IReadOnlyList<ArticleLink> Of(string body, string desk)
    {
        var (found, open) = (new List<ArticleLink>(), Markup.LinksOf(body, forAgents: false).ToHashSet());
        foreach (var url in Markup.LinksOf(body, forAgents: true).Distinct().Take(Most))
        {
            var path = desk.Length > 0 && url.StartsWith(desk + "/", StringComparison.OrdinalIgnoreCase) ? url[desk.Length..] : url;
            if (HelpPath().Match(path) is { Success: true } help)
                found.Add(new ArticleLink(url, help.Groups[1].Value.ToLowerInvariant(), !open.Contains(url)));
            else if (Uri.TryCreate(path, UriKind.Absolute, out var elsewhere) && elsewhere.Scheme is "http" or "https")
                found.Add(new ArticleLink(url, null, !open.Contains(url)));
        }
        return found;
    }

    [GeneratedRegex("^/help/([a-zA-Z0-9-]{1,90})(?:[/?#].*)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HelpPath();
}
