using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Desk.Knowledge.Search;

/// <summary>What text is searched by, and how much it counts.</summary>
internal readonly record struct Term(string Text, float Weight);

/// <summary>
/// Turns text into the terms that find it again. Each word gives its stem in Swedish (<c>s:</c>), in English (<c>e:</c>), and its runs of
/// four letters (<c>#</c>), with å, ä and ö written a and o. The runs are what carries Swedish: they join a compound with its parts
/// (<c>skrivarinstallation</c>, <c>installera skrivare</c>), forgive spelling, and find a word before it is finished. A compound that is asked
/// for is also taken apart into words that articles have.
/// </summary>
internal static class Analysis
{
    private const int Run = 4;
    private const int MostWordsOfQuestion = 120;

    // BM25's saturation and length correction. The average length is fixed (an article of about a hundred words): see ADR 0014.
    private const double Saturation = 1.0;
    private const double LengthCorrection = 0.8;
    private const double AverageWords = 60;
    private const double TitleCounts = 3;
    public const float RunWeight = 0.3f;
    private const float PartOfCompound = 0.6f;

    // Words of grammar tell little, but in a short question they are some of the little there is.
    private const float SilentWord = 0.2f;

    // An answer says early what it is about: its first word counts twice, the fifteenth little more than once.
    private const double EarlyCounts = 1;
    private const double EarlyWords = 15;
    private const float KindOfAnswer = 3;

    // Who asks first tells how it is with them: that is not what they want to know.
    private const float BesideTheQuestion = 0.4f;

    /// <summary>The terms of an article, weighed as BM25 weighs them; the rarity of a term is left to the time of asking.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="plain">Its text.</param>
    /// <param name="language">Its language.</param>
    /// <param name="seen">The terms of words met before, where many articles are read: they share most of their words.</param>
    public static IReadOnlyList<Term> OfArticle(
        string title, string plain, string language, ConcurrentDictionary<(string Word, string Language), string[]>? seen = null)
    {
        var counts = new Dictionary<string, double>();
        double words = 0;
        foreach (var (text, count) in new[] { (title, TitleCounts), (plain, 1.0) })
        {
            var place = 0;
            foreach (var word in Words(text))
            {
                var weight = count == 1 ? 1 + EarlyCounts * Math.Exp(-place++ / EarlyWords) : count;
                foreach (var term in TermsOf(word))
                    Count(term, weight);
                if (IsTelling(word))
                    words++;
            }
        }
        foreach (var (kind, much) in AnswerKinds.ToldBy(plain))
            counts[kind] = much;

        var longness = Saturation * (1 - LengthCorrection + LengthCorrection * words / AverageWords);
        return [.. counts.Select(term => new Term(term.Key, (float)(term.Key[0] switch
        {
            '?' => term.Value,
            '#' => Weight(term.Value) * RunWeight,
            _ => Weight(term.Value),
        })))];

        double Weight(double count) => count * (Saturation + 1) / (count + longness);
        string[] TermsOf(string word) => seen is null ? Terms(word) : seen.GetOrAdd((word, language), key => Terms(key.Word));
        string[] Terms(string word) => [language == "sv" ? SwedishTerm(word) : EnglishTerm(word), .. Runs(word, finished: true)];
        void Count(string term, double count) => CollectionsMarshal.GetValueRefOrAddDefault(counts, term, out _) += count;
    }

    /// <summary>The terms of a question. Known tells the terms that articles have; typing, that the last word may be unfinished.</summary>
    public static IReadOnlyList<Term> OfQuestion(string question, Func<string, bool> known, bool typing = false)
    {
        var sentences = Sentences(question);
        // "It is broken. What do I do?" asks of what was told.
        var asks = sentences.Exists(sentence => IsAsked(sentence) && Words(sentence).Any(IsTelling));
        var words = sentences.Index().SelectMany(sentence =>
        {
            var isUnfinished = typing && sentence.Index == sentences.Count - 1;
            var weight = !asks || isUnfinished || IsAsked(sentence.Item) ? 1 : BesideTheQuestion;
            return Words(sentence.Item).Select(word => (word, IsTelling(word) ? weight : weight * SilentWord));
        });
        var terms = new Dictionary<string, float>();
        // Grammar alone tells nothing, unless somebody asks it: "how is it done?"
        if (sentences.Exists(IsAsked) || Words(question).Any(IsTelling))
            Ask(terms, words, known, typing);
        if (terms.Count > 0)
        {
            foreach (var kind in AnswerKinds.AskedBy(question))
                terms[kind] = KindOfAnswer;
        }
        return AsList(terms);

        static bool IsAsked(string sentence) => sentence.EndsWith('?');
    }

