using Desk.Knowledge.Evidence;
using Desk.Knowledge.Proposals;
using Desk.Knowledge.Search;

namespace Desk.Knowledge.Tests.Evidence;

/// <summary>Each rule on some hundred made-up histories.</summary>
public class ArticleEvidenceTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    [Fact]
    public void Nothing_known_of_a_year_old_article_changes_nothing() => Assert.Equal(1, new ArticleEvidence().Factor(Year), 9);

    [Fact]
    public void Evidence_moves_a_score_within_its_bounds() => OfMany((evidence, age, _) => Assert.InRange(
        evidence.Factor(age), 1 - ArticleEvidence.MostByProof - ArticleEvidence.MostByAge, 1 + ArticleEvidence.MostByProof + ArticleEvidence.MostByAge));

    [Fact]
    public void One_more_that_came_back_never_lifts_an_article()
        => OfMany((evidence, age, _) => Assert.True((evidence with { Misled = evidence.Misled + 1 }).Factor(age) <= evidence.Factor(age)));

    [Fact]
    public void One_more_solved_never_lowers_an_article()
        => OfMany((evidence, age, _) => Assert.True((evidence with { Solved = evidence.Solved + 1 }).Factor(age) >= evidence.Factor(age)));

    [Fact]
    public void An_article_that_misleads_is_never_lifted_however_new() => OfMany((evidence, _, _) =>
    {
        if (evidence.Misleads || (evidence.Misled > 0 && evidence.Misled >= evidence.Solved))
            Assert.True(evidence.Factor(TimeSpan.Zero) <= 1);
    });

    [Fact]
    public void The_newer_of_two_equals_is_not_behind()
        => OfMany((evidence, age, random) => Assert.True(evidence.Factor(age) >= evidence.Factor(age + TimeSpan.FromDays(random.Next(1, 900)))));

    [Fact]
    public void A_clear_text_match_stays_first_whatever_was_proven() => OfMany((evidence, age, random) =>
    {
        var rival = Made(random);
        var (clear, other) = (Article(1), Article(2));
        var text = 5 + random.NextDouble() * 20;
        var chosen = Proposing.Choose(
            [new Hit(other, text, text), new Hit(clear, text * (ArticleEvidence.MostApart + 0.01), text)], null, "sv",
            article => article == clear.Id ? evidence.Factor(age) : rival.Factor(TimeSpan.FromDays(random.Next(2000))));
        Assert.Equal(clear.Id, chosen[0].Article.Id);
    });

    [Fact]
    public void Of_two_that_match_alike_the_one_that_solved_is_first()
    {
        var (solves, unknown) = (Article(1), Article(2));
        var chosen = Proposing.Choose([new Hit(unknown, 10.2, 10), new Hit(solves, 10, 10)], null, "sv", article => article == solves.Id ? new ArticleEvidence(30, 25, 20, 20, 0, 0).Factor(Year) : 1);
        Assert.Equal([solves.Id, unknown.Id], chosen.Select(choice => choice.Article.Id));
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 2, true)]
    [InlineData(5, 2, true)]
    [InlineData(50, 2, false)]
    public void It_misleads_when_a_quarter_came_back_and_two_at_least(int solved, int misled, bool misleads)
        => Assert.Equal(misleads, new ArticleEvidence(0, 0, 0, solved, misled, 0).Misleads);

    private static IndexedArticle Article(int no) => new(Guid.CreateVersion7(), no, $"a-{no}", "A", "a", "sv", null, "everyone");

    private static ArticleEvidence Made(Random random)
    {
        var (solved, misled) = (random.Next(random.Next(1, 200)), random.Next(random.Next(1, 60)));
        return new ArticleEvidence(1000, solved + misled, solved + misled, solved, misled, random.Next(500));
    }

    private static void OfMany(Action<ArticleEvidence, TimeSpan, Random> holds)
    {
        var random = new Random(305);
        for (var i = 0; i < 300; i++)
            holds(Made(random), TimeSpan.FromDays(random.NextDouble() * 2000), random);
    }
}
