using System.Buffers;
using System.Runtime.InteropServices;

namespace Desk.Knowledge.Likeness;

/// <summary>A ticket as the index is given it. At is when it was registered.</summary>
internal sealed record IndexedTicket(
    Guid Id, string Language, string Subject, string Text, string? Solution, string? Category, DateTimeOffset At, bool Open, bool Solved);

/// <summary>A ticket that is like another. Share, 0 to 1: how much of what the other says is in it; Words: how many of its words.</summary>
internal readonly record struct LikeTicket(Guid Id, double Share, int Words, DateTimeOffset At, string? Category, bool Open, bool Solved);

/// <summary>
/// All tickets' words in memory, as ADR 305 says: a ticket is compared with 200,000 others in a few milliseconds. A posting is four bytes (the
/// ticket's place and its weight), a word twelve and its postings; what came lately lies beside and joins the rest before it is a quarter of it.
/// </summary>
internal sealed class TicketIndex : IDisposable
{
    private const int LeastToSettle = 50_000;

    // What a comparison may cost: the rarest words first, the common ones tell least.
    private const int MostPostings = 400_000;
    private const int FewestWords = 6;
    private const float WeightStep = 100;

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<Guid, int> _places = [];
    private readonly List<string> _categories = [""];
    private readonly Dictionary<string, ushort> _categoryNumbers = [];
    private readonly Dictionary<ulong, List<uint>> _fresh = [];
    private int _freshPostings, _dead, _count;
    private Doc[] _docs = new Doc[1024];
    private ulong[] _terms = [];
    private int[] _starts = [0];
    private uint[] _postings = [];

    /// <summary>How many tickets there are.</summary>
    public int Count
    {
        get
        {
            _gate.EnterReadLock();
            try { return _count - _dead; }
            finally { _gate.ExitReadLock(); }
        }
    }

    /// <summary>Puts a ticket in, or what became of it.</summary>
    public void Put(IndexedTicket ticket)
    {
        var content = HashCode.Combine(ticket.Subject, ticket.Text, ticket.Solution);
        _gate.EnterUpgradeableReadLock();
        try
        {
            var known = _places.TryGetValue(ticket.Id, out var place) && _docs[place].Content == content;
            var terms = known ? null : Matter.OfTicket(ticket.Subject, ticket.Text, ticket.Solution, ticket.Language);
            _gate.EnterWriteLock();
            try
            {
                var doc = new Doc(ticket.Id, (int)(ticket.At.ToUnixTimeSeconds() / 60), NumberOf(ticket.Category), ticket.Open, ticket.Solved, false, content);
                if (terms is null)
                    _docs[place] = doc;
                else
                    Add(ticket.Id, doc, terms);
            }
            finally { _gate.ExitWriteLock(); }
        }
        finally { _gate.ExitUpgradeableReadLock(); }
    }

