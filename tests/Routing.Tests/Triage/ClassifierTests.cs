using Desk.Routing.Triage;

namespace Desk.Routing.Tests.Triage;

public sealed class ClassifierTests
{
    private static readonly Lazy<Classifier> Starter = new(() => Classifier.Learn(StarterHistory.Lessons));

    [Theory]
    [InlineData("Jag kommer inte ihåg mitt lösenord", "account.password")]
    [InlineData("I forgot the password to my account", "account.password")]
    [InlineData("Skrivaren på plan 3 har papperstrassel", "printer")]
    [InlineData("The printer has run out of toner", "printer")]
    [InlineData("Trådlösa nätverket i mötesrummet funkar inte", "network.wifi")]
    [InlineData("VPN kopplar ner när jag jobbar hemifrån", "network.vpn")]
    [InlineData("I received a phishing mail and clicked the link", "security")]
    [InlineData("Excel kraschar när jag öppnar kalkylarket", "software.office")]
    [InlineData("Behöver installera ett program på datorn", "software.install")]
    public void The_starter_history_sorts_everyday_tickets(string text, string category)
        => Assert.Equal(category, Starter.Value.Guess(text)!.Value.Category);

    [Fact]
    public void The_starter_history_covers_every_category_in_both_languages()
        => Assert.All(StarterHistory.Lessons.GroupBy(lesson => lesson.Label), category => Assert.InRange(category.Count(), 10, 30));

    [Fact]
    public void One_more_lesson_teaches_a_new_word()
    {
        var classifier = Classifier.Learn(StarterHistory.Lessons);
        for (var i = 0; i < 3; i++)
            classifier.Learn(new Lesson("Fjärrkontrollen till Zebrafinken är borta", "phone"));

        Assert.Equal("phone", classifier.Guess("Zebrafinken svarar inte")!.Value.Category);
    }

    [Fact]
    public void A_label_that_is_new_can_be_learned_later()
    {
        var classifier = Classifier.Learn([new("a b c", "one"), new("d e f", "two")]);
        for (var i = 0; i < 5; i++)
            classifier.Learn(new Lesson("ggg hhh iii", "three"));

        Assert.Equal("three", classifier.Guess("hhh ggg")!.Value.Category);
    }

    [Fact]
    public void The_same_history_teaches_the_same()
        => Assert.Equal(Starter.Value.Rank("datorn är långsam").Select(guess => guess.Certainty), Classifier.Learn(StarterHistory.Lessons).Rank("datorn är långsam").Select(guess => guess.Certainty));

    [Fact]
    public void Certainties_add_up_to_one()
        => Assert.Equal(1, Starter.Value.Rank("något helt annat").Sum(guess => guess.Certainty), 3);

    [Fact]
    public void Nothing_to_read_gives_no_guess()
    {
        Assert.Null(Starter.Value.Guess(" \n"));
        Assert.Null(Classifier.Learn([]).Guess("lösenord"));
    }
}
