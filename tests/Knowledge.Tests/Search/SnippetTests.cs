using Desk.Knowledge.Search;

namespace Desk.Knowledge.Tests.Search;

public class SnippetTests
{
    private const string Text = "Alla skrivare delar en kö. Du hämtar utskriften med kortet. Toner står i skåpet bredvid. Papperskvadd: följ bilderna på skärmen.";

    private static AskedWords Asked(string question) => new(Analysis.OfQuestion(question, _ => false));

    [Fact]
    public void The_snippet_begins_where_the_question_is_answered() => Assert.StartsWith("Toner står i skåpet", Snippet.Of(Text, Asked("var finns toner")).Text);

    [Fact]
    public void When_no_word_is_met_the_opening_is_shown() => Assert.StartsWith("Alla skrivare", Snippet.Of(Text, Asked("xyzzy")).Text);

    [Fact]
    public void A_long_text_is_cut_at_a_word()
    {
        var opening = Snippet.Opening(string.Concat(Enumerable.Repeat("ordet ", 100)));
        Assert.EndsWith("ordet …", opening);
        Assert.InRange(opening.Length, 100, 222);
    }
}
