using Desk.Knowledge.Search;

namespace Desk.Knowledge.Tests.Search;

public class StemTests
{
    [Theory]
    [InlineData("skrivare", "skriv")]
    [InlineData("skrivaren", "skriv")]
    [InlineData("skrivarna", "skriv")]
    [InlineData("lösenordet", "lösenord")]
    [InlineData("lösenord", "lösenord")]
    [InlineData("behörigheter", "behör")]
    [InlineData("friskt", "frisk")]
    [InlineData("skyldig", "skyld")]
    [InlineData("kontorets", "kontor")]
    [InlineData("paket", "paket")]
    [InlineData("installation", "installer")]
    [InlineData("installationerna", "installer")]
    [InlineData("installerade", "installer")]
    [InlineData("station", "station")]
    [InlineData("it", "it")]
    [InlineData("delegering", "deleger")]
    [InlineData("delegeras", "deleger")]
    [InlineData("utredningen", "utred")]
    [InlineData("tidning", "tidning")]
    [InlineData("mottagare", "mott")]
    [InlineData("mottagit", "mott")]
    [InlineData("frusit", "frysa")]
    [InlineData("fryser", "frysa")]
    [InlineData("städerna", "stad")]
    public void Swedish_words_lose_their_endings(string word, string stem) => Assert.Equal(stem, SwedishStems.Of(word));

    [Theory]
    [InlineData("printing", "print")]
    [InlineData("printed", "print")]
    [InlineData("printers", "printer")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("ponies", "poni")]
    [InlineData("ties", "tie")]
    [InlineData("connection", "connect")]
    [InlineData("relational", "relat")]
    [InlineData("happiness", "happi")]
    [InlineData("gas", "gas")]
    [InlineData("a", "a")]
    public void English_words_lose_their_endings(string word, string stem) => Assert.Equal(stem, EnglishStems.Of(word));

    [Fact]
    public void Any_word_has_a_stem()
    {
        foreach (var word in new[] { "", "s", "ss", "yy", "ing", "eed", "ed", "e", "ll", "ion", "åäö", "li", "0x80070005", "ſ", "ß" })
        {
            Assert.NotNull(SwedishStems.Of(word));
            Assert.NotNull(EnglishStems.Of(word));
        }
    }
}
