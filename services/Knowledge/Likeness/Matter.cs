using System.Runtime.InteropServices;
using Desk.Knowledge.Search;

namespace Desk.Knowledge.Likeness;

/// <summary>
/// What a ticket is about, as terms with weights: the stems of its telling words, its subject counting twice, what solved it half. Who signed it and
/// what was quoted say nothing of the matter, and are left out.
/// </summary>
internal static class Matter
{
    private const int MostWords = 120;
    private const int MostOfSolution = 40;
    private const float SubjectCounts = 2;
    private const float SolutionCounts = 0.5f;

    // BM25's saturation and length correction, as for articles (ADR 0300); the average is that of a ticket's telling words.
    private const double Saturation = 1.0;
    private const double LengthCorrection = 0.6;
    private const double AverageWords = 20;

    private static readonly string[] Endings = ["mvh", "hälsningar", "vänliga", "vänlig", "bästa", "med vänlig", "regards", "best", "kind", "sincerely", "cheers", "yours"];

    /// <summary>The terms of a ticket that is kept, each with the weight it has in it.</summary>
    public static List<(ulong Term, float Weight)> OfTicket(string subject, string text, string? solution, string language)
    {
        var counts = new Dictionary<ulong, float>();
        var words = 0;
        Count(subject, SubjectCounts, MostWords);
        Count(Told(text), 1, MostWords);
        Count(solution ?? "", SolutionCounts, MostOfSolution);
        var longness = Saturation * (1 - LengthCorrection + LengthCorrection * words / AverageWords);
        var terms = new List<(ulong, float)>(counts.Count);
        foreach (var (term, count) in counts)
            terms.Add((term, (float)(count * (Saturation + 1) / (count + longness))));
        return terms;

        void Count(string part, float much, int most)
        {
            foreach (var word in Analysis.Words(part).Where(Analysis.IsTelling).Take(most))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, TermOf(word, language), out _) += much;
                words++;
            }
        }
    }

    /// <summary>The words of a ticket that is compared with others: each with its terms in both languages, and how much it is asked for.</summary>
    public static List<AskedWord> Asked(string subject, string text)
    {
        var asked = new Dictionary<string, AskedWord>();
        foreach (var (part, weight) in new[] { (subject, SubjectCounts), (Told(text), 1f) })
        {
            foreach (var word in Analysis.Words(part).Where(Analysis.IsTelling).Take(MostWords))
                asked.TryAdd(word, new AskedWord(word, TermOf(word, "sv"), TermOf(word, "en"), weight));
        }
        return [.. asked.Values];
    }

    public static ulong TermOf(string word, string language) => Hash(language == "en" ? Analysis.EnglishTerm(word) : Analysis.SwedishTerm(word));

    /// <summary>The text as far as it tells the matter: up to a line that begins a farewell, a signature or a quotation.</summary>
    internal static string Told(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            var line = text.AsSpan(start, (end < 0 ? text.Length : end) - start).Trim();
            // What stands first is the matter, whatever it begins with.
            if (start > 0 && Ends(line))
                return text[..start];
            if (end < 0)
                break;
            start = end + 1;
        }
        return text;
    }

    private static bool Ends(ReadOnlySpan<char> line)
    {
        if (line.StartsWith("--") || line.StartsWith(">") || line.StartsWith("____"))
            return true;
        if (line.Length > 40)
            return false;
        foreach (var ending in Endings)
        {
            if (line.StartsWith(ending, StringComparison.OrdinalIgnoreCase) && (line.Length == ending.Length || !char.IsLetter(line[ending.Length])))
                return true;
        }
        return false;
    }

    // FNV-1a, 64 bits: among some hundred thousand words two alike are not to be expected, and a word then costs eight bytes.
    private static ulong Hash(string term)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in term)
            hash = (hash ^ letter) * 1099511628211UL;
        return hash;
    }
}

/// <summary>A word that is asked for.</summary>
internal readonly record struct AskedWord(string Word, ulong Swedish, ulong English, float Weight);
