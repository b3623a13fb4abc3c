using Desk.Knowledge.Gaps;

namespace Desk.Knowledge.Tests.Gaps;

public class GapRuleTests
{
    private static readonly Guid Gap = Guid.CreateVersion7();

    [Fact]
    public void Three_that_ask_the_same_and_found_no_article_are_a_gap()
    {
        var (joins, founds) = GapRule.Decide([One(), One()]);
        Assert.Null(joins);
        Assert.Equal(2, founds.Count);
    }

    [Fact]
    public void Two_may_be_chance() => Assert.Equal((null, 0), Of(GapRule.Decide([One()])));

    [Fact]
    public void What_an_article_answered_is_no_gap() => Assert.Equal((null, 0), Of(GapRule.Decide([One(unanswered: false), One(unanswered: false), One()])));

    [Fact]
    public void One_more_of_a_gap_joins_it() => Assert.Equal((Gap, 0), Of(GapRule.Decide([One(Gap), One(Gap), One(), One()])));

    [Fact]
    public void One_neighbour_in_a_gap_is_not_enough_to_join_it() => Assert.Equal((null, 0), Of(GapRule.Decide([One(Gap)])));

    [Fact]
    public void A_gap_is_named_by_what_its_tickets_share()
        => Assert.Equal("plottern jupiter", GapRule.SharedWords(["Plottern Jupiter ritar dubbelt\nMvh\nRut", "Jupiter\nPlottern låter", "Plottern Jupiter\nbläck"]));

    [Theory]
    [InlineData("Hur byter jag bakgrund i Zoomia?", "bakgrund byta zoomia", true)]
    [InlineData("hej", null, false)]
    [InlineData("Byta rut.hansson@nordvik.example 0701234567", "byta", true)]
    public void A_search_is_kept_as_its_telling_words_without_addresses_and_numbers(string asked, string? words, bool kept)
    {
        var key = FailedSearches.KeyOf(asked, "sv");
        Assert.Equal(kept, key is not null);
        if (words is not null)
            Assert.Equal(FailedSearches.KeyOf(words, "sv"), key);
    }

    [Theory]
    [InlineData("skrivaren trasslar", true)]
    [InlineData("skrivaren zoomia bakgrund", false)]
    public void An_article_answers_when_it_has_half_of_what_was_asked(string asked, bool answers)
        => Assert.Equal(answers, FailedSearches.Answers("Skrivare och papper som trasslar. Gör så här.", asked));

    private static Neighbour One(Guid? gap = null, bool unanswered = true) => new(Guid.CreateVersion7(), 0.5, gap, unanswered);

    private static (Guid?, int) Of((Guid? Joins, IReadOnlyList<Guid> Founds) decided) => (decided.Joins, decided.Founds.Count);
}
