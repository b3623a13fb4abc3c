using System.Text.RegularExpressions;

namespace Desk.Web.Shared;

/// <summary>Splits what a person wrote from the quote and signature below it. Nothing is lost: the two parts together are the text.</summary>
public static partial class Quotes
{
    public static (string Own, string Quoted) Fold(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var at = lines.Length;
        for (var i = 0; i < lines.Length; i++)
        {
            // A quote begins where somebody else is introduced, or where the rest is marked as quoted.
            if (Introduction().IsMatch(lines[i]) || IsOutlookHead(lines.AsSpan(i)) || (lines[i].StartsWith('>') && lines[i..].All(l => l.StartsWith('>') || string.IsNullOrWhiteSpace(l))))
            {
                at = i;
                break;
            }
        }
        var own = string.Join('\n', lines[..at]).TrimEnd();
        return own.Length == 0 ? (text.Trim(), "") : (own.TrimStart('\n'), string.Join('\n', lines[at..]).Trim());
    }

    /// <summary>From, sent and to, each on a line of its own: how Outlook begins what it quotes, with nothing else before it.</summary>
    private static bool IsOutlookHead(ReadOnlySpan<string> lines)
    {
        if (lines.Length < 3 || !HeadFrom().IsMatch(lines[0]))
            return false;
        var others = 0;
        foreach (var line in lines[1..Math.Min(lines.Length, 6)])
            others += HeadOther().IsMatch(line) ? 1 : 0;
        return others >= 2;
    }

    [GeneratedRegex(@"^\W{0,3}(Från|From|Fra|Von|De|Van|Lähettäjä|Da|Od|От|Від)\W{0,3}:\s*\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex HeadFrom();

    [GeneratedRegex(@"^\W{0,3}(Skickat|Till|Ämne|Kopia|Datum|Sent|To|Subject|Cc|Date|Sendt|Til|Emne|Dato|Gesendet|An|Betreff|Datum|Envoyé|À|Objet|Verzonden|Aan|Onderwerp|Lähetetty|Vastaanottaja|Aihe)\W{0,3}:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex HeadOther();

    [GeneratedRegex(@"^\s*(-{2,}\s*(original message|ursprungligt meddelande|ursprungsmeddelande)\s*-{2,}|(on|den)\b.{6,120}\b(wrote|skrev)\b.*:\s*$|_{20,}\s*$)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 200)]
    private static partial Regex Introduction();
}
