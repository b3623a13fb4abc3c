using System.Text.RegularExpressions;
using Desk.Intake.Mail.Reading;

namespace Desk.Intake.Mail.Understanding;

/// <summary>
/// Reads a bounce: from its delivery status (RFC 3464) where it has one, else from its words. The words count only when the sender is a machine
/// or the subject begins as mail systems begin: a person who forwards a bounce and asks what it means is a person.
/// </summary>
internal static partial class BounceReading
{
    private const int LongestNotice = 8_000;

    private static readonly string[] SubjectStarts =
    [
        "undelivered mail returned", "undeliverable", "undelivered", "mail delivery failed", "mail delivery failure", "mail delivery system", "delivery status notification",
        "delivery failure", "delivery failed", "delivery notification", "delivery report", "delivery error", "failure notice", "failure notification", "returned mail",
        "return mail", "returned to sender", "mail system error", "mail could not be delivered", "message could not be delivered", "your message could not be delivered",
        "sorry, your message could not be delivered", "message delivery failure", "message you sent blocked", "warning: could not send message", "warning: message", "nondeliverable mail", "non-deliverable mail", "notification d'état",
        "non remis", "échec de la remise", "unzustellbar", "nicht zustellbar", "mail konnte nicht", "olevererbart", "oleverbar", "kan inte levereras", "kunne ikke leveres",
        "ikke levert", "onbestelbaar", "no se puede entregar", "non recapitabile", "não foi possível entregar", "niedostarczon", "недоставлен", "не доставлено", "postmaster notify", "email could not be delivered",
        "mail undeliverable", "mail failure", "mail failed", "недоставленное", "退信", "系统退信", "ваше сообщение не доставлено", "message status - undeliverable", "permanent delivery failure", "there was an error sending your mail", "user unknown", "returning mail", "error sending", "rejected mail",
        "considered unsolicited bulk email", "delayed mail", "message status", "mail delivery problem", "mail not delivered", "virus in", "nondelivery", "could not send", "unable to deliver",
        "reject message", "see transcript for details", "unable to send", "could not deliver", "delivery has failed", "delivery problem", "email delivery failure", "mail delivery", "mail failed", "недоставленное сообщение", "未送達", "配信不能", "退信", "系统退信",
    ];

    private static readonly string[] NoticeWords =
    [
        "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "wasn't able to deliver", "unable to deliver", "delivery to the following",
        "failed permanently", "undeliverable", "permanent error", "permanent fatal errors", "delivery failed", "delivery has failed", "was not delivered", "were not delivered", "not be delivered",
        "couldn't deliver", "returned to you", "user unknown", "unknown user", "host unknown", "delivery errors", "transcript of session", "original message follows", "below this line is a copy",
        "undelivered message", "was rejected by", "rejected by a remote", "the following address", "following recipient", "failure reasons", "delivery temporarily", "did not reach", "mailbox full",
        "mailbox is full", "addressed to", "not delivered", "bounced", "has been blocked", "message that you sent", "your message", "your mail", "this message was created automatically",
        "kunde inte levereras", "konnte nicht zugestellt", "n'a pas pu être", "no se pudo entregar", "no such user", "does not exist", "unknown host", "no valid recipients", "invalid user",
    ];

    /// <summary>Where the copy of what was sent begins.</summary>
    private static readonly string[] CopyMarks =
    [
        "--- below this line is a copy", "----- original message", "------ this is a copy of", "------- returned message", "----- unsent message", "--- original message", "original message follows", "----- message header follows",
        "--- mail message", "--- the header of the original", "--- undelivered message follows", "----- message headers follow", "received: from", "return-path:", "message header", "----- returned message", "------ header of", "--- attached is",
        "------------------------- message text", "-------original m", "content of the mail", "original mail as follows", "--- enclosed", "---- unsent message below", "the first", "message text follows", "*** original message", "the attached file had",
    ];

