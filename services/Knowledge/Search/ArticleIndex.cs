using System.Buffers;

namespace Desk.Knowledge.Search;

/// <summary>A published article as the index holds it.</summary>
internal sealed record IndexedArticle(
    Guid Id, int No, string Slug, string Title, string Plain, string Language, string? Category, string Audience, Guid? Translates = null)
{
    public string Opening { get; } = Snippet.Opening(Plain);
}

/// <summary>
/// All published articles in memory: a search costs some tens of microseconds, and every ticket is searched for. Never changes; a change of the
/// base makes a new one, of a large segment that is seldom rewritten and a small one with what is new.
/// </summary>
internal sealed class ArticleIndex
{
    public static readonly ArticleIndex Empty = new(Segment.Empty, Segment.Empty, new HashSet<int>());

    private const int MostTerms = 128;

    // What a search may cost. In a large base a common word is in thousands of articles, and which of them it is does not depend on that word.
    private const int MostPostings = 60_000;
    private const int FewestTerms = 6;

    // What is new is rewritten with each article that is published: it joins the rest before that becomes slow.
    private const int MostFresh = 256;

    // Far below the best there is only noise: runs of letters that happen to be shared.
    private const double LeastOfBest = 0.25;

    private readonly Segment _settled;
    private readonly Segment _fresh;
    private readonly IReadOnlySet<int> _gone;

    private ArticleIndex(Segment settled, Segment fresh, IReadOnlySet<int> gone, Synonyms? synonyms = null, ILookup<Guid, OtherLanguage>? languages = null)
        => (_settled, _fresh, _gone, Synonyms, _languages) = (settled, fresh, gone, synonyms ?? Synonyms.None, languages ?? NoLanguages);

    private static readonly ILookup<Guid, OtherLanguage> NoLanguages = Array.Empty<OtherLanguage>().ToLookup(other => other.Original);

    private readonly ILookup<Guid, OtherLanguage> _languages;

    /// <summary>The words that mean the same to this desk.</summary>
    public Synonyms Synonyms { get; }

    public ArticleIndex With(Synonyms synonyms) => new(_settled, _fresh, _gone, synonyms, _languages);

    /// <summary>The index with what is known of articles that there are in several languages.</summary>
    public ArticleIndex With(IEnumerable<OtherLanguage> languages) => new(_settled, _fresh, _gone, Synonyms, languages.ToLookup(other => other.Original));

    /// <summary>Whether a reader gets the article: it is in their language, or they cannot have it in that.</summary>
    public bool IsPreferred(IndexedArticle article, string language, Func<string, bool> allowed)
        => article.Language == language || !_languages[article.Translates ?? article.Id].Any(other => other.Language == language && allowed(other.Audience));

    public static ArticleIndex Of(IReadOnlyList<IndexedArticle> articles) => new(Segment.Of(articles), Segment.Empty, new HashSet<int>());

    public int Count => _settled.Articles.Length + _fresh.Articles.Length - _gone.Count;

    /// <summary>The index with articles more and articles less.</summary>
    public ArticleIndex With(IReadOnlyList<IndexedArticle> more, IReadOnlySet<int> less)
    {
        var gone = _gone.Union(less).ToHashSet();
        var fresh = Segment.Merge(_fresh, Segment.Of(more), gone);
        return fresh.Articles.Length > MostFresh && fresh.Articles.Length > _settled.Articles.Length / 8
            ? new ArticleIndex(Segment.Merge(_settled, fresh, gone), Segment.Empty, new HashSet<int>(), Synonyms, _languages)
            : new ArticleIndex(_settled, fresh, _settled.Articles.Where(article => gone.Contains(article.No)).Select(article => article.No).ToHashSet(), Synonyms, _languages);
    }

    /// <summary>Whether an article has the term.</summary>
    public bool Knows(string term) => Spread(term) > 0;

    private int Spread(string term) => _settled[term].Length + _fresh[term].Length;

    /// <summary>What is asked, weighed by how rare it is among the articles, the common left out: they cost the most and tell the least.</summary>
    public IReadOnlyList<Term> Weigh(IReadOnlyList<Term> asked)
    {
        var weighed = new List<Term>(asked.Count);
        foreach (var term in asked)
        {
            if (Spread(term.Text) is > 0 and var spread)
                weighed.Add(term with { Weight = (float)(term.Weight * Math.Log(1 + Math.Max(0.5, Count - spread + 0.5) / (spread + 0.5))) });
        }
        // Runs weigh less than words in an article, and so here.
        weighed.Sort((one, other) => Telling(other).CompareTo(Telling(one)));
        var (postings, terms) = (0, 0);
        while (terms < Math.Min(weighed.Count, MostTerms) && (terms < FewestTerms || postings + Spread(weighed[terms].Text) <= MostPostings))
            postings += Spread(weighed[terms++].Text);
        weighed.RemoveRange(terms, weighed.Count - terms);
        return weighed;

        static float Telling(Term term) => term.Text[0] == '#' ? term.Weight * Analysis.RunWeight : term.Weight;
    }

