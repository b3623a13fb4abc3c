namespace Desk.Knowledge.Search;

/// <summary>Swedish compounds taken apart: <c>skrivarinstallation</c> is a <c>skrivare</c> and an <c>installation</c>.</summary>
internal static class Compounds
{
    private const int ShortestPart = 3;
    private const int ShortestCompound = 7;

    /// <summary>
    /// The stems of the two words a compound is made of; none when articles do not have both. Of several ways to cut it, the one whose shorter
    /// part is longest; an s between the parts belongs to neither.
    /// </summary>
    public static IReadOnlyList<string> Parts(string word, Func<string, bool> known)
    {
        if (word.Length < ShortestCompound)
            return [];
        string[] best = [];
        var bestShorter = 0;
        for (var cut = ShortestPart; cut <= word.Length - ShortestPart; cut++)
        {
            var shorter = Math.Min(cut, word.Length - cut);
            if (shorter <= bestShorter || !IsWord(word[cut..], out var tail))
                continue;
            if (IsWord(word[..cut], out var head) || (word[cut - 1] == 's' && cut > ShortestPart && IsWord(word[..(cut - 1)], out head)))
                (best, bestShorter) = ([head, tail], shorter);
        }
        return best;

        bool IsWord(string part, out string term)
        {
            term = Analysis.SwedishTerm(part);
            return Analysis.IsTelling(part) && known(term);
        }
    }
}