    /// <summary>Null when it is no bounce; with no failed recipients when it tells of a delivery that succeeded.</summary>
    public static Bounce? Of(ReceivedMail mail, bool fromMachine)
    {
        if (mail.Reports.Any(report => report.ContentType is "message/feedback-report" or "message/disposition-notification" or "message/global-disposition-notification"))
            return null;
        if (mail.ReportType is "feedback-report" or "disposition-notification")
            return null;
        if (fromMachine && JsonBounces.Of(mail.Text) is { } told)
            return told;
        var status = mail.Reports.Where(report => report.ContentType.EndsWith("delivery-status", StringComparison.Ordinal)).ToList();
        var subject = StripTags(mail.Subject);
        var bySubject = SubjectStarts.Any(start => subject.StartsWith(start, StringComparison.OrdinalIgnoreCase));
        var failedHeader = mail.Headers.Raw("X-Failed-Recipients");
        var reported = mail.ReportType == "delivery-status" || status.Count > 0;
        if (!reported && failedHeader is null && !bySubject && !fromMachine)
            return null;

        var notice = Notice(mail.Text);
        if (!reported && failedHeader is null)
        {
            var lower = notice.ToLowerInvariant();
            var words = NoticeWords.Any(word => lower.Contains(word, StringComparison.Ordinal)) || SmtpCode().IsMatch(notice);
            // One sign alone is not enough: newsletters come from machines, and people write "Delivery failure of my parcel".
            if (!(bySubject && (words || fromMachine)) && !(fromMachine && words && (FromDaemon(mail) || mail.Returned is not null) && SmtpOrAddress().IsMatch(notice)))
                return null;
        }

        var failed = new List<FailedRecipient>();
        var delivered = false;
        var recipients = status.SelectMany(report => report.Groups).Count(group => group.Has("Final-Recipient") || group.Has("Original-Recipient"));
        foreach (var group in status.SelectMany(report => report.Groups))
        {
            var recipient = Recipient(group.Raw("Final-Recipient")) ?? Recipient(group.Raw("Original-Recipient")) ?? Recipient(group.Raw("X-Actual-Recipient"));
            var action = group.Raw("Action")?.Trim().ToLowerInvariant() ?? "";
            var code = Status().Match(group.Raw("Status") ?? "") is { Success: true } match ? match.Value : null;
            if (recipient is null && code is null && action.Length == 0)
                continue;
            if (action.StartsWith("deliver", StringComparison.Ordinal) || action.StartsWith("relay", StringComparison.Ordinal) || action.StartsWith("expand", StringComparison.Ordinal) || (code?[0] == '2' && action != "failed"))
            {
                delivered = true;
                continue;
            }
            var diagnostic = group.Text("Diagnostic-Code") ?? "";
            code = Sharper(code, diagnostic);
            failed.Add(Judge(recipient, code, diagnostic, notice, delayed: action.StartsWith("delay", StringComparison.Ordinal), alone: recipients == 1));
        }
        if (failed.Count == 0 && !delivered)
            failed.AddRange(FromWords(mail, notice, failedHeader));
        return new Bounce(failed, ReturnedIds(mail));
    }

    private static FailedRecipient Judge(string? recipient, string? code, string diagnostic, string notice, bool delayed, bool alone)
    {
        if (delayed)
            return new FailedRecipient(recipient ?? "", false, code, BounceReason.TriedTooLong, Detail(diagnostic, notice));
        var reason = BounceReasons.Of(diagnostic, null);
        if (reason is BounceReason.Unknown or BounceReason.Content or BounceReason.SystemTrouble && Vague(diagnostic))
        {
            // A diagnostic that says nothing ("550 5.0.0") is explained, if at all, in the words before it.
            var byNotice = BounceReasons.Of(Around(notice, recipient), null);
            if (byNotice is not BounceReason.Unknown) reason = byNotice;
        }
        // Where the words for the writer say that the mailbox is there, full or shut, a code that says it is not is believed less.
        if (alone && reason is BounceReason.NoSuchAddress && BounceReasons.Of(notice, null) is (BounceReason.MailboxFull or BounceReason.Suspended) and var told)
            reason = told;
        if (reason is BounceReason.Unknown && code is not null)
            reason = BounceReasons.Of("", code);
        reason = BounceReasons.Weigh(reason, code, diagnostic + "\n" + Around(notice, recipient));
        var permanent = BounceReasons.IsPermanent(reason) && (code?[0] != '4' || (reason is BounceReason.NoSuchAddress && BounceReasons.IsCertain(diagnostic)));
        return new FailedRecipient(recipient ?? "", permanent, code ?? Presumed(reason), reason, Detail(diagnostic, notice));
    }

