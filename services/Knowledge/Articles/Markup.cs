using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
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

    /// <summary>The words alone, as the search and the snippets use them: a line for each paragraph, item, and row of a table.</summary>
    public static string ToPlain(string markdown)
    {
        var plain = new StringBuilder();
        foreach (var block in Markdown.Parse(markdown, Pipeline).Descendants<LeafBlock>())
        {
            if (block.Inline is not null)
            {
                foreach (var inline in block.Inline.Descendants())
                {
                    _ = inline switch
                    {
                        LiteralInline literal => plain.Append(literal.Content.AsSpan()),
                        CodeInline code => plain.Append(code.Content),
                        AutolinkInline link => plain.Append(link.Url),
                        LineBreakInline => plain.Append(' '),
                        HtmlEntityInline entity => plain.Append(entity.Transcoded.AsSpan()),
                        _ => plain,
                    };
                }
            }
            else if (block is CodeBlock)
            {
                plain.Append(block.Lines.ToString());
            }
            plain.Append(block.Parent is TableCell { Parent: TableRow row } cell && row[^1] != cell ? " – " : "\n");
        }
        return plain.ToString().Trim();
    }

    private static bool IsOwn(string? url) => url is ['/', not '/' and not '\\', ..];

    private static bool IsSafe(string? url) => url is ['#', ..] || IsOwn(url)
        || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "mailto" or "tel");
}
