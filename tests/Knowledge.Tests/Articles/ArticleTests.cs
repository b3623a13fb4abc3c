using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Tests.Articles;

public class ArticleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly ArticleText Text = new("Skrivare", "Text", "sv", Audience.Everyone, null, ArticleState.Draft);
    private static readonly Article Draft = Article.Write(Guid.CreateVersion7(), "skrivare", Text, Monday, "Anna Lind");

    [Fact]
    public void A_new_version_keeps_the_slug_and_counts_one_up()
    {
        var revised = Draft.Revise(Text with { Title = "Utskrifter" }, Monday.AddDays(1), "Bo Ek");
        Assert.Equal(("skrivare", 2, "Bo Ek", Monday), (revised.Slug, revised.Version, revised.UpdatedBy, revised.CreatedAt));
    }

    [Fact]
    public void An_article_keeps_its_language()
        => Assert.Equal("article.languageIsFixed", Assert.Throws<RuleBrokenException>(() => Draft.Revise(Text with { Language = "en" }, Monday, "Bo Ek")).Code);

    [Fact]
    public void What_was_never_published_is_not_withdrawn_at_birth()
        => Assert.Throws<RuleBrokenException>(() => Article.Write(Guid.CreateVersion7(), "x", Text with { State = ArticleState.Withdrawn }, Monday, "Bo Ek"));

    [Theory]
    [InlineData("Återställ lösenord – så gör du!", "aterstall-losenord-sa-gor-du")]
    [InlineData("  VPN: fel 619?", "vpn-fel-619")]
    [InlineData("日本", "article")]
    public void A_slug_is_the_title_in_plain_letters(string title, string slug) => Assert.Equal(slug, Article.SlugOf(title));
}
