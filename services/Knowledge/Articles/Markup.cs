using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Desk.Knowledge.Articles;

/// <summary>Markdown as HTML that is safe to show: no raw HTML, no script in a link, no picture from elsewhere (it would tell a stranger who reads).</summary>
internal static class Markup
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().Build();

    public static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage ? !IsOwn(link.Url) : !IsSafe(link.Url))
                link.Url = "";
        }
        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsSafe(link.Url)).ToList())
            link.ReplaceBy(new LiteralInline(link.Url));
        return document.ToHtml(Pipeline);
    }

    /// <summary>The words alone, as the search and the snippets use them.</summary>
    public static string ToPlain(string markdown) => Markdown.ToPlainText(markdown, Pipeline).Trim();

    private static bool IsOwn(string? url) => url is ['/', not '/' and not '\\', ..];

    private static bool IsSafe(string? url) => url is ['#', ..] || IsOwn(url)
        || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "mailto" or "tel");
}
