using System.Text.RegularExpressions;

namespace Desk.Intake.Mail.Replies;

/// <summary>What a line of a mail is, seen for itself and with those around it.</summary>
internal enum LineKind { Text, Empty, Quote, Attribution, Header, Original, Delimiter, SentFrom }

/// <summary>
/// Tells the kinds of lines apart, in the words of the mail programs of Swedish, Norwegian, Danish, Finnish, English, German, French, Dutch,
/// Spanish, Italian, Portuguese, Polish, Russian, Ukrainian, Czech, Chinese and Japanese writers. Patterns are tried on short lines only, so
/// that no line costs more than a fixed amount.
/// </summary>
internal static partial class LineKinds
{
    private const int LongestPattern = 300;

    public static LineKind[] Of(string[] lines)
    {
        var kinds = new LineKind[lines.Length];
        for (var i = 0; i < lines.Length; i++)
            kinds[i] = OfOne(lines[i], i > 0 ? kinds[i - 1] : LineKind.Empty);
        // "Sent from the old server, the mail never arrives." begins what somebody says; nothing is sent from anywhere before anything is said.
        if (Array.FindIndex(kinds, kind => kind is not LineKind.Empty) is >= 0 and var begin && kinds[begin] is LineKind.SentFrom && begin + 1 < kinds.Length && kinds[begin + 1] is LineKind.Text)
            kinds[begin] = LineKind.Text;
        MarkAttributions(lines, kinds);
        MarkHeaders(lines, kinds);
        return kinds;
    }

    private static LineKind OfOne(string line, LineKind before)
    {
        var bare = line.Trim().Trim('\u200B', '\u00A0', '\uFEFF');
        if (bare.Length == 0)
            return LineKind.Empty;
        if (bare[0] == '>' || (bare.Length >= 2 && Initials().IsMatch(bare.Length > 40 ? bare[..40] : bare)))
            return LineKind.Quote;
        if (bare.Length > LongestPattern)
            return LineKind.Text;
        if (IsDelimiter(bare, line, before))
            return LineKind.Delimiter;
        if (Original().IsMatch(bare) || ForwardedMark().IsMatch(bare))
            return LineKind.Original;
        if (bare.Length <= 140 && (SentFrom().IsMatch(bare) || GetTheApp().IsMatch(bare)))
            return LineKind.SentFrom;
        return LineKind.Text;
    }

    /// <summary>A rule across the page, or the mark before a signature. Under a line of text a rule may underline it: then it is text.</summary>
    private static bool IsDelimiter(string bare, string line, LineKind before)
    {
        if (bare is "--" or "—" or "–" or "ᐧ" or "__" || line.TrimEnd('\r') is "-- ")
            return true;
        var mark = bare[0];
        if (!"-_*#=~+—".Contains(mark) || bare.Length < 3)
            return false;
        foreach (var c in bare)
        {
            if (c != mark && c != ' ')
                return false;
        }
        return before is not LineKind.Text || (mark is '_' && bare.Length >= 5);
    }