    /// <summary>The question's terms, weighed; a word that no article has is also asked for as the words it was perhaps meant to be.</summary>
    public IReadOnlyList<Term> Ask(string question, bool typing = false)
    {
        var asked = Analysis.OfQuestion(question, Knows, typing).ToList();
        var words = Analysis.Words(question).ToList();
        foreach (var word in (typing ? words.SkipLast(1) : words).Distinct().Where(IsUnknown))
        {
            foreach (var segment in new[] { _settled, _fresh })
            {
                foreach (var unknown in new[] { Analysis.SwedishTerm(word), Analysis.EnglishTerm(word) })
                {
                    var (nearest, edits) = segment.Spelling.Nearest(unknown);
                    asked.AddRange(nearest.Take(3).Select(term => new Term(term, edits == 1 ? 0.7f : 0.4f)));
                }
            }
        }
        asked.AddRange(Meant(question, asked, typing));
        return Weigh(asked);
    }

    /// <summary>What the desk's synonyms ask for besides, each once and not what is asked for already.</summary>
    private IEnumerable<Term> Meant(string question, IReadOnlyList<Term> asked, bool typing)
        => Synonyms.Of(question, Knows, typing).ExceptBy(asked.Select(term => term.Text), term => term.Text);

    private bool IsUnknown(string word) => word.Length > 3 && Analysis.IsTelling(word) && word.AsSpan().IndexOfAnyInRange('0', '9') < 0
        && !Knows(Analysis.SwedishTerm(word)) && !Knows(Analysis.EnglishTerm(word));

    /// <summary>The best articles of those the asker may read, best first.</summary>
    public IReadOnlyList<Hit> Best(IReadOnlyList<Term> weighed, Func<IndexedArticle, bool> allowed, int limit)
    {
        var best = new PriorityQueue<Hit, (double, int)>();
        foreach (var segment in new[] { _settled, _fresh })
        {
            var scores = ArrayPool<float>.Shared.Rent(segment.Articles.Length);
            var all = scores.AsSpan(0, segment.Articles.Length);
            all.Clear();
            segment.Score(weighed, all, []);
            for (var i = 0; i < all.Length; i++)
            {
                // The cheap question first: most articles share something, few are among the best.
                if (all[i] <= 0 || (best.Count == limit && all[i] <= best.Peek().Score))
                    continue;
                var article = segment.Articles[i];
                if (_gone.Contains(article.No) || !allowed(article))
                    continue;
                best.Enqueue(new Hit(article, all[i], 0), (all[i], -article.No));
                if (best.Count > limit)
                    best.Dequeue();
            }
            ArrayPool<float>.Shared.Return(scores);
        }
        var hits = new Hit[best.Count];
        for (var i = hits.Length - 1; i >= 0; i--)
            hits[i] = best.Dequeue();
        return hits.Length == 0 ? hits : [.. hits.TakeWhile(hit => hit.Score >= LeastOfBest * hits[0].Score)];
    }

    /// <summary>Every article that shares a term with what is asked and weighed, in no order.</summary>
    public IReadOnlyList<Hit> Find(IReadOnlyList<Term> weighed)
    {
        var hits = new List<Hit>();
        foreach (var segment in new[] { _settled, _fresh })
        {
            var count = segment.Articles.Length;
            var scores = ArrayPool<float>.Shared.Rent(2 * count);
            var all = scores.AsSpan(0, count);
            var words = scores.AsSpan(count, count);
            scores.AsSpan(0, 2 * count).Clear();
            segment.Score(weighed, all, words);
            for (var i = 0; i < count; i++)
            {
                if (all[i] > 0 && !_gone.Contains(segment.Articles[i].No))
                    hits.Add(new Hit(segment.Articles[i], all[i], words[i]));
            }
            ArrayPool<float>.Shared.Return(scores);
        }
        return hits;
    }
}

/// <summary>That an original is to be had in a language, by whom.</summary>
internal sealed record OtherLanguage(Guid Original, string Language, string Audience);

/// <summary>An article that was met. Score is the whole; ByWords the part of it that whole words earned.</summary>
internal readonly record struct Hit(IndexedArticle Article, double Score, double ByWords);
