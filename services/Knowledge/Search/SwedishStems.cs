using System.Collections.Frozen;

namespace Desk.Knowledge.Search;

/// <summary>
/// Swedish words without their endings, by the rules of the Snowball project's Swedish stemmer
/// (https://snowballstem.org/algorithms/swedish/stemmer.html), and of our own: the definite ending of neuter nouns, nouns made of verbs, and words that change within:
/// <c>skrivarna</c> and <c>skrivaren</c> are both <c>skriv</c>.
/// </summary>
internal static class SwedishStems
{
    // Longest first: the longest ending that fits is the one that goes.
    private static readonly string[] Endings = [.. new[]
    {
        "a", "arna", "erna", "heterna", "orna", "ad", "e", "ade", "ande", "arne", "are", "aste", "en", "anden", "aren", "heten", "ern", "ar",
        "er", "heter", "or", "as", "arnas", "ernas", "ornas", "es", "ades", "andes", "ens", "arens", "hetens", "erns", "at", "andet", "het", "ast",
    }.OrderByDescending(ending => ending.Length)];

    // Words that change their vowel or more: an ending taken off does not bring the forms together. The first of a line stands for all.
    private static readonly FrozenDictionary<string, string> Forms = """
        stad städer städerna
        hand händer händerna
        bok böcker böckerna
        land länder länderna
        natt nätter nätterna
        rot rötter rötterna
        tand tänder tänderna
        stor större störst största
        hög högre högst högsta
        låg lägre lägst lägsta
        lång längre längst längsta
        bra bättre bäst bästa
        dålig sämre sämst sämsta
        skriva skriver skrev skrivit skrivs skrivna skriven skrivet
        försvinna försvinner försvann försvunnit försvunnen försvunna försvunnet
        frysa fryser frös frusit frusen fruset frusna
        bryta bryter bröt brutit bruten brutet brutna bryts bröts brutits
        sitta sitter satt suttit
        sätta sätter satte satts
        stjäla stjäl stal stulit stulen stulet stulna stöld stölden
        välja väljer valde valt vald valda
        sälja säljer sålde sålt såld sålda
        ge ger gav gett givit given givna
        hålla håller höll hållit
        dra drar drog dragit dragen
        falla faller föll fallit
        stå står stod stått
        se ser såg sett
        bjuda bjuder bjöd bjudit bjuden inbjudan
        stänga stänger stängde stängt stängd stängda
        """.Split('\n').SelectMany(line => line.Split(' ').Select(form => (Form: form, Stem: line.Split(' ')[0])))
        .ToFrozenDictionary(pair => pair.Form, pair => pair.Stem);

    // mottagare, mottagit and mottagning are of motta: what is taken is written tag- in most of its forms.
    private static readonly string[] Taken = ["agande", "agandet", "aganden", "agarna", "agaren", "agare", "agits", "agit", "agen", "aget", "agna", "agning"];

    /// <summary>Whether the stem of a word begins otherwise than the word.</summary>
    public static bool ChangesWithin(string word) => Forms.ContainsKey(word);

    public static string Of(string word)
    {
        if (Forms.TryGetValue(word, out var form))
            return form;
        foreach (var ending in Taken)
        {
            if (word.Length - ending.Length >= 3 && word.EndsWith(ending, StringComparison.Ordinal) && word[^(ending.Length + 1)] == 't')
                return word[..^ending.Length];
        }
        var region = Region(word);
        var stem = word.AsSpan();

        stem = WithoutEnding(stem, region);
        if (stem.Length > region + 1 && stem[^2..] is "dd" or "gd" or "nn" or "dt" or "gt" or "kt" or "tt")
            stem = stem[..^1];
        stem = WithoutSuffix(stem, region);
        // The act and the noun of it are one matter: installation is installera, delegering is delegera, utredning is utreda.
        if (stem.EndsWith("ation", StringComparison.Ordinal) && stem.Length >= 9)
            return string.Concat(stem[..^5], "er");
        if (stem.EndsWith("ering", StringComparison.Ordinal) && stem.Length >= 8)
            return stem[..^3].ToString();
        if (stem.EndsWith("ning", StringComparison.Ordinal) && stem.Length >= 8)
            return stem[..^4].ToString();
        return stem.Length == word.Length ? word : stem.ToString();
    }

    /// <summary>Endings count only after the first consonant that follows a vowel, and never within the first three letters.</summary>
    private static int Region(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if (IsVowel(word[i - 1]) && !IsVowel(word[i]))
                return Math.Max(3, i + 1);
        }
        return word.Length;
    }

    private static ReadOnlySpan<char> WithoutEnding(ReadOnlySpan<char> word, int region)
    {
        // The definite form of neuter nouns (kontoret, lösenordets), where four letters are left: paket stays whole.
        foreach (var ending in new[] { "ets", "et" })
        {
            if (word.Length - ending.Length >= Math.Max(4, region) && word.EndsWith(ending, StringComparison.Ordinal) && !IsVowel(word[^(ending.Length + 1)]))
                return word[..^ending.Length];
        }
        foreach (var ending in Endings)
        {
            if (word.Length - ending.Length >= region && word.EndsWith(ending, StringComparison.Ordinal))
                return word[..^ending.Length];
        }
        return word.Length > region && word[^1] == 's' && "bcdfghjklmnoprtvy".Contains(word[^2]) ? word[..^1] : word;
    }

    private static ReadOnlySpan<char> WithoutSuffix(ReadOnlySpan<char> word, int region)
    {
        foreach (var (suffix, removed) in new[] { ("fullt", 1), ("löst", 1), ("lig", 3), ("els", 3), ("ig", 2) })
        {
            if (word.Length - suffix.Length >= region && word.EndsWith(suffix, StringComparison.Ordinal))
                return word[..^removed];
        }
        return word;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'å' or 'ä' or 'ö';
}
