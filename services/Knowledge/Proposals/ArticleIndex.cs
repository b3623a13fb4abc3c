using System.Buffers;
using System.Runtime.InteropServices;
using Desk.Knowledge.Search;

namespace Desk.Knowledge.Proposals;

/// <summary>A published article as the index in memory holds it.</summary>
internal sealed record IndexedArticle(
    Guid Id, int No, string Slug, string Title, string Opening, string Language, string? Category, string Audience, IReadOnlyList<Term> Terms);

/// <summary>
/// The postings of all published articles in memory, ranked by the same formula as the search in PostgreSQL: a search costs some tens of
/// microseconds here, and every ticket is searched for. Never changes; a change of the base makes a new one.
/// </summary>
internal sealed class ArticleIndex
{
    public static readonly ArticleIndex Empty = new([]);

    private const int MostTerms = 64;

    private readonly IReadOnlyList<IndexedArticle> _articles;
    private readonly Dictionary<string, List<Posting>> _postings = [];

    public ArticleIndex(IReadOnlyList<IndexedArticle> articles)
    {
        _articles = articles;
        for (var i = 0; i < articles.Count; i++)
        {
            foreach (var (text, weight) in articles[i].Terms)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, text, out _);
                (list ??= new List<Posting>(1)).Add(new Posting(i, weight));
            }
        }
    }

    public int Count => _articles.Count;

    /// <summary>Whether an article has the term.</summary>
    public bool Knows(string term) => _postings.ContainsKey(term);

    /// <summary>
    /// What is asked, weighed by how rare it is among the articles, the common left out: they cost the most and tell the least. A term that no
    /// article had at the last refresh is kept as the rarest, since PostgreSQL may have heard of it since.
    /// </summary>
    public IReadOnlyList<Term> Weigh(IReadOnlyList<Term> asked)
    {
        var known = new List<Term>(asked.Count);
        var unheard = new List<Term>();
        foreach (var term in asked)
        {
            var spread = _postings.TryGetValue(term.Text, out var postings) ? postings.Count : 0;
            var weighed = term with { Weight = (float)(term.Weight * Math.Log(1 + (_articles.Count - spread + 0.5) / (spread + 0.5))) };
            (spread > 0 ? known : unheard).Add(weighed);
        }
        if (known.Count > MostTerms)
        {
            // Runs weigh less than words in an article, and so here.
            known.Sort((one, other) => Telling(other).CompareTo(Telling(one)));
            known.RemoveRange(MostTerms, known.Count - MostTerms);
        }
        return [.. known, .. unheard];

        static float Telling(Term term) => term.Text[0] == '#' ? term.Weight * Analysis.RunWeight : term.Weight;
    }

    /// <summary>Every article that shares a term with what is asked and weighed, in no order.</summary>
    public IReadOnlyList<Hit> Find(IReadOnlyList<Term> weighed)
    {
        var scores = ArrayPool<double>.Shared.Rent(2 * _articles.Count);
        var all = scores.AsSpan(0, _articles.Count);
        var words = scores.AsSpan(_articles.Count, _articles.Count);
        all.Clear();
        words.Clear();
        foreach (var (text, weight) in weighed)
        {
            if (!_postings.TryGetValue(text, out var postings))
                continue;
            var word = text[0] != '#';
            foreach (var posting in CollectionsMarshal.AsSpan(postings))
            {
                var points = weight * posting.Weight;
                all[posting.Article] += points;
                if (word) words[posting.Article] += points;
            }
        }

        var hits = new List<Hit>();
        for (var i = 0; i < _articles.Count; i++)
        {
            if (all[i] > 0)
                hits.Add(new Hit(_articles[i], all[i], words[i]));
        }
        ArrayPool<double>.Shared.Return(scores);
        return hits;
    }

    private readonly record struct Posting(int Article, float Weight);
}

/// <summary>An article that was met. Score is the whole; ByWords the part of it that whole words earned.</summary>
internal readonly record struct Hit(IndexedArticle Article, double Score, double ByWords);
