namespace Desk.Knowledge.Search;

/// <summary>The few lines of an article that show why it was found.</summary>
internal static class Snippet
{
    private const int Most = 220;

    /// <summary>The opening of a text, cut at a sentence or a word.</summary>
    public static string Opening(string plain) => Cut(plain, 0);

    /// <summary>The sentence where most of the asked terms meet, and what follows it; the opening when none is met.</summary>
    public static string Of(string plain, IReadOnlySet<string> asked)
    {
        var (best, at) = (0, 0);
        foreach (var start in SentenceStarts(plain))
        {
            var met = Analysis.Words(plain[start..Math.Min(plain.Length, start + Most)]).Distinct()
                .Count(word => Analysis.IsTelling(word) && (asked.Contains(Analysis.SwedishTerm(word)) || asked.Contains(Analysis.EnglishTerm(word))));
            // Of equals the last: it begins nearest to what was met.
            if (met > 0 && met >= best)
                (best, at) = (met, start);
        }
        return Cut(plain, at);
    }

    private static IEnumerable<int> SentenceStarts(string plain)
    {
        yield return 0;
        for (var i = 1; i + 1 < plain.Length; i++)
        {
            if (plain[i] == '\n' || (plain[i] == ' ' && plain[i - 1] is '.' or '?' or '!' or ':'))
                yield return i + 1;
        }
    }

    private static string Cut(string plain, int from)
    {
        var text = plain[from..Math.Min(plain.Length, from + Most)].ReplaceLineEndings(" ");
        if (from + Most < plain.Length)
        {
            var sentence = text.LastIndexOf(". ", StringComparison.Ordinal);
            var word = text.LastIndexOf(' ');
            text = sentence > Most / 2 ? text[..(sentence + 1)] : word > 0 ? text[..word] + " …" : text;
        }
        return text.Trim();
    }
}
