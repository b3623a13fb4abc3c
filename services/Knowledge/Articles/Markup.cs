using System.Text;
using Desk.Knowledge.Guides;
using Markdig;
using Markdig.Extensions.CustomContainers;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Desk.Knowledge.Articles;

/// <summary>
/// Markdown as HTML that is safe to show: no raw HTML, no script in a link, no picture from elsewhere (it would tell a stranger who reads).
/// A part between <c>:::tell</c> and <c>:::</c> is what the first line may tell, between <c>:::pass team</c> and <c>:::</c> what is passed on:
/// both are for agents alone, whoever the article is for.
/// </summary>
internal static class Markup
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseCustomContainers().UsePreciseSourceLocation().Build();

    /// <summary>What readers see: without the parts that are for agents.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="article">Whose files it may show; none when left out.</param>
    public static string ToHtml(string markdown, Guid? article = null)
        => Guide.Parse(markdown) is { } guide ? GuidePage.Html(guide, part => ToHtml(part, article)) : Html(Parse(markdown, forAgents: false), article);

    /// <summary>What agents see: the parts for them are set apart, with a heading in the article's language.</summary>
    public static string ToAgentHtml(string markdown, string language, Guid? article = null)
    {
        if (Guide.Parse(markdown) is { } guide)
            return GuidePage.Html(guide, part => ToAgentHtml(part, language, article));
        var document = Parse(markdown, forAgents: true);
        foreach (var part in document.Descendants<CustomContainer>().ToList())
        {
            var heading = (Kind(part), language) switch
            {
                ("tell", "sv") => "Första linjen får säga",
                ("tell", _) => "First line may tell",
                (_, "sv") => $"Lämna över till {part.Arguments?.Trim()}",
                _ => $"Pass on to {part.Arguments?.Trim()}",
            };
            part.Insert(0, new ParagraphBlock { Inline = new ContainerInline().AppendChild(new EmphasisInline { DelimiterChar = '*', DelimiterCount = 2 }.AppendChild(new LiteralInline(heading.TrimEnd()))) });
            part.SetAttributes(new HtmlAttributes { Classes = ["for-agents", Kind(part) == "tell" ? "tell" : "pass"] });
        }
        return Html(document, article);
    }

    /// <summary>The Markdown that may be sent to a requester: without the parts that are for agents.</summary>
    public static string Tellable(string markdown)
    {
        if (Guide.Parse(markdown) is { } guide)
            return Tellable(guide.Intro);
        var text = new StringBuilder(markdown);
        foreach (var part in Outermost(Markdown.Parse(markdown, Pipeline)).OrderByDescending(part => part.Span.Start))
            text.Remove(part.Span.Start, Math.Min(part.Span.Length, text.Length - part.Span.Start));
        return text.ToString().Trim();
    }

    /// <summary>Where its links lead, as they are written; those in the parts for agents too, when asked for.</summary>
    public static IEnumerable<string> LinksOf(string markdown, bool forAgents)
        => Parse(markdown, forAgents).Descendants().Select(inline => inline switch
        {
            LinkInline { IsImage: false } link => link.Url,
            AutolinkInline { IsEmail: false } link => link.Url,
            _ => null,
        }).Where(url => !string.IsNullOrEmpty(url)).OfType<string>();

    /// <summary>A part whose mark is none of ours: it would be shown to whom it was perhaps hidden from.</summary>
    public static string? UnknownMark(string markdown)
        => Markdown.Parse(markdown, Pipeline).Descendants<CustomContainer>().Select(Kind).FirstOrDefault(kind => kind is not ("tell" or "pass"));

    /// <summary>The words alone, as the search and the snippets use them: a line for each paragraph, item, and row of a table.</summary>
    public static string ToPlain(string markdown)
    {
        if (Guide.Parse(markdown) is { } guide)
            return GuidePage.Plain(guide);
        var plain = new StringBuilder();
        foreach (var block in Parse(markdown, forAgents: false).Descendants<LeafBlock>())
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

    private static MarkdownDocument Parse(string markdown, bool forAgents)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        if (!forAgents)
        {
            foreach (var part in Outermost(document).ToList())
                part.Parent!.Remove(part);
        }
        return document;
    }

    private static IEnumerable<CustomContainer> Outermost(MarkdownDocument document)
        => document.Descendants<CustomContainer>().Where(part => !Above(part).OfType<CustomContainer>().Any());

    private static IEnumerable<Block> Above(Block block)
    {
        for (var above = block.Parent; above is not null; above = above.Parent)
            yield return above;
    }

    private static string Kind(CustomContainer part) => (part.Info ?? "").ToLowerInvariant();

    private static string Html(MarkdownDocument document, Guid? article)
    {
        foreach (var link in document.Descendants<LinkInline>().Where(link => link.Url?.StartsWith(ArticleFile.Folder, StringComparison.Ordinal) is true).ToList())
            link.Url = article is { } id && ArticleFile.IsName(link.Url![ArticleFile.Folder.Length..]) ? ArticleFile.PathOf(id, link.Url[ArticleFile.Folder.Length..]) : "";
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage ? !IsOwn(link.Url) : !IsSafe(link.Url))
                link.Url = "";
        }
        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsSafe(link.Url)).ToList())
            link.ReplaceBy(new LiteralInline(link.Url));
        return document.ToHtml(Pipeline);
    }

    private static bool IsOwn(string? url) => url is ['/', not '/' and not '\\', ..];

    private static bool IsSafe(string? url) => url is ['#', ..] || IsOwn(url)
        || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "mailto" or "tel");
}
