using System.Text.RegularExpressions;

namespace Desk.Web.Workspace;

/// <summary>
/// Takes out of a conversation what belongs to one person or must stay secret, so that it can become an article: names that are known, addresses,
/// numbers of people and telephones, passwords and keys. It errs by taking too much; the writer reads it all the same.
/// </summary>
internal static partial class Masking
{
    /// <param name="text">What was said.</param>
    /// <param name="names">The people of the conversation, by their full names.</param>
    /// <param name="words">Gives the words that stand in their place.</param>
    public static string Mask(string text, IEnumerable<string> names, Shared.Words words)
    {
        var (name, secret) = (words["[namn]", "[name]"], words["[hemligt]", "[secret]"]);
        text = Secret().Replace(text, match => match.Groups["what"].Value + secret);
        text = Mail().Replace(text, words["[e-post]", "[e-mail]"]);
        text = Key().Replace(text, secret);
        text = PersonalNumber().Replace(text, words["[personnummer]", "[personal number]"]);
        text = Machine().Replace(text, words["[adress]", "[address]"]);
        text = Phone().Replace(text, words["[telefon]", "[telephone]"]);
        // Longest first: a full name before its parts, which are masked where they stand alone.
        foreach (var part in names.SelectMany(full => full.Split(' ').Append(full)).Where(part => part.Length > 1).Distinct().OrderByDescending(part => part.Length))
            text = Regex.Replace(text, $@"(?<![\p{{L}}\d]){Regex.Escape(part)}(?:s)?(?![\p{{L}}\d])", name, RegexOptions.CultureInvariant, s_longest);
        return text;
    }

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"(?<what>\b(?:lösenord(?:et)?|losenord|password|passwd|pwd|pinkod|pin|kod(?:en)?|code|nyckel(?:n)?|key|token|secret)\b(?:\s+(?:är|is|was|var))?\s*[:=]?\s+|\b(?:lösenord(?:et)?|password|pwd|pin|kod|code|token|key)[:=]\s*)(?=\S*[\d!#$%&*+_])\S+", Options, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+", Options, 1000)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\b(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{24,}={0,2}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"(?<!\d)(?:19|20)?\d{2}[01]\d[0-3]\d[-+ ]?\d{4}(?!\d)", Options, 1000)]
    private static partial Regex PersonalNumber();

    [GeneratedRegex(@"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", Options, 1000)]
    private static partial Regex Machine();

    [GeneratedRegex(@"(?<![\w.])(?:\+\d{1,3}[\s-]?|0)(?:\(0\))?\d(?:[\s-]?\d){6,11}(?!\w)", Options, 1000)]
    private static partial Regex Phone();
}
