using System.Collections.Frozen;

namespace Desk.Intake.People;

/// <summary>Swedish or English, from the first text a new person writes. Only a first guess: the person's own choice replaces it.</summary>
internal static class LanguageGuess
{
    private const int WordsRead = 200;

    private static readonly FrozenSet<string> Swedish = new[]
    {
        "och", "att", "det", "som", "på", "är", "av", "för", "med", "till", "den", "har", "inte", "jag", "om", "ett", "var", "kan", "vi", "när",
        "från", "men", "så", "mig", "min", "mitt", "hej", "hur", "ni", "nu", "efter", "går", "får", "vill", "ska", "eller", "tack", "någon",
        "hälsningar", "mvh", "behöver", "fungerar", "kommer", "hjälp", "detta", "denna", "sedan", "mina", "blir", "finns", "igen", "också",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> English = new[]
    {
        "the", "and", "to", "of", "is", "in", "it", "that", "for", "with", "on", "my", "not", "can", "have", "this", "be", "are", "was", "when",
        "but", "from", "an", "we", "you", "please", "hello", "hi", "thanks", "cannot", "does", "do", "how", "been", "has", "would", "need", "work",
        "working", "regards", "our", "your", "there", "any", "after", "what", "which", "will", "could", "help",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> SwedishWords = Swedish.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> EnglishWords = English.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary><c>sv</c> or <c>en</c>; when in doubt what is given, else Swedish, the language of the first desks.</summary>
    public static string Of(ReadOnlySpan<char> text, string? inDoubt = null)
    {
        var swedish = 0;
        var english = 0;
        var read = 0;
        for (var i = 0; i < text.Length && read < WordsRead;)
        {
            var start = i;
            var nordic = false;
            while (i < text.Length && char.IsLetter(text[i]))
                nordic |= text[i++] is 'å' or 'ä' or 'ö' or 'Å' or 'Ä' or 'Ö';
            if (i == start)
            {
                i++;
                continue;
            }
            read++;
            var word = text[start..i];
            if (nordic || SwedishWords.Contains(word)) swedish++;
            if (EnglishWords.Contains(word)) english++;
        }
        return english > swedish ? "en" : swedish > english ? "sv" : inDoubt ?? "sv";
    }
}
