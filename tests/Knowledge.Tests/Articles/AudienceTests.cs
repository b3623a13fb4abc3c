using Desk.Knowledge.Articles;

namespace Desk.Knowledge.Tests.Articles;

public class AudienceTests
{
    private static readonly Guid Nordvik = Guid.CreateVersion7();
    private static readonly string[] All = ["everyone", "agents", "team:network", "team:workplace", $"organisation:{Nordvik}", $"organisation:{Guid.CreateVersion7()}"];

    [Fact]
    public void Each_reads_what_they_are_of_and_no_more()
    {
        Assert.Equal([0], Read(Readership.Public));
        Assert.Equal([0], Read(Readership.OfRequester(null)));
        Assert.Equal([0, 4], Read(Readership.OfRequester(Nordvik)));
        Assert.Equal([0, 1, 4, 5], Read(Readership.OfAgent([], isLead: false)));
        Assert.Equal([0, 1, 2, 4, 5], Read(Readership.OfAgent(["network"], isLead: false)));
        Assert.Equal([0, 1, 2, 3, 4, 5], Read(Readership.OfAgent([], isLead: true)));

        static IEnumerable<int> Read(Readership readership) => Enumerable.Range(0, All.Length).Where(i => readership.Allows(All[i]));
    }

    [Theory]
    [InlineData("everyone"), InlineData("agents"), InlineData("team:service-desk"), InlineData("organisation:0199d000-0000-7000-8000-000000000001")]
    public void An_audience_is_one_word(string word) => Assert.Equal(word, Audience.TryParse(word)!.Value.Word);

    [Theory]
    [InlineData(null), InlineData(""), InlineData("Everyone"), InlineData("team:"), InlineData("team:%"), InlineData("organisation:nordvik"), InlineData("agents,everyone")]
    public void What_is_no_audience_is_refused(string? word) => Assert.Null(Audience.TryParse(word));

    [Fact]
    public void An_article_covers_another_when_all_who_read_that_read_it()
    {
        var covered = All.Select(one => string.Concat(All.Select(other => Audience.Parse(one).Covers(Audience.Parse(other)) ? '1' : '0')));
        Assert.Equal(["111111", "011100", "001000", "000100", "011110", "011101"], covered);
    }
}