    private void Add(Guid id, Doc doc, List<(ulong Term, float Weight)> terms)
    {
        if (_places.TryGetValue(id, out var old))
        {
            _docs[old].Dead = true;
            _dead++;
        }
        if (_count == _docs.Length)
            Array.Resize(ref _docs, _count * 2);
        _places[id] = _count;
        _docs[_count] = doc;
        foreach (var (term, weight) in terms)
        {
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_fresh, term, out _);
            (list ??= new List<uint>(1)).Add(((uint)_count << 8) | (uint)Math.Clamp((int)(weight * WeightStep), 1, 255));
        }
        _freshPostings += terms.Count;
        _count++;
        if (_freshPostings > Math.Max(LeastToSettle, _postings.Length / 4))
            Settle();
    }

    /// <summary>The tickets like this one, of those allowed, the likest first.</summary>
    /// <param name="words">What it says.</param>
    /// <param name="allowed">Which tickets count.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<LikeTicket> Like(IReadOnlyList<AskedWord> words, Func<LikeTicket, bool> allowed, int limit)
    {
        _gate.EnterReadLock();
        try
        {
            var (telling, whole) = Weigh(words);
            if (telling.Count == 0)
                return [];
            var scores = ArrayPool<float>.Shared.Rent(_count);
            var shared = ArrayPool<byte>.Shared.Rent(_count);
            scores.AsSpan(0, _count).Clear();
            shared.AsSpan(0, _count).Clear();
            foreach (var (word, weight) in telling)
            {
                Score(word.Swedish, weight, scores, shared);
                if (word.English != word.Swedish)
                    Score(word.English, weight, scores, shared);
            }
            var best = new PriorityQueue<LikeTicket, double>();
            for (var i = 0; i < _count; i++)
            {
                if (scores[i] <= 0 || (best.Count == limit && scores[i] / whole <= best.Peek().Share))
                    continue;
                ref var doc = ref _docs[i];
                if (doc.Dead)
                    continue;
                var like = LikenessOf(doc, Math.Min(1, scores[i] / whole), shared[i]);
                if (!allowed(like))
                    continue;
                best.Enqueue(like, like.Share);
                if (best.Count > limit)
                    best.Dequeue();
            }
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<byte>.Shared.Return(shared);
            var found = new LikeTicket[best.Count];
            for (var i = found.Length - 1; i >= 0; i--)
                found[i] = best.Dequeue();
            return found;
        }
        finally { _gate.ExitReadLock(); }
    }

    /// <summary>Every word, and category (as the word <c>category:</c> and its key), with the tickets after a time that have it.</summary>
    /// <param name="after">Tickets registered before are left out.</param>
    /// <param name="least">Words of fewer tickets are left out.</param>
    /// <param name="visit">Given each word's tickets; what it is given is used again after.</param>
    public void Visit(DateTimeOffset after, int least, Action<WordKey, IReadOnlyList<LikeTicket>> visit)
    {
        _gate.EnterReadLock();
        try
        {
            var first = (int)(after.ToUnixTimeSeconds() / 60);
            var having = new List<LikeTicket>();
            foreach (var term in _terms.Concat(_fresh.Keys.Where(term => Array.BinarySearch(_terms, term) < 0)))
            {
                if (Spread(term) < least)
                    continue;
                having.Clear();
                foreach (var posting in Settled(term))
                    Take(posting >> 8);
                foreach (var posting in Fresh(term))
                    Take(posting >> 8);
                if (having.Count >= least)
                    visit(new WordKey(term, null), having);
            }
            foreach (var ofOne in Enumerable.Range(0, _count).Where(i => !_docs[i].Dead && _docs[i].Minute >= first && _docs[i].Category > 0).GroupBy(i => _docs[i].Category))
            {
                having.Clear();
                having.AddRange(ofOne.Select(i => LikenessOf(_docs[i], 1, 0)));
                if (having.Count >= least)
                    visit(new WordKey(0, _categories[ofOne.Key]), having);
            }

            void Take(uint place)
            {
                ref var doc = ref _docs[place];
                if (!doc.Dead && doc.Minute >= first)
                    having.Add(LikenessOf(doc, 1, 1));
            }
        }
        finally { _gate.ExitReadLock(); }
    }

    /// <summary>When the first ticket was registered; null when there is none.</summary>
    public DateTimeOffset? First()
    {
        _gate.EnterReadLock();
        try
        {
            var first = int.MaxValue;
            for (var i = 0; i < _count; i++)
                first = _docs[i].Dead ? first : Math.Min(first, _docs[i].Minute);
            return first == int.MaxValue ? null : DateTimeOffset.FromUnixTimeSeconds(first * 60L);
        }
        finally { _gate.ExitReadLock(); }
    }

    private (List<(AskedWord Word, float Weight)> Telling, float Whole) Weigh(IReadOnlyList<AskedWord> words)
    {
        var all = new List<(AskedWord Word, float Weight, int Spread)>(words.Count);
        var whole = 0f;
        foreach (var word in words)
        {
            var spread = Spread(word.Swedish) + (word.English == word.Swedish ? 0 : Spread(word.English));
            // A word that no ticket has is told of by none; half of it counts as missing, since names and misspellings are such words.
            var weight = word.Weight * (float)Math.Log(1 + Math.Max(0.5, _count - spread + 0.5) / (spread + 0.5));
            whole += spread == 0 ? weight / 2 : weight;
            if (spread > 0)
                all.Add((word, weight, spread));
        }
        all.Sort((one, other) => other.Weight.CompareTo(one.Weight));
        var (postings, many) = (0, 0);
        while (many < all.Count && (many < FewestWords || postings + all[many].Spread <= MostPostings))
            postings += all[many++].Spread;
        return ([.. all.Take(many).Select(word => (word.Word, word.Weight))], whole);
    }

    private void Score(ulong term, float weight, float[] scores, byte[] shared)
    {
        foreach (var posting in Settled(term))
            Earn(posting, scores, shared);
        foreach (var posting in Fresh(term))
            Earn(posting, scores, shared);

        void Earn(uint posting, float[] earned, byte[] had)
        {
            // In a short ticket a word says no more than all of itself.
            earned[posting >> 8] += weight * Math.Min(1, (posting & 255) / WeightStep);
            if (had[posting >> 8] < byte.MaxValue)
                had[posting >> 8]++;
        }
    }

    private ReadOnlySpan<uint> Settled(ulong term)
        => Array.BinarySearch(_terms, term) is >= 0 and var at ? _postings.AsSpan(_starts[at], _starts[at + 1] - _starts[at]) : [];

    private ReadOnlySpan<uint> Fresh(ulong term) => _fresh.TryGetValue(term, out var list) ? CollectionsMarshal.AsSpan(list) : [];

    private int Spread(ulong term) => Settled(term).Length + Fresh(term).Length;

    private LikeTicket LikenessOf(in Doc doc, double share, int words) => new(
        doc.Id, share, words, DateTimeOffset.FromUnixTimeSeconds(doc.Minute * 60L), doc.Category == 0 ? null : _categories[doc.Category], doc.Open, doc.Solved);

    private ushort NumberOf(string? category)
    {
        if (string.IsNullOrEmpty(category))
            return 0;
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_categoryNumbers, category, out var known);
        if (!known)
        {
            number = (ushort)_categories.Count;
            _categories.Add(category);
        }
        return number;
    }

    /// <summary>What is fresh joins the rest, and what is dead is left behind.</summary>
    private void Settle()
    {
        var moved = new int[_count];
        var alive = 0;
        for (var i = 0; i < _count; i++)
        {
            moved[i] = _docs[i].Dead ? -1 : alive;
            if (_docs[i].Dead)
                continue;
            _docs[alive] = _docs[i];
            _places[_docs[alive].Id] = alive;
            alive++;
        }
        ulong[] terms = [.. _terms.Concat(_fresh.Keys).Distinct().Order()];
        var starts = new List<int>(terms.Length + 1) { 0 };
        var kept = new List<ulong>(terms.Length);
        var postings = new List<uint>(_postings.Length + _freshPostings);
        foreach (var term in terms)
        {
            foreach (var posting in Settled(term))
                Keep(posting);
            foreach (var posting in Fresh(term))
                Keep(posting);
            if (postings.Count > starts[^1])
            {
                kept.Add(term);
                starts.Add(postings.Count);
            }
        }
        (_terms, _starts, _postings) = ([.. kept], [.. starts], [.. postings]);
        _fresh.Clear();
        _fresh.TrimExcess();
        (_freshPostings, _dead, _count) = (0, 0, alive);

        void Keep(uint posting)
        {
            if (moved[posting >> 8] is >= 0 and var place)
                postings.Add(((uint)place << 8) | (posting & 255));
        }
    }

    public void Dispose() => _gate.Dispose();

    private record struct Doc(Guid Id, int Minute, ushort Category, bool Open, bool Solved, bool Dead, int Content);
}

/// <summary>A word by its term, or a category by its key.</summary>
internal readonly record struct WordKey(ulong Term, string? Category);
