using Desk.Knowledge.Search;

namespace Desk.Knowledge.Tests.Search;

public class AnalysisTests
{
    private static bool NothingKnown(string term) => false;

    private static HashSet<string> Asked(string question, bool typing = false) => [.. Analysis.OfQuestion(question, NothingKnown, typing).Select(term => term.Text)];

    [Fact]
    public void A_compound_shares_runs_with_its_parts()
        => Assert.Superset(
            new HashSet<string> { "#_skr", "#skri", "#kriv", "#inst", "#nsta", "#stal" },
            Asked("skrivarinstallation").Intersect(Asked("installera skrivare")).ToHashSet());

    [Fact]
    public void Letters_with_and_without_dots_are_the_same_run() => Assert.Superset(Runs("losenord"), Runs("lösenord"));

    [Fact]
    public void While_typing_the_last_word_is_not_taken_as_finished()
    {
        Assert.Contains("#riv_", Asked("skriv"));
        Assert.DoesNotContain("#riv_", Asked("skriv", typing: true));
    }

    [Fact]
    public void Words_of_courtesy_and_grammar_ask_for_little_and_alone_for_nothing_unless_they_are_a_question()
    {
        var asked = Weights("Hej! Kan du hjälpa mig, tack?");
        Assert.All(asked.Where(term => !Asked("hjälpa").Contains(term.Key)), term => Assert.InRange(term.Value, 0.01f, 0.2f));
        Assert.NotEmpty(Asked("Hur går det till?"));
        Assert.Empty(Asked("Hej, kan du"));
    }

    [Fact]
    public void What_is_told_before_the_question_asks_for_less_than_the_question()
    {
        var asked = Weights("Jag har bytt dator. Hur ansluter jag skrivaren?");
        Assert.Equal(1, asked["s:skriv"]);
        Assert.Equal(0.4f, asked[Computer]);
        Assert.Equal(1, Weights("Jag har bytt dator. Skrivaren är borta.")[Computer]);
        Assert.Equal(1, Weights("Jag har bytt dator. Vad gör jag?")[Computer]);
        Assert.Equal(1, Weights("Fungerar den? Jag har bytt dator nu", typing: true)[Computer]);
    }

    [Fact]
    public void An_article_that_answers_such_a_question_is_asked_for()
    {
        Assert.Contains("?whether", Asked("Måste jag byta lösenord?"));
        Assert.Contains("?whether", Told("Nej, det behövs inte."));
        Assert.DoesNotContain("?whether", Told("Byt det, nej, vänta."));
        Assert.Contains("?time", Asked("När är det stängt?"));

        var (once, often) = (TimeToldBy("Kontot låses upp efter en timme och 30 minuter."), TimeToldBy("Den 3 mars 2026, om två veckor, i tre dagar."));
        Assert.True(once < often && often < 2, $"{once}, {often}");

        static HashSet<string> Told(string text) => [.. Analysis.OfArticle("", text, "sv").Select(term => term.Text)];
        static float TimeToldBy(string text) => Analysis.OfArticle("", text, "sv").Single(term => term.Text == "?time").Weight;
    }

    private static readonly string Computer = Analysis.SwedishTerm("dator");

    private static Dictionary<string, float> Weights(string question, bool typing = false)
        => Analysis.OfQuestion(question, NothingKnown, typing).ToDictionary(term => term.Text, term => term.Weight);

    [Theory]
    [InlineData("Wi-Fi och e-post", "wi fi wifi och e post epost")]
    [InlineData("fel 0x80070005!", "fel 0x80070005")]
    [InlineData("", "")]
    [InlineData("-- -", "")]
    public void Words_are_letters_and_digits_and_short_hyphenated_ones_are_joined(string text, string words)
        => Assert.Equal(words, string.Join(' ', Analysis.Words(text)));

    [Fact]
    public void A_word_in_the_title_weighs_more_than_in_the_text()
    {
        var article = Analysis.OfArticle("Skrivare", "Beställ toner till apparaten.", "sv");
        Assert.True(Weight("s:skriv") > Weight("s:ton"));

        float Weight(string term) => article.Single(t => t.Text == term).Weight;
    }

    [Fact]
    public void The_subject_of_a_ticket_counts_twice_its_text()
    {
        var terms = Analysis.OfTicket("skrivare", "toner", NothingKnown).ToDictionary(term => term.Text, term => term.Weight);
        Assert.Equal(2, terms["s:skriv"]);
        Assert.Equal(1, terms["s:ton"]);
    }

    [Theory]
    [InlineData("skrivarinstallation", "s:skriv s:installer")]
    [InlineData("lösenordsbyte", "s:lösenord s:byt")]
    [InlineData("kontorsnätverket", "s:kontor s:nätverk")]
    [InlineData("skrivare", "")]
    [InlineData("installation", "")]
    [InlineData("projektorinstallation", "")]
    public void A_compound_is_taken_apart_into_words_that_articles_have(string word, string parts)
    {
        var known = new HashSet<string> { "s:skriv", "s:installer", "s:lösenord", "s:byt", "s:kontor", "s:nätverk" };
        Assert.Equal(parts, string.Join(' ', Compounds.Parts(word, known.Contains)));
    }

    private static HashSet<string> Runs(string word) => [.. Asked(word).Where(term => term[0] == '#')];
}
