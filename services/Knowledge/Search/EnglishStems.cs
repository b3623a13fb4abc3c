namespace Desk.Knowledge.Search;

/// <summary>
/// English words without their endings, by the rules of the Snowball project's English stemmer, "Porter 2"
/// (https://snowballstem.org/algorithms/english/stemmer.html), without its list of exceptions: <c>printing</c> and <c>printed</c> are both <c>print</c>.
/// </summary>
internal static class EnglishStems
{
    private static readonly (string Ending, string Becomes)[] Step2 =
    [
        ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"), ("biliti", "ble"), ("lessli", "less"),
        ("tional", "tion"), ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"), ("iviti", "ive"), ("ousli", "ous"),
        ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"), ("bli", "ble"),
    ];

    private static readonly (string Ending, string Becomes)[] Step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] Step4 =
        ["ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ism", "iti", "ive", "ize", "ous", "al", "er", "ic"];

    public static string Of(string word)
    {
        if (word.Length <= 2)
            return word;
        // A y that opens the word or follows a vowel sounds as a consonant: it is written Y while the rules run.
        var letters = word.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] == 'y' && (i == 0 || IsVowel(letters[i - 1])))
                letters[i] = 'Y';
        }
        var stem = new string(letters);
        var first = Region(stem, 0);
        var second = Region(stem, first);

        stem = Plural(stem);
        stem = Past(stem, first);
        if (stem.Length > 2 && stem[^1] is 'y' or 'Y' && !IsVowel(stem[^2]))
            stem = stem[..^1] + "i";
        stem = Exchange(stem, first, Step2);
        if (stem.EndsWith("li", StringComparison.Ordinal) && stem.Length - 2 >= first && "cdeghkmnrt".Contains(stem[^3]))
            stem = stem[..^2];
        stem = Exchange(stem, first, Step3);
        stem = Remove(stem, second);
        if (stem[^1] == 'e' && (stem.Length - 1 >= second || (stem.Length - 1 >= first && !EndsInShortSyllable(stem[..^1]))))
            stem = stem[..^1];
        else if (stem.EndsWith("ll", StringComparison.Ordinal) && stem.Length - 1 >= second)
            stem = stem[..^1];
        return stem.Replace('Y', 'y');
    }

    /// <summary>What follows the first consonant after a vowel, from a given place.</summary>
    private static int Region(string word, int from)
    {
        for (var i = from + 1; i < word.Length; i++)
        {
            if (IsVowel(word[i - 1]) && !IsVowel(word[i]))
                return i + 1;
        }
        return word.Length;
    }

    private static string Plural(string word) => word switch
    {
        _ when word.EndsWith("sses", StringComparison.Ordinal) => word[..^2],
        _ when word.EndsWith("ied", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal) => word.Length > 4 ? word[..^2] : word[..^1],
        _ when word.EndsWith("us", StringComparison.Ordinal) || word.EndsWith("ss", StringComparison.Ordinal) => word,
        _ when word[^1] == 's' && word[..^2].Any(IsVowel) => word[..^1],
        _ => word,
    };

    private static string Past(string word, int region)
    {
        foreach (var ending in new[] { "eedly", "eed" })
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return word.Length - ending.Length >= region ? word[..^ending.Length] + "ee" : word;
        }
        foreach (var ending in new[] { "ingly", "edly", "ing", "ed" })
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal))
                continue;
            var stem = word[..^ending.Length];
            if (!stem.Any(IsVowel))
                return word;
            if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal))
                return stem + "e";
            if (stem.Length >= 2 && stem[^1] == stem[^2] && "bdfgmnprt".Contains(stem[^1]))
                return stem[..^1];
            return stem.Length <= region && EndsInShortSyllable(stem) ? stem + "e" : stem;
        }
        return word;
    }

    private static string Exchange(string word, int region, (string Ending, string Becomes)[] rules)
    {
        foreach (var (ending, becomes) in rules)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return word.Length - ending.Length >= region ? word[..^ending.Length] + becomes : word;
        }
        return word;
    }

    private static string Remove(string word, int region)
    {
        foreach (var ending in Step4)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return word.Length - ending.Length >= region ? word[..^ending.Length] : word;
        }
        return word.EndsWith("ion", StringComparison.Ordinal) && word.Length - 3 >= region && word.Length > 3 && word[^4] is 's' or 't' ? word[..^3] : word;
    }

    private static bool EndsInShortSyllable(string word) => word.Length switch
    {
        2 => IsVowel(word[0]) && !IsVowel(word[1]),
        > 2 => !IsVowel(word[^3]) && IsVowel(word[^2]) && !IsVowel(word[^1]) && word[^1] is not ('w' or 'x' or 'Y'),
        _ => false,
    };

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
