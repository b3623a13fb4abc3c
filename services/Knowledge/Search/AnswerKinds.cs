using System.Text.RegularExpressions;

namespace Desk.Knowledge.Search;

/// <summary>
/// What a question wants to hear, beside what it is about: <c>when</c> is answered by a text that speaks of time, <c>what is</c> by one that begins by saying what
/// something is, <c>who</c> by one that begins with who does it, <c>where</c> by one that says where to turn, <c>how</c> by one that goes step by step, and what begins
/// with its verb by one that begins with yes or no.
/// </summary>
internal static partial class AnswerKinds
{
    private static readonly (string Term, Regex Asks, Regex Tells)[] Kinds =
    [
        ("?time", AsksWhen(), TellsTime()),
        ("?what", AsksWhat(), TellsWhat()),
        ("?who", AsksWho(), TellsWho()),
        ("?where", AsksWhere(), TellsWhere()),
        ("?how", AsksHow(), TellsHow()),
        ("?whether", AsksWhether(), TellsWhether()),
    ];

    /// <summary>The terms of the kinds that a text answers, and how much: one when it does so once, at most two.</summary>
    public static IEnumerable<Term> ToldBy(string plain)
    {
        foreach (var (term, _, tells) in Kinds)
        {
            if (tells.Count(plain) is > 0 and var times)
                yield return new Term(term, 2f * times / (times + 1));
        }
    }

    /// <summary>The terms of the kinds that a question asks for.</summary>
    public static IEnumerable<string> AskedBy(string question) => Kinds.Where(kind => kind.Asks.IsMatch(question)).Select(kind => kind.Term);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:när|when)\b|\bhur (?:länge|lång)|\b(?:vilken|sista) dag|\bvilket datum|\bhow (?:long|soon)\b", Options)]
    private static partial Regex AsksWhen();

    [GeneratedRegex("""
        \b(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|(?:19|20)\d\d|dag|dagar|veckor?|månad|månader|år|timmar|minuter|datum|tid|tiden
        |january|february|march|june|july|august|october|days?|weeks?|months?|years?|hours?|minutes?)\b
        """, Options | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TellsTime();

    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:vad|what)\s+(?:är|betyder|innebär|menas|is|are|does)\b", Options)]
    private static partial Regex AsksWhat();

    [GeneratedRegex(@"^[^.]{0,80}\b(?:är en|är ett|är den|är det|är att|betyder|innebär|menas|står för|is an?|means|stands for)\b", Options)]
    private static partial Regex TellsWhat();

    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:vem|vilka|who)\b", Options)]
    private static partial Regex AsksWho();

    [GeneratedRegex(@"^(?:\w+\s){0,4}(?:får|kan|ansvarar|fattar|ska|och|may|can|decides?|is responsible)\b", Options)]
    private static partial Regex TellsWho();

    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:var|vart|where)\b|\bvem kan (?:jag|vi) (?:vända|kontakta|fråga)|\bwho can (?:i|we) (?:ask|turn)", Options)]
    private static partial Regex AsksWhere();

    [GeneratedRegex(@"\b(?:kontakta|vänd er|vänd dig|mejla|e-post|ring|telefon|webb|webbplats|adress|länk|contact|call|mail|address|link)\b", Options)]
    private static partial Regex TellsWhere();

    [GeneratedRegex(@"(?:^|[.?!]\s+)hur (?:gör|kan|går|ansöker|får|ska|söker)|\bhow (?:do|can|to)\b", Options)]
    private static partial Regex AsksHow();

    [GeneratedRegex(@"\b(?:klicka|välj|fyll i|skicka in|skickar in|skickas|ansök|steg|först|sedan|därefter|börjar med|click|choose|select|first|then)\b", Options)]
    private static partial Regex TellsHow();

    // Not may and can: they ask for what to do as often as for yes or no.
    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:är|ska|skall|har|blir|behöver|måste|finns|kommer|gäller|räknas|går|bör|ingår|krävs|is|are|do|does|must|should|will)\b[^?]*\?", Options)]
    private static partial Regex AsksWhether();

    [GeneratedRegex(@"^(?:ja|nej|jo|yes|no)\b", Options)]
    private static partial Regex TellsWhether();
}
