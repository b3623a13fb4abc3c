namespace Desk.Knowledge.Search;

/// <summary>A stretch of a snippet that was asked for.</summary>
internal readonly record struct Mark(int At, int Length);

/// <summary>The words of a question, to tell which words of an article answer it.</summary>
internal sealed class AskedWords
{
    private const int ShortestPart = 4;
    private readonly HashSet<string> _terms;
    private readonly Dictionary<string, bool> _seen = [];
    private readonly HashSet<(char, char)> _beginnings;
    private readonly string[] _parts;
    private readonly string? _unfinished;

    public AskedWords(IEnumerable<Term> asked, string? unfinished = null)
    {
        _terms = [.. asked.Select(term => term.Text).Where(term => term[0] is 's' or 'e')];
        _parts = [.. _terms.Where(term => term[0] == 's' && term.Length >= ShortestPart + 2).Select(term => term[2..]).Where(Analysis.IsTelling)];
        _beginnings = [.. _terms.Where(term => term.Length > 2).Select(term => BeginningOf(term.AsSpan(2)))];
        _unfinished = unfinished is { Length: > 1 } ? unfinished : null;
    }

    /// <summary>Whether a word, in small letters, was asked for: itself, as a part of it, or its beginning.</summary>
    public bool Has(string word)
    {
        if (!_seen.TryGetValue(word, out var has))
            _seen.Add(word, has = Analysis.IsTelling(word) && (IsAsked(word) || IsBegun(word) || HasPart(word)));
        return has;
    }

    // Most words are of no question: a stem begins as its word does, but for those that change within.
    private bool IsAsked(string word) => (_beginnings.Contains(BeginningOf(word)) || SwedishStems.ChangesWithin(word)) && StemIsAsked(word);

    private static (char, char) BeginningOf(ReadOnlySpan<char> word) => (word[0], word.Length > 1 ? word[1] : ' ');

    private bool StemIsAsked(string word) => _terms.Contains(Analysis.SwedishTerm(word)) || _terms.Contains(Analysis.EnglishTerm(word));

    private bool IsBegun(string word) => _unfinished is not null && word.StartsWith(_unfinished, StringComparison.Ordinal);

    private bool HasPart(string word) => word.Length > ShortestPart + 2 && Array.Exists(_parts, part =>
        word.StartsWith(part, StringComparison.Ordinal) || word.EndsWith(part, StringComparison.Ordinal));
}

/// <summary>The few lines of an article that show why it was found.</summary>
internal static class Snippet
{
    private const int Most = 220;

    /// <summary>The opening of a text, cut at a sentence or a word.</summary>
    public static string Opening(string plain) => Cut(plain, 0);

    /// <summary>The sentence where most of the asked words meet, and what follows it; the opening when none is met.</summary>
    public static (string Text, IReadOnlyList<Mark> Marks) Of(string plain, AskedWords asked)
    {
        // Every word is looked at once: a window slides over those that were asked for.
        var met = WordsIn(plain).Where(word => asked.Has(word.Text)).ToList();
        var (best, at) = (0, 0);
        if (met.Count > 0)
        {
            foreach (var start in SentenceStarts(plain))
            {
                var different = met.Where(word => word.At >= start && word.At < start + Most).Select(word => word.Text).Distinct().Count();
                // Of equals the last: it begins nearest to what was met. But never beyond all of it.
                if (different > 0 && different >= best)
                    (best, at) = (different, start);
            }
        }
        var text = Cut(plain, at);
        return (text, [.. WordsIn(text).Where(word => asked.Has(word.Text)).Select(word => new Mark(word.At, word.Text.Length))]);
    }

    private static IEnumerable<(string Text, int At)> WordsIn(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (start < 0) start = i;
            }
            else if (start >= 0)
            {
                yield return (text[start..i].ToLowerInvariant(), start);
                start = -1;
            }
        }
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
