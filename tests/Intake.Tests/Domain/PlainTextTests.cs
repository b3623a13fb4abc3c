using FsCheck;
using FsCheck.Fluent;

namespace Desk.Intake.Tests.Domain;

public class PlainTextTests
{
    [Fact]
    public void What_is_cleaned_is_clean() =>
        Prop.ForAll<string>(text => text is null || PlainText.IsClean(PlainText.Clean(text))).QuickCheckThrowOnFailure();

    [Fact]
    public void Clean_text_stays_as_it_is() =>
        Prop.ForAll<string>(text => text is null || !PlainText.IsClean(text) || text.Contains('\r') || PlainText.Clean(text) == text)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\u001bb")]
    [InlineData("a\u0085b")]
    public void Control_characters_are_not_clean(string text) => Assert.False(PlainText.IsClean(text));

    [Fact]
    public void Half_a_surrogate_pair_is_not_clean()
    {
        foreach (var text in new[] { "a\ud800b", "a\ud800", "a\udc00", "\udc00\ud800" })
        {
            Assert.False(PlainText.IsClean(text));
            Assert.True(PlainText.IsClean(PlainText.Clean(text)));
        }
    }

    [Fact]
    public void Line_ends_become_one_kind() => Assert.Equal("a\nb\nc\nd", PlainText.Clean("a\r\nb\rc\nd"));

    [Fact]
    public void A_subject_is_one_line_and_cut_between_characters()
    {
        Assert.Equal("a b c", PlainText.Line("a\r\n b\t\tc ", 300));
        var cut = PlainText.Line(new string('a', 8) + "😀😀", 10);
        Assert.Equal("aaaaaaaa…", cut);
        Assert.True(PlainText.IsClean(cut));
    }
}
