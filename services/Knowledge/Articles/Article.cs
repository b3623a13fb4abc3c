using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Articles;

/// <summary>
/// Where an article stands: being written, waiting for another reader, approved and waiting for its time, for readers, past its time, or taken
/// from its readers.
/// </summary>
[JsonConverter(typeof(Word<ArticleState>))]
internal enum ArticleState { Draft, Review, Scheduled, Published, Expired, Withdrawn }

/// <summary>What its writer decides about an article. Body is Markdown; language is <c>sv</c> or <c>en</c>.</summary>
internal sealed record ArticleText(string Title, string Body, string Language, Audience Audience, string? Category, ArticleState State);

/// <summary>Who answers for an article (an agent's e-mail), and its times: when readers get it, when it is read again, when they lose it.</summary>
internal sealed record ArticlePlan(string? Owner, DateTimeOffset? PublishAt, DateTimeOffset? ReviewAt, DateTimeOffset? ExpiresAt)
{
    public static readonly ArticlePlan None = new(null, null, null, null);
}

/// <summary>Who writes. A lead may do alone what otherwise takes two.</summary>
internal sealed record Writer(Guid Id, string Name, bool IsLead)
{
    /// <summary>The desk itself.</summary>
    public static readonly Writer Desk = new(Guid.Empty, "Desk", true);
}

/// <summary>
/// An article as its writers see it: the newest text. Readers see the newest published one, which a later draft leaves alone.
/// </summary>
internal sealed record Article(
    Guid Id, string Slug, int Version, ArticleText Text, ArticlePlan Plan, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string UpdatedBy, Guid UpdatedById,
    TranslationOf? Translates = null)
{
    public static Article Write(Guid id, string slug, ArticleText text, ArticlePlan plan, DateTimeOffset now, Writer by)
        => text.State is ArticleState.Withdrawn or ArticleState.Expired
            ? throw new RuleBrokenException("article.neverPublished", Phrase.Of("En ny artikel är ett utkast, på granskning eller publicerad; det finns inget att ta bort än.", "A new article is a draft, in review or published; there is nothing to take away yet."))
            : new Article(id, slug, 1, text with { State = StateOf(text.State, plan, now) }, plan, now, now, by.Name, by.Id);

    /// <summary>A new version. Who sent it for review does not publish it; another agent does, or a lead.</summary>
    public Article Revise(ArticleText text, ArticlePlan plan, DateTimeOffset now, Writer by)
    {
        if (text.Language != Text.Language)
            throw new RuleBrokenException("article.languageIsFixed", Phrase.Of("En artikel behåller sitt språk. Skriv en ny på det andra språket.", "An article keeps its language. Write another one in the other language."));
        if (text.State == ArticleState.Expired && Text.State != ArticleState.Expired)
            throw new RuleBrokenException("article.expiresByItself", Phrase.Of("En artikel går ut när dess tid kommer. Dra tillbaka den för att ta bort den nu.", "An article expires when its time comes. Withdraw it to take it away now."));
        var state = StateOf(text.State, plan, now);
        if (Text.State == ArticleState.Review && state is ArticleState.Published or ArticleState.Scheduled && by.Id == UpdatedById && !by.IsLead)
            throw new RuleBrokenException("article.ownReview", Phrase.Of("Den som skickade en artikel på granskning publicerar den inte. Det gör en annan handläggare, eller en gruppledare.", "Who sent an article for review does not publish it. Another agent does, or a lead."));
        return this with { Version = Version + 1, Text = text with { State = state }, Plan = plan, UpdatedAt = now, UpdatedBy = by.Name, UpdatedById = by.Id };
    }

    /// <summary>What its times ask for now: published, expired, or nothing.</summary>
    /// <param name="isRead">Whether readers have a version of it.</param>
    /// <param name="now">The time.</param>
    public Article? Due(bool isRead, DateTimeOffset now) => this switch
    {
        { Text.State: ArticleState.Scheduled, Plan.PublishAt: { } at } when at <= now => As(ArticleState.Published),
        { Plan.ExpiresAt: { } at } when at <= now && isRead => As(ArticleState.Expired),
        _ => null,
    };

    private Article As(ArticleState state) => this with { Version = Version + 1, Text = Text with { State = state }, UpdatedAt = Time(state), UpdatedBy = Writer.Desk.Name, UpdatedById = Writer.Desk.Id };

    private DateTimeOffset Time(ArticleState state) => (state == ArticleState.Published ? Plan.PublishAt : Plan.ExpiresAt)!.Value;

    /// <summary>Published later is approved now. Published when its time has run out is refused: nobody would ever read it.</summary>
    private static ArticleState StateOf(ArticleState wanted, ArticlePlan plan, DateTimeOffset now)
    {
        if (wanted is not (ArticleState.Published or ArticleState.Scheduled))
            return wanted;
        if (plan.ExpiresAt is { } end && (end <= now || end <= plan.PublishAt))
            throw new RuleBrokenException("article.expiresBefore", Phrase.Of("En artikel kan inte gå ut innan den publiceras. Ändra tiderna.", "An article cannot expire before it is published. Change its times."));
        return plan.PublishAt > now ? ArticleState.Scheduled : ArticleState.Published;
    }

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
