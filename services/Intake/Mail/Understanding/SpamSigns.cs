using System.Globalization;
using Desk.Intake.Mail.Reading;

namespace Desk.Intake.Mail.Understanding;

/// <summary>
/// What a filter in front said of a mail: SpamAssassin, Rspamd, Exchange and those that use their words. Only a yes counts: a sender who writes one
/// quarantines his own mail, and a no of his is worth nothing.
/// </summary>
internal static class SpamSigns
{
    /// <summary>From this confidence on Exchange calls a mail spam.</summary>
    private const int ExchangeSpam = 5;

    /// <summary>Null for most; else a sentence for those who look after the quarantine.</summary>
    public static string? Of(MailHeaders headers)
    {
        foreach (var name in new[] { "X-Spam-Flag", "X-Spam-Status", "X-Spam", "X-Spam-Result", "X-Barracuda-Spam-Flag", "X-Bogosity", "X-DSPAM-Result", "X-CRM114-Status" })
        {
            if (headers.RawAll(name).Any(value => First(value) is "yes" or "spam" or "true"))
                return $"A filter marked it as spam ({name}).";
        }
        if (headers.RawAll("X-Rspamd-Action").Any(action => action.Trim().ToLowerInvariant() is "reject" or "add header" or "rewrite subject" or "quarantine"))
            return "A filter marked it as spam (X-Rspamd-Action).";
        if (headers.RawAll("X-Spamd-Result").Any(result => result.StartsWith("default: True", StringComparison.OrdinalIgnoreCase)))
            return "A filter marked it as spam (X-Spamd-Result).";
        foreach (var name in new[] { "X-MS-Exchange-Organization-SCL", "X-SCL" })
        {
            if (headers.RawAll(name).Any(value => int.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level >= ExchangeSpam))
                return $"A filter marked it as spam ({name}).";
        }
        if (headers.RawAll("X-Forefront-Antispam-Report").Any(IsForefrontSpam))
            return "A filter marked it as spam (X-Forefront-Antispam-Report).";
        return headers.RawAll("X-Virus-Status").Any(value => First(value) is "infected" or "yes") || headers.RawAll("X-Amavis-Alert").Any(value => First(value) is "infected")
            ? "A filter found a virus in it." : null;
    }

    private static bool IsForefrontSpam(string report) => report.Split(';').Select(part => part.Trim().ToUpperInvariant())
        .Any(part => part is "SFV:SPM" or "SFV:SKS" or "SFV:SKB" or "CAT:SPM" or "CAT:HSPM" or "CAT:PHSH" or "CAT:HPHSH" or "CAT:HPHISH" or "CAT:MALW" or "CAT:BULK");

    private static string First(string value) => value.TrimStart().Split([',', ' ', ';', '\t'], 2)[0].ToLowerInvariant();
}