    /// <summary>"On Monday Anna wrote:", over as many as four lines.</summary>
    private static void MarkAttributions(string[] lines, LineKind[] kinds)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (kinds[i] != LineKind.Text || lines[i].Length > LongestPattern)
                continue;
            var joined = lines[i].Trim();
            for (var last = i; last < Math.Min(lines.Length, i + 4); last++)
            {
                if (last > i)
                {
                    // A mail address folded away from its bracket ("<a@b\n>:") leaves a line that looks like a quote.
                    if (kinds[last] == LineKind.Empty || (kinds[last] != LineKind.Text && lines[last].Trim() is not (">:" or ">")) || joined.Length > 400)
                        break;
                    joined += " " + lines[last].Trim();
                }
                if (!IsAttribution(joined))
                    continue;
                // A line of text just above is not part of it: the lines below say it all, and begin as such lines do.
                if (last > i && BeginsOne(string.Join(' ', lines[(i + 1)..(last + 1)].Select(line => line.Trim()))))
                    break;
                for (var j = i; j <= last; j++)
                    kinds[j] = LineKind.Attribution;
                i = last;
                break;
            }
        }
    }

    private static bool BeginsOne(string joined) => (AttributionStart().IsMatch(joined) || StartsWithDate().IsMatch(joined)) && IsAttribution(joined);

    private static bool IsAttribution(string joined)
    {
        if (joined.Length is < 8 or > 500)
            return false;
        var text = joined.TrimStart('*', '_', ' ', '\t').TrimEnd('*', '_', ' ');
        if (text.Length == 0)
            return false;
        // The end is looked at first, for most lines end in neither way.
        var colon = text[^1] is ':' or '：' || text.EndsWith(":-", StringComparison.Ordinal);
        if (!colon && !WroteAtEnd().IsMatch(text))
            return false;
        var verb = Wrote().IsMatch(text);
        if (!colon && !verb)
            return false;
        var address = text.Contains('@');
        var date = Moment().IsMatch(text);
        if (verb)
            return (address || date) && (address || AttributionStart().IsMatch(text));
        // Some say only when and who: "2015-10-18 0:17 GMT+03:00 Anna <anna@a.example>:".
        return (date && address && StartsWithDate().IsMatch(text)) || Quoting().IsMatch(text);
    }

    /// <summary>A header in the text: From, and at least two more of its kind close below.</summary>
    private static void MarkHeaders(string[] lines, LineKind[] kinds)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (kinds[i] is not (LineKind.Text or LineKind.Attribution) || lines[i].Length > LongestPattern || HeaderName(lines[i]) is not { } first)
                continue;
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { first };
            var last = i;
            for (int j = i + 1, strangers = 0; j < lines.Length && j < i + 14 && strangers < 3; j++)
            {
                if (kinds[j] == LineKind.Empty)
                    continue;
                if (lines[j].Length <= LongestPattern && HeaderName(lines[j]) is { } name)
                {
                    names.Add(name);
                    (last, strangers) = (j, 0);
                }
                else
                {
                    strangers++;
                }
            }
            if (names.Count < 3)
                continue;
            for (var j = i; j <= last; j++)
                kinds[j] = LineKind.Header;
            i = last;
        }
    }

    private static string? HeaderName(string line)
    {
        var match = HeaderLine().Match(line);
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^[\p{L}][\p{L}\d._-]{0,15}>(?: |$)", RegexOptions.CultureInvariant)]
    private static partial Regex Initials();

    // Each word ends at a space: without it, a run of letters could be cut in six in ever so many ways.
    [GeneratedRegex(@"^[-_=*]{2,}\s*[\p{L}\p{M}'’´:\d]+(?: [\p{L}\p{M}'’´:\d]+){0,5}\s*[-_=*]{2,}$", RegexOptions.CultureInvariant)]
    private static partial Regex Original();

    [GeneratedRegex(@"^(?:begin forwarded message|vidarebefordrat brev|början på vidarebefordrat (?:brev|meddelande)|anfang der weitergeleiteten (?:nachricht|e-mail)|videresendt melding|start på vedlagt melding|début du message (?:réexpédié|transféré)|inizio messaggio inoltrato|inicio del mensaje reenviado|original message|ursprungligt meddelande|originalmeddelande|opprinnelig melding|original besked|alkuperäinen viesti|ursprüngliche nachricht|message d'origine|messaggio originale|oorspronkelijk bericht|mensaje original|mensagem original)\s*:?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForwardedMark();

    [GeneratedRegex(@"^[\[(<*_ ]{0,3}(?:(?:e-?mail )?sent (?:from|via|with|by|using|through) |composed (?:on|with) |from my \p{L}+|\p{L}+ from (?:my )?(?:mobile|phone|iphone|ipad)\W*$|(?:skickat|sänt|skickades) (?:från|via|med) |sendt (?:fra|via|med) |lähetetty |gesendet (?:von|mit|aus|über) |von mein\p{L}* .{2,40} gesendet|von (?:unterwegs|iphone|ipad) gesendet|diese nachricht wurde .{2,60} gesendet|envoyé (?:de|depuis|à partir|avec|par) |(?:enviado|enviada|enviat) (?:desde|de|do|da|a partir|con|com|via|através) |inviato (?:da|dal|dallo|con|tramite) |verzonden (?:vanaf|met|van|via|vanuit) |verstuurd (?:vanaf|met|via) |(?:wysłane|wysłano) (?:z|za|ze|przez) |(?:отправлено|отправлен) (?:с|со|из|от|через) |(?:надіслано|відправлено) (?:з|зі|із|через) |odesláno (?:z|ze) |發自我的|发自我的|发自|從我的|从我的|iPhoneから送信|私の)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SentFrom();

    [GeneratedRegex(@"^(?:get|hämta|skaffa|download|hent|få|hanki|obtenir|télécharger|obtener|obtén|ottieni|scarica|obter|obtenha|pobierz|скачать|загрузить|завантажити|获取|取得)\W{1,2}outlook\b|^outlook (?:för|für|para|per|pour|voor|til)\b.{0,40}$|^(?:download|hämta) .{0,20}outlook for", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex GetTheApp();

    [GeneratedRegex(@"\b(?:wrote|writes|said|skrev|skriver|skreiv|kirjoitti|schrieb|schreibt|geschrieben|a écrit|écrit|écrivait|schreef|geschreven|escribió|escribio|escribe|escreveu|escrito|ha scritto|scrisse|scrive|napisał|napisała|napisal|napisała?\(a\)|pisze|pisał|написал|написала|пишет|писал|писав|написав|написала|пише|napsal|napsala|napsal\(a\)|írta|yazdı|a scris|wrote the following)\b|napisał\(a\)|написал\(а\)|写道|寫道|が書きました|書きました", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Wrote();

    [GeneratedRegex(@"(?:wrote|skrev|schrieb|escribió|escreveu|ha scritto|a écrit|schreef|kirjoitti|написал|写道)\s{0,9}[.…]{0,9}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex WroteAtEnd();

    [GeneratedRegex(@"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{1,2}月", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();

    [GeneratedRegex(@"^(?:(?:on|at|den|på|kl|am|le|el|il|em|op|dnia|dne|w dniu|в|у|no dia|vid)\b|\d|[\p{L}]{2,9}\.?,? \d|(?:mån|tis|ons|tors|fre|lör|sön|man|tir|tor|lør|mon|tue|wed|thu|fri|sat|sun|ma|ti|ke|to|pe|la|su|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|mo|di|mi|do|fr|sa|so|пн|вт|ср|чт|пт|сб|вс|нд)\p{L}*[., ]|在|于|\p{Lu}[\p{L}.'-]+(?: \p{Lu}[\p{L}.'-]+){0,3},? (?:wrote|writes|said|skrev|schrieb|schreef|escribió|escreveu|kirjoitti|a écrit|ha scritto|napisał))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AttributionStart();

    [GeneratedRegex(@"^\W*(?:\p{L}{2,12}\.?,? )?\d{1,4}[\p{P}\p{L} \d]{0,20}", RegexOptions.CultureInvariant)]
    private static partial Regex StartsWithDate();

    [GeneratedRegex(@"^(?:quoting|citerar|zitat von|citando|citation de|citeren|siteraus) .{2,150}[:：]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quoting();

    [GeneratedRegex(@"^\s{0,8}[*_|]{0,2}(from|sent|to|cc|subject|date|reply-to|von|gesendet|an|betreff|datum|kopie|från|skickat|skickades|till|kopia|ämne|fra|sendt|til|emne|dato|lähettäjä|lähetetty|vastaanottaja|kopio|aihe|päivämäärä|pvm|de|envoyé|envoyé le|à|objet|date|van|verzonden|aan|onderwerp|para|enviado|enviado el|enviado em|enviada em|enviada|asunto|assunto|fecha|data|da|inviato|a|oggetto|od|wysłano|wysłane|do|dw|temat|od koho|odesláno|komu|předmět|от|отправлено|кому|копия|тема|дата|від|надіслано|копія|发件人|发送时间|收件人|抄送|主题|日期|寄件者|寄件者日期|收件者|主旨|差出人|送信日時|宛先|件名|importance|attachments)[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$|\S)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HeaderLine();
}
