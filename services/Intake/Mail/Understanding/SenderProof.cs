using System.Text.RegularExpressions;
using Desk.Intake.Mail.Reading;

namespace Desk.Intake.Mail.Understanding;

/// <summary>
/// Whether the filter in front proved a mail to be of its From (RFC 8601). Only the uppermost Authentication-Results counts, and only under the name
/// of our own filter, which must take away those of its name that strangers send (RFC 8601, 5): what is below it anybody may have written.
/// </summary>
internal static partial class SenderProof
{
    public static bool Of(ReceivedMail mail, string authenticator)
    {
        if (mail.From is not { } from || mail.Headers.RawAll("From").Count() != 1 || Addresses.Read(mail.Headers.Raw("From")).Count != 1)
            return false;
        if (mail.Headers.RawAll("Authentication-Results").FirstOrDefault() is not { Length: < 8_000 } field)
            return false;
        var results = Comment().Replace(field, " ").Split(';');
        if (!results[0].Trim().Split(' ')[0].Equals(authenticator, StringComparison.OrdinalIgnoreCase))
            return false;
        foreach (var result in results.Skip(1))
        {
            var words = result.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            var domain = words[0].ToLowerInvariant() switch
            {
                "dmarc=pass" => Property(words, "header.from"),
                "dkim=pass" => Property(words, "header.d") ?? Property(words, "header.i"),
                _ => null,
            };
            // The very domain of From: a neighbour or a parent of it may be somebody else.
            if (domain is not null && domain[(domain.LastIndexOf('@') + 1)..].Equals(from.Domain, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static string? Property(string[] words, string name)
        => words.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim('"');

    [GeneratedRegex(@"\([^()]{0,500}\)", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
