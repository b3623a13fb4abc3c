using System.Collections.Frozen;

namespace Desk.Knowledge.Search;

/// <summary>
/// Words or phrases that mean the same. With <see cref="Means"/>, one way only: who asks for one of the words is also given what it means, not the
/// other way round.
/// </summary>
internal sealed record SynonymGroup(IReadOnlyList<string> Words, IReadOnlyList<string>? Means = null);

/// <summary>The desk's synonyms as a question is read by them. Never changes; words meet by their stems, in Swedish or English.</summary>
internal sealed class Synonyms
{
    public static readonly Synonyms None = new(0, []);

    // Where articles have the asker's own word, the others only help; where none has it, they are all there is. A phrase counts as a word.
    private const float Instead = 0.8f;
    private const float Besides = 0.3f;

    private readonly FrozenDictionary<string, Entry[]> _byFirstStem;

    public Synonyms(long version, IEnumerable<SynonymGroup> groups)
    {
        Version = version;
        _byFirstStem = groups
            .SelectMany(group => group.Words.Select(word => new Entry(
                Sequence(word), [.. (group.Means is { Count: > 0 } means ? means : group.Words.Where(other => other != word)).SelectMany(TermsOf)])))
            .Where(entry => entry.Words.Length > 0)
            .SelectMany(entry => Stems(entry.Words[0]).Distinct().Select(stem => (stem, entry)))
            .GroupBy(pair => pair.stem, pair => pair.entry)
            .ToFrozenDictionary(entries => entries.Key, entries => entries.OrderByDescending(entry => entry.Words.Length).ToArray());
    }

    public long Version { get; }

    /// <summary>What else the question asks for. Known tells the terms that articles have; typing, that the last word may be unfinished.</summary>
    public IEnumerable<Term> Of(string question, Func<string, bool> known, bool typing = false)
    {
        if (_byFirstStem.Count == 0)
            yield break;
        var words = Analysis.Words(question).ToArray();
        for (var at = 0; at < words.Length; at++)
        {
            foreach (var entry in Stems(words[at]).SelectMany(stem => _byFirstStem.GetValueOrDefault(stem, [])).Distinct())
            {
                if (!entry.StandsAt(words, at, typing))
                    continue;
                var weight = entry.Words.SelectMany(Stems).Any(known) ? Besides : Instead;
                foreach (var term in entry.Meant)
                    yield return term with { Weight = weight * term.Weight };
            }
        }
    }

    private static string[] Sequence(string phrase) => [.. Analysis.Words(phrase)];

    private static string[] Stems(string word) => [Analysis.SwedishTerm(word), Analysis.EnglishTerm(word)];

    private static IEnumerable<Term> TermsOf(string phrase)
    {
        var words = Sequence(phrase).Where(Analysis.IsTelling).ToArray();
        var weight = 1 / MathF.Sqrt(Math.Max(1, words.Length));
        return words.SelectMany(Stems).Select(term => new Term(term, weight));
    }

    private sealed record Entry(string[] Words, Term[] Meant)
    {
        public bool StandsAt(string[] words, int at, bool typing) => at + Words.Length <= words.Length
            && Words.Select((word, i) => (word, at: at + i)).All(pair => typing && pair.at == words.Length - 1 ? pair.word == words[pair.at] : Same(pair.word, words[pair.at]));

        private static bool Same(string one, string other)
            => one == other || Analysis.SwedishTerm(one) == Analysis.SwedishTerm(other) || Analysis.EnglishTerm(one) == Analysis.EnglishTerm(other);
    }
}
