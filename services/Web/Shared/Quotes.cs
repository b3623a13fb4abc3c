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
            if (Introduction().IsMatch(lines[i]) || (lines[i].StartsWith('>') && lines[i..].All(l => l.StartsWith('>') || string.IsNullOrWhiteSpace(l))))
            {
                at = i;
                break;
            }
        }
        var own = string.Join('\n', lines[..at]).TrimEnd();
        return own.Length == 0 ? (text.Trim(), "") : (own.TrimStart('\n'), string.Join('\n', lines[at..]).Trim());
    }

    [GeneratedRegex(@"^\s*(-{2,}\s*(original message|ursprungligt meddelande|ursprungsmeddelande)\s*-{2,}|(on|den)\b.{6,120}\b(wrote|skrev)\b.*:\s*$|_{20,}\s*$)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 200)]
    private static partial Regex Introduction();
}
