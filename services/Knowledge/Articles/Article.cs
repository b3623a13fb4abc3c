using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Articles;

/// <summary>Where an article stands: not yet for readers, for readers, or taken from them.</summary>
[JsonConverter(typeof(Word<ArticleState>))]
internal enum ArticleState { Draft, Published, Withdrawn }

/// <summary>Who may read an article.</summary>
[JsonConverter(typeof(Word<Audience>))]
internal enum Audience { Everyone, Agents }

/// <summary>What its writer decides about an article. Body is Markdown; language is <c>sv</c> or <c>en</c>.</summary>
internal sealed record ArticleText(string Title, string Body, string Language, Audience Audience, string? Category, ArticleState State);

/// <summary>
/// An article as its writers see it: the newest text. Readers see the newest published one, which a later draft leaves alone.
/// </summary>
internal sealed record Article(Guid Id, string Slug, int Version, ArticleText Text, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public static Article Write(Guid id, string slug, ArticleText text, DateTimeOffset now, string by)
        => text.State == ArticleState.Withdrawn
            ? throw new RuleBrokenException("article.neverPublished", "A new article is a draft or published; there is nothing to withdraw yet.")
            : new Article(id, slug, 1, text, now, now, by);

    /// <summary>The slug stays when the title changes, so that links to the article hold.</summary>
    public Article Revise(ArticleText text, DateTimeOffset now, string by)
        => text.Language != Text.Language
            ? throw new RuleBrokenException("article.languageIsFixed", "An article keeps its language. Write another one in the other language.")
            : this with { Version = Version + 1, Text = text, UpdatedAt = now, UpdatedBy = by };

    /// <summary>What goes in the address of an article: its title in small ASCII letters.</summary>
    public static string SlugOf(string title)
    {
        var slug = new StringBuilder();
        foreach (var letter in title.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(letter);
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == 80)
                break;
        }
        var text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "article";
    }
}
