using System.Net;
using System.Text;
using Desk.Knowledge.Articles;

namespace Desk.Knowledge.Guides;

/// <summary>A guide on one page, each step with links to those it leads to; and its words, to search by.</summary>
internal static class GuidePage
{
    public static string Html(Guide guide, Func<string, string> render)
    {
        var html = new StringBuilder(render(guide.Intro));
        foreach (var step in guide.Steps)
        {
            html.Append("<section id=\"step-").Append(step.Key).Append("\"><h2>").Append(WebUtility.HtmlEncode(step.Title)).Append("</h2>").Append(render(step.Body));
            if (step.Answers.Count > 0)
            {
                html.Append("<ul>");
                foreach (var answer in step.Answers)
                    html.Append("<li><a href=\"#step-").Append(answer.To).Append("\">").Append(WebUtility.HtmlEncode(answer.Text)).Append("</a></li>");
                html.Append("</ul>");
            }
            html.Append("</section>\n");
        }
        return html.ToString();
    }

    public static string Plain(Guide guide)
        => string.Join('\n', guide.Steps.SelectMany(step => new[] { step.Title, Markup.ToPlain(step.Body) }.Concat(step.Answers.Select(answer => answer.Text)))
            .Prepend(Markup.ToPlain(guide.Intro)).Where(part => part.Length > 0));
}
