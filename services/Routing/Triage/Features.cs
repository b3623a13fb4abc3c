namespace Desk.Routing.Triage;

/// <summary>
/// A text as a sparse vector: its words, pairs of neighbouring words, and the character n-grams of its words, which carry Swedish compounds,
/// inflections and misspellings. Hashed into a fixed room; counts damped; length one.
/// </summary>
internal static class Features
{
    public const int Room = 1 << 17;
    private const int ShortestGram = 3, LongestGram = 5;
    private const int MostLetters = 4000;

    // Many n-grams say what one word says: they weigh half, and have the upper half of the room to themselves.
    private const int Grams = Room / 2;
    private const double GramWeight = 0.5;

    public readonly record struct Feature(int Index, float Weight);

    public static Feature[] Of(string text)
    {
        var counts = new Dictionary<int, int>(256);
        Span<char> word = stackalloc char[42];
        var (length, previous) = (0, 0u);
        var end = Math.Min(text.Length, MostLetters);
        for (var i = 0; i <= end; i++)
        {
            if (i < end && char.IsLetterOrDigit(text[i]))
            {
                // A longer word than this is a key or a link: its beginning says enough.
                if (length < word.Length - 2)
                    word[1 + length++] = char.IsDigit(text[i]) ? '0' : char.ToLowerInvariant(text[i]);
                continue;
            }
            if (length == 0)
                continue;
            word[0] = '<';
            word[1 + length] = '>';
            var whole = Hash(word[..(length + 2)], 17);
            Count(counts, whole);
            if (previous != 0)
                Count(counts, previous * 31 ^ whole);
            previous = whole;
            for (var size = ShortestGram; size <= LongestGram; size++)
            {
                for (var start = 0; start + size <= length + 2; start++)
                    Count(counts, Hash(word.Slice(start, size), (uint)size), Grams);
            }
            length = 0;
        }

        var features = new Feature[counts.Count];
        var sum = 0.0;
        var n = 0;
        foreach (var (index, count) in counts)
        {
            var weight = (1 + Math.Log(count)) * (index >= Grams ? GramWeight : 1);
            sum += weight * weight;
            features[n++] = new Feature(index, (float)weight);
        }
        var norm = sum == 0 ? 0 : (float)(1 / Math.Sqrt(sum));
        for (var i = 0; i < n; i++)
            features[i] = features[i] with { Weight = features[i].Weight * norm };
        return features;
    }

    private static void Count(Dictionary<int, int> counts, uint hash, int from = 0)
    {
        // The low bits of FNV are its weak ones: fold the high ones in.
        var index = from + (int)((hash ^ (hash >> 15)) % Grams);
        counts[index] = counts.GetValueOrDefault(index) + 1;
    }

    /// <summary>FNV-1a over UTF-16 code units (Fowler, Noll, Vo).</summary>
    private static uint Hash(ReadOnlySpan<char> letters, uint seed)
    {
        var hash = 2166136261u ^ seed;
        foreach (var letter in letters)
            hash = (hash ^ letter) * 16777619u;
        return hash;
    }
}
