using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Tests.Articles;

public class ArticleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly ArticleText Text = new("Skrivare", "Text", "sv", Audience.Everyone, null, ArticleState.Draft);
    private static readonly Writer Anna = new(Guid.CreateVersion7(), "Anna Lind", IsLead: false);
    private static readonly Writer Bo = new(Guid.CreateVersion7(), "Bo Ek", IsLead: false);
    private static readonly Writer Leif = new(Guid.CreateVersion7(), "Leif Ström", IsLead: true);
    private static readonly Article Draft = Article.Write(Guid.CreateVersion7(), "skrivare", Text, ArticlePlan.None, Monday, Anna);

    [Fact]
    public void A_new_version_keeps_the_slug_and_counts_one_up()
    {
        var revised = Draft.Revise(Text with { Title = "Utskrifter" }, ArticlePlan.None, Monday.AddDays(1), Bo);
        Assert.Equal(("skrivare", 2, "Bo Ek", Monday), (revised.Slug, revised.Version, revised.UpdatedBy, revised.CreatedAt));
    }

    [Fact]
    public void An_article_keeps_its_language()
        => Assert.Equal("article.languageIsFixed", Assert.Throws<RuleBrokenException>(() => Draft.Revise(Text with { Language = "en" }, ArticlePlan.None, Monday, Bo)).Code);

    [Fact]
    public void What_was_never_published_is_not_withdrawn_at_birth()
        => Assert.Throws<RuleBrokenException>(() => Article.Write(Guid.CreateVersion7(), "x", Text with { State = ArticleState.Withdrawn }, ArticlePlan.None, Monday, Bo));

    [Fact]
    public void Who_sent_an_article_for_review_does_not_publish_it_but_another_agent_or_a_lead_does()
    {
        var sent = Revised(Draft, ArticleState.Review, Anna);
        Assert.Equal("article.ownReview", Assert.Throws<RuleBrokenException>(() => Revised(sent, ArticleState.Published, Anna)).Code);
        Assert.Equal("article.ownReview", Assert.Throws<RuleBrokenException>(() => Revised(sent, ArticleState.Published, Anna, new(null, Monday.AddDays(1), null, null))).Code);
        Assert.Equal(ArticleState.Published, Revised(sent, ArticleState.Published, Bo).Text.State);
        Assert.Equal(ArticleState.Published, Revised(Revised(Draft, ArticleState.Review, Leif), ArticleState.Published, Leif).Text.State);
        Assert.Equal(ArticleState.Published, Revised(Revised(sent, ArticleState.Review, Bo), ArticleState.Published, Anna).Text.State);
    }

    [Fact]
    public void What_is_published_later_waits_for_its_time()
    {
        var scheduled = Revised(Draft, ArticleState.Published, Bo, new(null, Monday.AddHours(3), null, null));
        Assert.Equal(ArticleState.Scheduled, scheduled.Text.State);
        Assert.Null(scheduled.Due(isRead: false, Monday.AddHours(2)));
        var published = scheduled.Due(isRead: false, Monday.AddHours(3));
        Assert.Equal((ArticleState.Published, scheduled.Version + 1), (published!.Text.State, published.Version));
    }

    [Fact]
    public void A_published_article_expires_at_its_time_and_only_then()
    {
        var published = Revised(Draft, ArticleState.Published, Bo, new(null, null, null, Monday.AddDays(1)));
        Assert.Null(published.Due(isRead: true, Monday.AddHours(23)));
        Assert.Equal(ArticleState.Expired, published.Due(isRead: true, Monday.AddDays(1))!.Text.State);
        Assert.Null(published.Due(isRead: false, Monday.AddDays(1)));
        Assert.Equal("article.expiresByItself", Assert.Throws<RuleBrokenException>(() => Revised(published, ArticleState.Expired, Bo)).Code);
    }

    [Fact]
    public void An_article_does_not_expire_before_it_is_published()
        => Assert.Equal("article.expiresBefore", Assert.Throws<RuleBrokenException>(
            () => Revised(Draft, ArticleState.Published, Bo, new(null, Monday.AddDays(2), null, Monday.AddDays(1)))).Code);

    private static Article Revised(Article article, ArticleState state, Writer by, ArticlePlan? plan = null)
        => article.Revise(Text with { State = state }, plan ?? ArticlePlan.None, Monday, by);

    [Theory]
    [InlineData("Återställ lösenord – så gör du!", "aterstall-losenord-sa-gor-du")]
    [InlineData("  VPN: fel 619?", "vpn-fel-619")]
    [InlineData("日本", "article")]
    public void A_slug_is_the_title_in_plain_letters(string title, string slug) => Assert.Equal(slug, Article.SlugOf(title));
}
