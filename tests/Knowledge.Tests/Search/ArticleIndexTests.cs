using Desk.Knowledge.Search;

namespace Desk.Knowledge.Tests.Search;

public class ArticleIndexTests
{
    private static IndexedArticle Article(int no, string title, string audience = "everyone")
        => new(Guid.CreateVersion7(), no, $"article-{no}", title, $"{title}: så här gör du.", "sv", null, audience);

    private static IEnumerable<int> Found(ArticleIndex index, string question) => index.Best(index.Ask(question), _ => true, 10).Select(hit => hit.Article.No);

    [Fact]
    public void What_is_added_is_found_and_what_is_taken_away_is_not()
    {
        var index = ArticleIndex.Of([Article(1, "Skrivaren skriver inte"), Article(2, "Projektorn är mörk")]);
        var later = index.With([Article(3, "Plottern är mörk")], new HashSet<int> { 2 });
        Assert.Equal([2], Found(index, "projektorn"));
        Assert.Empty(Found(later, "projektorn"));
        Assert.Equal([3], Found(later, "plottern"));
        Assert.Equal([1], Found(later, "skrivaren"));
        Assert.Equal(2, later.Count);
    }

    [Fact]
    public void Added_one_by_one_or_all_at_once_it_ranks_the_same()
    {
        var articles = Enumerable.Range(1, 700).Select(no => Article(no, $"Skrivare {no} vid {(no % 7 == 0 ? "lasarettet" : "rådhuset")}")).ToList();
        var grown = articles.Chunk(90).Aggregate(ArticleIndex.Empty, (index, some) => index.With(some, new HashSet<int>()));
        grown = grown.With([], new HashSet<int> { 7 });
        var whole = ArticleIndex.Of([.. articles.Where(article => article.No != 7)]);
        foreach (var question in new[] { "skrivare lasarettet", "skrivare 93", "skrivaren 700 vid rådhuset" })
            Assert.Equal(Found(whole, question).Take(1), Found(grown, question).Take(1));
        Assert.Equal(699, grown.Count);
    }

    [Fact]
    public void What_the_asker_may_not_read_takes_no_place_among_the_best()
    {
        var index = ArticleIndex.Of([Article(1, "Koden", "agents"), Article(2, "Koden", "agents"), Article(3, "Koden till dörren")]);
        Assert.Equal([3], index.Best(index.Ask("koden"), article => article.Audience == "everyone", 1).Select(hit => hit.Article.No));
    }

    [Theory]
    [InlineData("skrviare", "skrivare", 1)]
    [InlineData("skrivae", "skrivare", 1)]
    [InlineData("skrivarre", "skrivare", 1)]
    [InlineData("skrvarre", "skrivare", 2)]
    [InlineData("skrivare", "skrivare", 0)]
    [InlineData("skiva", "skrivare", null)]
    public void Letters_wrong_are_counted(string one, string other, int? edits) => Assert.Equal(edits, Spelling.Edits(one, other, 2));
}
