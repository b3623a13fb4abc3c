using System.Text.RegularExpressions;

namespace Desk.Knowledge.Search;

/// <summary>
/// What a question wants to hear: <c>when</c> and <c>how long</c> are answered by a text that speaks of time.
/// </summary>
internal static partial class AnswerKinds
{
    /// <summary>The term of a text that speaks of time.</summary>
    public const string Time = "?time";

    public static bool TellsTime(string plain) => TimeWords().IsMatch(plain);

    public static bool AsksTime(string question) => WhenWords().IsMatch(question);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex("""
        \b(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|(?:19|20)\d\d|dag|dagar|veckor?|månad|månader|år|timmar|minuter|datum|tid|tiden
        |january|february|march|june|july|august|october|days?|weeks?|months?|years?|hours?|minutes?)\b
        """, Options | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TimeWords();

    [GeneratedRegex(@"(?:^|[.?!]\s+)(?:när|when)\b|\bhur (?:länge|lång)|\b(?:vilken|sista) dag|\bvilket datum|\bhow (?:long|soon)\b", Options)]
    private static partial Regex WhenWords();
}
