using System.Text.RegularExpressions;

namespace Desk.Intake.Mail.Replies;

/// <summary>
/// What stands under an answer without a mark of its own: a closing with name and numbers, a disclaimer, a plea for the forest; in the words of the
/// same languages as <see cref="LineKinds"/>. Looked for only below something that was said.
/// </summary>
internal static partial class Feet
{
    private const int MostLines = 14;
    private const int LongestLine = 90;
    private const int LongestParagraph = 4_000;

    public static void Fold(string[] lines, LineKind[] kinds, bool[] keep)
    {
        Notices(lines, kinds, keep);
        if (Closing(lines, kinds, keep) is >= 0 and var first)
        {
            for (var i = first; i < keep.Length; i++)
                keep[i] = false;
        }
    }

    /// <summary>Paragraphs of lawyers and foresters.</summary>
    private static void Notices(string[] lines, LineKind[] kinds, bool[] keep)
    {
        var said = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!keep[i] || kinds[i] is LineKind.Empty)
                continue;
            var end = i;
            var length = 0;
            while (end < lines.Length && keep[end] && kinds[end] is not LineKind.Empty && length <= LongestParagraph)
                length += lines[end++].Length + 1;
            end = Math.Max(end, i + 1);
            // A disclaimer is long; "The contract is confidential." is said.
            if (said && kinds[i] is LineKind.Text && length <= LongestParagraph)
            {
                var paragraph = string.Join(' ', lines[i..end]);
                if ((length >= 70 && Secret().IsMatch(paragraph) && AboutTheMail().IsMatch(paragraph) && ForWhom().IsMatch(paragraph)) || (length <= 250 && Forest().IsMatch(paragraph)))
                {
                    for (var j = i; j < end; j++)
                        keep[j] = false;
                }
            }
            said |= kinds[i] is LineKind.Text && keep[i];
            i = end - 1;
        }
    }

    /// <summary>The line of the closing that ends the writing, or -1: few and short lines may follow it, and no question.</summary>
    private static int Closing(string[] lines, LineKind[] kinds, bool[] keep)
    {
        var after = 0;
        for (var i = lines.Length - 1; i > 0; i--)
        {
            if (!keep[i] || kinds[i] is LineKind.Empty)
                continue;
            var line = lines[i].Trim();
            if (line.Length <= LongestLine && kinds[i] is LineKind.Text && ClosingLine().Match(line) is { Success: true } match && (after > 0 || match.Groups["name"].Length > 0))
            {
                for (var j = 0; j < i; j++)
                {
                    if (keep[j] && kinds[j] is LineKind.Text)
                        return i;
                }
                return -1;
            }
            if (++after > MostLines || line.Length > LongestLine || line.EndsWith('?') || kinds[i] is LineKind.Quote)
                return -1;
        }
        return -1;
    }

    [GeneratedRegex(@"^(?:(?:med )?(?:vänlig(?:a|aste)?|bästa|varma|många) hälsning(?:ar)?|hälsningar|m\.?v\.?h\.?|v\.?h\.?|(?:med )?(?:vennlig|venlig|beste|bedste|de bedste|de beste) (?:hilsen|hilsner)|hilsen|venlige hilsner|(?:ystävällisin|parhain|kunnioittavasti,? )? ?terveisin|ystävällisesti|(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|my best) regards|regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|mit (?:freundlichen|besten|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en|mit freundlichem gru(?:ß|ss)|(?:freundliche|viele|beste|liebe|schöne|herzliche) gr(?:ü|ue)(?:ß|ss)e|mfg|hochachtungsvoll|(?:bien )?cordialement|bien à vous|(?:sincères|meilleures|cordiales)? ?salutations(?: distinguées)?|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|m\.?v\.?g\.?|groeten|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cordialmente|(?:cordiali|distinti|cari|un) salut[io]|saluti|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|z poważaniem|(?:serdecznie )?pozdrawiam|z wyrazami szacunku|с уважением|с наилучшими пожеланиями|всего доброго|з повагою|з найкращими побажаннями|此致|此致敬[礼禮]|祝好|顺颂商祺|順頌商祺)(?:[,.!:;， –/-]{0,4}(?<name>(?-i:\p{Lu})[\p{L}.'’-]{0,30}(?: (?-i:\p{Lu})[\p{L}.'’-]{0,30}){0,2}))?[\s,.!，。–-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ClosingLine();

    [GeneratedRegex(@"confidential|privileged|konfidenti|konfidensi|sekretess|fortrolig|luottamuksel|vertraulich|confidentiel|vertrouwelijk|confidencia|riservat|poufn|конфиденц|конфіденц|保密|机密|機密", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\b(?:e-?mail|mail|message|communication|e-post\p{L}*|mejl\p{L}*|meddelande\p{L}*|besked\p{L}*|melding\p{L}*|sähköposti\p{L}*|viesti\p{L}*|nachricht|bericht|messaggio|mensaje|mensagem|wiadomość|сообщение|письмо|повідомлення|лист)\b|邮件|郵件", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AboutTheMail();

    [GeneratedRegex(@"intended|addressee|recipient|mottagare\p{L}*|mottaker\p{L}*|modtager\p{L}*|vastaanottaja\p{L}*|empfänger|adressat|destinatair|geadresseerde|destinatari|adresat|адресат|收件人|仅限|僅限|错收|delete|radera|slette|poista|vernichten|löschen|supprimer|verwijder|elimin|cancell|usuni|удал|видал", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForWhom();

    [GeneratedRegex(@"(?:consider|think of|think about) the environment|tänk på miljön|tenk på miljøet|tænk på miljøet|ajattele ympäristöä|denken sie an die umwelt|pensez à l'environnement|denk aan het milieu|medio ?ambiente antes de imprimir|pensa all'ambiente|meio ambiente antes de imprimir|pomyśl o środowisku", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forest();
}