    private static IEnumerable<FailedRecipient> FromWords(ReceivedMail mail, string notice, string? failedHeader)
    {
        var code = CodeIn(notice);
        var addresses = failedHeader is not null
            ? Addresses.Read(failedHeader).Select(mailbox => mailbox.Address).ToList()
            : Named(notice).Where(address => !IsOurs(mail, address)).Distinct(StringComparer.OrdinalIgnoreCase).Take(10).ToList();
        if (addresses.Count == 0)
            addresses = [.. Addresses.Read(mail.Returned?.Headers.Raw("To")).Select(mailbox => mailbox.Address)];
        if (addresses.Count == 0)
            addresses.Add("");
        var delay = mail.Subject.Contains("delay", StringComparison.OrdinalIgnoreCase) || notice.Contains("do not need to resend", StringComparison.OrdinalIgnoreCase)
            || mail.Subject.StartsWith("Warning:", StringComparison.OrdinalIgnoreCase);
        foreach (var address in addresses)
        {
            var around = Around(notice, address);
            var reason = delay ? BounceReason.TriedTooLong : BounceReasons.Of(around, null);
            if (reason is BounceReason.Unknown)
                reason = BounceReasons.Of(mail.Subject + "\n" + notice, code);
            var own = CodeIn(around) ?? code ?? Presumed(reason);
            reason = BounceReasons.Weigh(reason, own, addresses.Count == 1 ? notice : around);
            yield return new FailedRecipient(address, BounceReasons.IsPermanent(reason) && own[0] != '4', own, reason, Detail("", around));
        }
    }

    /// <summary>The addresses a notice is about: those that begin a paragraph with a colon after them, where there are such; else all it names.</summary>
    private static List<string> Named(string notice)
    {
        var heads = HeadAddress().Matches(notice).Select(match => match.Groups[1].Value).ToList();
        return heads.Count > 0 ? heads : [.. AddressInText().Matches(notice).Where(match => !IsIdentifier(notice, match.Index)).Select(match => match.Value.TrimEnd('.'))];
    }

