using System.Text.RegularExpressions;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;

namespace Desk.Intake.Mail.Threading;

/// <summary>
/// The desk's own marks in a mail: Message-IDs <c>D-1042.{message id}.{tag}@{domain}</c> and plus-addresses <c>support+D-1042.{tag}@…</c>. The tag
/// is signed: nobody can make one for a ticket they have not had mail about.
/// </summary>
internal sealed partial class ThreadTokens(SignedTokens tokens)
{
    private const string MessagePurpose = "mail";
    private const string AddressPurpose = "mail-address";

    /// <summary>The ticket and message our Message-ID names, when it is ours indeed.</summary>
    public (TicketNumber Number, Guid MessageId)? OfMessageId(string messageId)
    {
        var match = OwnMessageId().Match(messageId);
        if (!match.Success || !TicketNumber.TryParse(match.Groups[1].Value, out var number) || !Guid.TryParseExact(match.Groups[2].Value, "N", out var message))
            return null;
        return tokens.TagIsRight(MessagePurpose, $"{number}.{message:N}", match.Groups[3].Value.ToLowerInvariant()) ? (number, message) : null;
    }

    public TicketNumber? OfAddress(string address)
    {
        var match = PlusAddress().Match(address);
        return match.Success && TicketNumber.TryParse(match.Groups[1].Value, out var number)
            && tokens.TagIsRight(AddressPurpose, number.ToString(), match.Groups[2].Value.ToLowerInvariant()) ? number : null;
    }

    /// <summary>A ticket number in brackets in a subject: <c>[D-1042]</c>. Anybody can write one: it is the weakest sign.</summary>
    public static TicketNumber? OfSubject(string subject)
        => SubjectToken().Match(subject) is { Success: true } match && TicketNumber.TryParse(match.Groups[1].Value, out var number) ? number : null;

    // Some servers change the case of a local part; the number and the tag survive that.
    [GeneratedRegex(@"^(D-\d{1,18})\.([0-9a-f]{32})\.([0-9a-f]{20})@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OwnMessageId();

    [GeneratedRegex(@"\+(D-\d{1,18})\.([0-9a-f]{20})@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlusAddress();

    [GeneratedRegex(@"\[#?\s?(D-\d{1,18})\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SubjectToken();
}
