using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Desk.Knowledge.Search;

/// <summary>That a term weighs so much in an article, which is the n-th of its segment.</summary>
internal readonly record struct Posting(int Article, float Weight);

/// <summary>Some articles and, for each term, which of them have it. Never changes.</summary>
internal sealed class Segment
{
    public static readonly Segment Empty = new([], []);

    private readonly Dictionary<string, Posting[]> _postings;
    private readonly Lazy<Spelling> _spelling;

    private Segment(IndexedArticle[] articles, Dictionary<string, Posting[]> postings)
    {
        (Articles, _postings) = (articles, postings);
        _spelling = new Lazy<Spelling>(() => new Spelling(_postings.Keys));
    }

    public IndexedArticle[] Articles { get; }

    /// <summary>The stems that articles have, to find the one a misspelt word was meant to be.</summary>
    public Spelling Spelling => _spelling.Value;

    public static Segment Of(IReadOnlyList<IndexedArticle> articles)
    {
        var terms = new IReadOnlyList<Term>[articles.Count];
        var seen = new ConcurrentDictionary<(string, string), string[]>();
        if (articles.Count < 50)
        {
            for (var i = 0; i < articles.Count; i++)
                terms[i] = Analyse(i);
        }
        else
        {
            Parallel.For(0, articles.Count, i => terms[i] = Analyse(i));
        }

        var lists = new Dictionary<string, List<Posting>>();
        for (var i = 0; i < articles.Count; i++)
        {
            foreach (var (text, weight) in terms[i])
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, text, out _);
                (list ??= new List<Posting>(1)).Add(new Posting(i, weight));
            }
            terms[i] = [];
        }
        return new Segment([.. articles], lists.ToDictionary(list => list.Key, list => list.Value.ToArray()));

        IReadOnlyList<Term> Analyse(int i) => Analysis.OfArticle(articles[i].Title, articles[i].Plain, articles[i].Language, seen);
    }

    /// <summary>Both, without the articles that are gone.</summary>
    public static Segment Merge(Segment one, Segment other, IReadOnlySet<int> gone)
    {
        if (one.Articles.Length == 0 && !other.Articles.Any(article => gone.Contains(article.No)))
            return other;
        var articles = new List<IndexedArticle>(one.Articles.Length + other.Articles.Length);
        var (placesOfOne, placesOfOther) = (Places(one), Places(other));
        var postings = new Dictionary<string, Posting[]>(one._postings.Count);
        foreach (var (term, list) in one._postings)
        {
            var kept = Kept(list, placesOfOne).Concat(other._postings.TryGetValue(term, out var more) ? Kept(more, placesOfOther) : []).ToArray();
            if (kept.Length > 0)
                postings.Add(term, kept);
        }
        foreach (var (term, list) in other._postings)
        {
            if (!one._postings.ContainsKey(term) && Kept(list, placesOfOther).ToArray() is { Length: > 0 } kept)
                postings.Add(term, kept);
        }
        return new Segment([.. articles], postings);

        int[] Places(Segment segment) => [.. segment.Articles.Select(article =>
        {
            if (gone.Contains(article.No))
                return -1;
            articles.Add(article);
            return articles.Count - 1;
        })];

        static IEnumerable<Posting> Kept(Posting[] list, int[] places)
            => list.Where(posting => places[posting.Article] >= 0).Select(posting => posting with { Article = places[posting.Article] });
    }

    public ReadOnlySpan<Posting> this[string term] => _postings.TryGetValue(term, out var list) ? list : [];

    /// <summary>Adds up what each article earns. ByWords takes the part of it that whole words earn.</summary>
    public void Score(IReadOnlyList<Term> weighed, Span<float> scores, Span<float> byWords)
    {
        foreach (var (text, weight) in weighed)
        {
            var word = text[0] is 's' or 'e';
            foreach (var posting in this[text])
            {
                var points = weight * posting.Weight;
                scores[posting.Article] += points;
                if (word && byWords.Length > 0)
                    byWords[posting.Article] += points;
            }
        }
    }
}

/// <summary>Finds the stems nearest to one that no article has: a letter more, less, other, or two that changed places.</summary>
internal sealed class Spelling
{
    private const int ShortestForTwo = 8;
    private readonly Dictionary<(char Language, int Length), List<(string Term, uint Letters)>> _byLength = [];

    public Spelling(IEnumerable<string> terms)
    {
        foreach (var term in terms)
        {
            if (term[0] is not ('s' or 'e') || term.Length < 5 || term.AsSpan(2).IndexOfAnyInRange('0', '9') >= 0)
                continue;
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_byLength, (term[0], term.Length), out _);
            (list ??= []).Add((term, Letters(term)));
        }
    }

    /// <summary>The nearest terms of the term's own language, and by how many letters they differ; none when all are too far.</summary>
    public (IReadOnlyList<string> Terms, int Edits) Nearest(string term)
    {
        var most = term.Length - 2 >= ShortestForTwo ? 2 : 1;
        var (letters, found) = (Letters(term), new List<string>());
        for (var length = term.Length - most; length <= term.Length + most; length++)
        {
            if (!_byLength.TryGetValue((term[0], length), out var candidates))
                continue;
            foreach (var (candidate, theirs) in CollectionsMarshal.AsSpan(candidates))
            {
                // A letter exchanged takes one away and brings one in.
                if (BitOperations.PopCount(letters ^ theirs) > 2 * most || Edits(term, candidate, most) is not { } edits)
                    continue;
                if (edits < most)
                    found.Clear();
                most = edits;
                found.Add(candidate);
            }
        }
        return (found, most);
    }

    private static uint Letters(string term)
    {
        var letters = 0u;
        foreach (var letter in term.AsSpan(2))
            letters |= 1u << (letter & 31);
        return letters;
    }

    /// <summary>How many letters are to be put in, taken out, exchanged or swapped; null when more than at most.</summary>
    internal static int? Edits(ReadOnlySpan<char> one, ReadOnlySpan<char> other, int most)
    {
        Span<int> older = stackalloc int[other.Length + 1];
        Span<int> last = stackalloc int[other.Length + 1];
        Span<int> row = stackalloc int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++)
            last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= other.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    row[j] = Math.Min(row[j], older[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            if (least > most)
                return null;
            var spare = older;
            older = last;
            last = row;
            row = spare;
        }
        return last[other.Length] <= most ? last[other.Length] : null;
    }
}