    /// <summary>A Message-ID looks like an address, and stands on a line that says what it is.</summary>
    private static bool IsIdentifier(string notice, int at)
        => notice.AsSpan(notice.LastIndexOf('\n', Math.Max(0, at - 1)) + 1).TrimStart().StartsWith("message-id", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the reporter's first word of code is general, and its text has a sharper one: "5.0.0" with "550 5.1.1".</summary>
    private static string? Sharper(string? code, string diagnostic)
    {
        var inText = Status().Match(diagnostic) is { Success: true } match ? match.Value : null;
        return code is null || (code.EndsWith(".0.0", StringComparison.Ordinal) && inText is not null && inText[0] == code[0]) ? inText ?? code : code;
    }

    private static string? CodeIn(string text) => Status().Match(text) is { Success: true } status ? status.Value
        : SmtpCode().Match(text) is { Success: true } smtp ? smtp.Groups[1].Value[0] + ".0.0" : null;

    /// <summary>Where no code is given: what was tried for too long may work another time, all else was refused.</summary>
    private static string Presumed(BounceReason reason) => reason is BounceReason.TriedTooLong or BounceReason.SystemTrouble ? "4.0.0" : "5.0.0";

    private static bool Vague(string diagnostic) => diagnostic.Count(char.IsLetter) < 25 || diagnostic.Contains("transaction failed", StringComparison.OrdinalIgnoreCase);

    private static string Notice(string text)
    {
        var notice = text.Length > LongestNotice ? text[..LongestNotice] : text;
        var cut = notice.Length;
        foreach (var mark in CopyMarks)
        {
            if (mark is "the first" or "message header")
                continue;
            var at = notice.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
            if (at > 40 && at < cut) cut = at;
        }
        return notice[..cut];
    }

    /// <summary>The lines about one recipient: from the one that names it to the next empty line or two.</summary>
    private static string Around(string notice, string? address)
    {
        if (string.IsNullOrEmpty(address))
            return notice;
        var at = notice.IndexOf(address, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return notice;
        var from = Math.Max(0, notice.LastIndexOf('\n', at) - 1);
        var after = at + address.Length;
        var end = notice.IndexOf("\n\n", after, StringComparison.Ordinal);
        if (end > 0 && end - at < address.Length + 60)
            end = notice.IndexOf("\n\n", end + 2, StringComparison.Ordinal);
        if (end < 0)
            end = notice.Length;
        // The next line that begins with another receiver is about that one.
        foreach (var next in HeadAddress().EnumerateMatches(notice.AsSpan(after, end - after)))
        {
            if (!notice.AsSpan(after + next.Index, next.Length).Contains(address, StringComparison.OrdinalIgnoreCase))
                return notice[from..(after + next.Index)];
        }
        return notice[from..end];
    }

    private static IReadOnlyList<string> ReturnedIds(ReceivedMail mail)
    {
        var ids = new List<string>();
        if (mail.Returned?.MessageId is { } returned)
            ids.Add(returned);
        var text = mail.Text.Length > 50_000 ? mail.Text[..50_000] : mail.Text;
        ids.AddRange(MessageIdLine().Matches(text).Take(5).Select(match => match.Groups[1].Value));
        foreach (var group in mail.Reports.SelectMany(report => report.Groups))
        {
            if (group.Raw("X-Original-Message-ID") is { } original)
                ids.Add(original.Trim('<', '>', ' '));
        }
        ids.AddRange(mail.InReplyTo);
        ids.AddRange(mail.References);
        return [.. ids.Distinct().Take(20)];
    }

    private static string? Recipient(string? field)
    {
        if (field is null)
            return null;
        var semicolon = field.IndexOf(';');
        return Addresses.Clean((semicolon < 0 ? field : field[(semicolon + 1)..]).Trim().Trim('<', '>'));
    }

    private static bool IsOurs(ReceivedMail mail, string address)
        => mail.To.Any(to => to.Address.Equals(address, StringComparison.OrdinalIgnoreCase)) || address.StartsWith("mailer-daemon@", StringComparison.OrdinalIgnoreCase)
            || address.StartsWith("postmaster@", StringComparison.OrdinalIgnoreCase) || address.Equals(mail.From?.Address, StringComparison.OrdinalIgnoreCase);

    private static bool FromDaemon(ReceivedMail mail)
    {
        var sender = mail.From?.LocalPart ?? mail.Headers.Raw("From")?.ToLowerInvariant() ?? "";
        sender = sender.Replace("_", "").Replace("-", "");
        return sender.Contains("daemon", StringComparison.Ordinal) || sender.Contains("postmaster", StringComparison.Ordinal)
            || mail.Headers.Raw("Return-Path")?.Replace(" ", "") is "<>" || (mail.From?.Name ?? "").Contains("mail deliver", StringComparison.OrdinalIgnoreCase);
    }

    private static string StripTags(string subject)
    {
        var text = subject.TrimStart('*', ' ', '<', '"');
        while (text.StartsWith('[') && text.IndexOf(']') is > 0 and var close and < 40)
            text = text[(close + 1)..].TrimStart();
        return text;
    }

    private static string Detail(string diagnostic, string notice)
    {
        var text = diagnostic.Length > 0 ? diagnostic : notice;
        var line = Storable.Line(text, 300);
        return line;
    }

    [GeneratedRegex(@"\b[245]\.\d{1,3}\.\d{1,3}\b(?!\.\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    [GeneratedRegex(@"(?:^|[\s:<(""'])([45]\d\d)[- ](?=\S)", RegexOptions.CultureInvariant)]
    private static partial Regex SmtpCode();

    [GeneratedRegex(@"[^\s@<>()""']{1,64}@[\w.-]{1,255}|(?:^|\s)[45]\d\d[- ]", RegexOptions.CultureInvariant)]
    private static partial Regex SmtpOrAddress();

    [GeneratedRegex(@"[^\s@<>()\[\]"";:,']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", RegexOptions.CultureInvariant)]
    private static partial Regex AddressInText();

    // "<anna@a.example>:" or "anna@a.example: 550 …" at the start of a line.
    [GeneratedRegex(@"^[ \t]{0,8}<?([^\s@<>()\[\]"";:,']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>?(?: \([^)\n]{1,200}\))?:(?:[ \t\r]|$)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex HeadAddress();

    [GeneratedRegex(@"^>?\s?Message-ID:\s*<([^<>\s]{3,300})>", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex MessageIdLine();
}
