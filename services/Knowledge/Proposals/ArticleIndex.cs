using System.Buffers;
using System.Runtime.InteropServices;
using Desk.Knowledge.Search;

namespace Desk.Knowledge.Proposals;

/// <summary>A published article as the index in memory holds it.</summary>
internal sealed record IndexedArticle(
    Guid Id, int No, string Slug, string Title, string Opening, string Language, string? Category, IReadOnlyList<Term> Terms);

/// <summary>
/// The postings of all published articles in memory, ranked by the same formula as the search in PostgreSQL: a search costs some tens of
/// microseconds here, and every ticket is searched for. Never changes; a change of the base makes a new one.
/// </summary>
internal sealed class ArticleIndex
{
    public static readonly ArticleIndex Empty = new([]);

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

    /// <summary>Every article that shares a term with what is asked, in no order.</summary>
    public IReadOnlyList<Hit> Find(IReadOnlyList<Term> asked)
    {
        var scores = ArrayPool<double>.Shared.Rent(2 * _articles.Count);
        var all = scores.AsSpan(0, _articles.Count);
        var words = scores.AsSpan(_articles.Count, _articles.Count);
        all.Clear();
        words.Clear();
        foreach (var (text, weight) in asked)
        {
            if (!_postings.TryGetValue(text, out var postings))
                continue;
            var rarity = Math.Log(1 + (_articles.Count - postings.Count + 0.5) / (postings.Count + 0.5));
            var word = text[0] != '#';
            foreach (var posting in CollectionsMarshal.AsSpan(postings))
            {
                var points = weight * posting.Weight * rarity;
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