    /// <summary>The terms of a ticket: its subject counts twice what its text does.</summary>
    public static IReadOnlyList<Term> OfTicket(string subject, string text, Func<string, bool> known)
    {
        var terms = new Dictionary<string, float>();
        Ask(terms, Words(text).Where(IsTelling).Select(word => (word, 1f)), known, typing: false);
        Ask(terms, Words(subject).Where(IsTelling).Select(word => (word, 2f)), known, typing: false);
        return AsList(terms);
    }

    private static void Ask(Dictionary<string, float> terms, IEnumerable<(string Word, float Weight)> asked, Func<string, bool> known, bool typing)
    {
        var words = asked.Take(MostWordsOfQuestion).ToList();
        for (var i = 0; i < words.Count; i++)
        {
            var (word, weight) = words[i];
            var finished = !typing || i < words.Count - 1;
            if (finished)
            {
                Add(SwedishTerm(word), weight);
                Add(EnglishTerm(word), weight);
                if (IsTelling(word) && !known(SwedishTerm(word)) && !known(EnglishTerm(word)))
                {
                    foreach (var part in Compounds.Parts(word, known))
                        Add(part, weight * PartOfCompound);
                }
            }
            foreach (var run in Runs(word, finished))
                Add(run, weight);
        }

        // Said again and again is not asked for more.
        void Add(string term, float asMuch) => terms[term] = Math.Max(asMuch, terms.GetValueOrDefault(term));
    }

    private static List<string> Sentences(string text)
    {
        var (sentences, start) = (new List<string>(), 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '.' or '?' or '!' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])))
            {
                sentences.Add(text[start..(i + 1)]);
                start = i + 1;
            }
        }
        if (!text.AsSpan(start).IsWhiteSpace())
            sentences.Add(text[start..]);
        return sentences;
    }

    private static List<Term> AsList(Dictionary<string, float> terms)
    {
        var list = new List<Term>(terms.Count);
        foreach (var (term, weight) in terms)
            list.Add(new Term(term, weight));
        return list;
    }

    public static string SwedishTerm(string word) => "s:" + SwedishStems.Of(word);

    public static string EnglishTerm(string word) => "e:" + EnglishStems.Of(word);

    /// <summary>Whether a word says anything about the matter.</summary>
    public static bool IsTelling(string word) => !Silent.Contains(word);

    /// <summary>
    /// Words in small letters: runs of letters and digits. A short word with a hyphen also counts as one (<c>wi-fi</c>, <c>e-post</c>).
    /// </summary>
    public static IEnumerable<string> Words(string text)
    {
        var start = -1;
        var (previous, joined) = ("", false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start >= 0)
            {
                var word = text[start..i].ToLowerInvariant();
                yield return word;
                if (joined && previous.Length + word.Length <= 8)
                    yield return previous + word;
                (previous, start) = (word, -1);
            }
            joined = i < text.Length && text[i] is '-' or '\u2011' && i > 0 && char.IsLetterOrDigit(text[i - 1]);
        }
    }

    private static IEnumerable<string> Runs(string word, bool finished)
    {
        var marked = Folded(word, finished);
        if (marked.Length <= Run)
        {
            yield return "#" + marked;
            yield break;
        }
        for (var i = 0; i + Run <= marked.Length; i++)
            yield return string.Concat("#", marked.AsSpan(i, Run));
    }

    private static string Folded(string word, bool finished) => string.Create(word.Length + (finished ? 2 : 1), (word, finished), static (marked, source) =>
    {
        marked[0] = '_';
        for (var i = 0; i < source.word.Length; i++)
        {
            marked[i + 1] = source.word[i] switch { 'å' or 'ä' or 'à' or 'á' => 'a', 'ö' or 'ó' => 'o', 'é' or 'è' => 'e', 'ü' => 'u', var letter => letter };
        }
        if (source.finished) marked[^1] = '_';
    });

    // Words of grammar and courtesy, in the two languages of the desk: they are in every ticket and tell nothing of it.
    private static readonly FrozenSet<string> Silent = """
        och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne då sin nu har inte hans honom
        skulle hennes där min man ej vid kunde något från ut när efter upp vi dem vara vad över än dig kan sina här ha mot alla under någon eller
        allt mycket sedan ju denna själv detta åt utan varit hur ingen mitt ni bli blev oss din dessa några deras blir mina samma vilken er sådan
        vår blivit dess inom mellan sådant varför varje vilka ditt vem vilket dina vars vårt våra ert era vilkas får ska måste finns går gör göra
        gjort vill hej hejsan tack hälsningar mvh vänliga vänlig snälla gärna också bara fick får kommer
        the a an and or of to in on at for from by with is are was were be been being i me my we our you your he she it its they them their this
        that these those as if then than so not no do does did doing have has had having can could will would shall should may might must what
        which who whom how when where why there here am hi hello dear thanks thank please regards best kind just also get got
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();
}
