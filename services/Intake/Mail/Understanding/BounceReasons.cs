using System.Text.RegularExpressions;

namespace Desk.Intake.Mail.Understanding;

/// <summary>
/// The reason behind the words of mail systems. The words are asked before the code, because systems agree on neither and are vaguer in the code:
/// 5.1.1 is said of full mailboxes, 5.0.0 of everything.
/// </summary>
internal static partial class BounceReasons
{
    private static readonly (BounceReason Reason, string[] Words)[] Phrases =
    [
        (BounceReason.TriedTooLong, ["not found, try again", "not found; try again", "not found. try again"]),
        (BounceReason.SystemTrouble, ["procmail:", "command output:", "maildrop:"]),
        (BounceReason.NoMailAccepted, ["no smtp service", "find a mail exchanger", "no mail exchanger"]),
        (BounceReason.NoSuchAddress, ["unknown or illegal user", "account or domain may not exist", "ディレクトリには見つかりません", "ディレクトリのリストにありません", "存在しません", "用户不存在", "收件人不存在", "recipient address rejected: access denied", "user unknown in virtual", "user unknown in local", "user unknown in relay", "unknown to this", "not listed in domino directory", "not listed in public name", "no such user here", "requested action not taken: no such user"]),
        (BounceReason.Moved, ["address has changed", "has moved to", "recipient has moved", "user has moved", "has been moved", "no longer valid, new address", "has been replaced by", "mailbox has moved", "please use my new", "moved permanently", "user not local; please try", "not local; please try", "address is no longer"]),
        (BounceReason.MailboxFull, ["mailbox full", "mailbox is full", "mail box full", "mailbox size limit", "quota", "over the maximum allowed mailbox", "storage limit", "not enough storage space", "insufficient disk", "disk space", "out of storage", "is full", "mailfolder is full", "space is not enough", "storage space", "too much mail data", "mail spool", "mailbox has exceeded", "exceeded storage", "boîte pleine", "boite du destinataire pleine", "exceeds allocation", "account is exceeding", "maximum number of messages", "user has too many messages", "is over the allowed"]),
        (BounceReason.TooLarge, ["message too large", "message size exceeds", "message is too large", "too big", "exceeds size limit", "exceeded maximum inbound message size", "file size limit", "larger than", "exceeds fixed limit", "exceeds maximum", "size limit exceeded", "exceeds the maximum", "exceed the maximum", "exceeds fixed maximum", "message header size"]),
        (BounceReason.Suspended, ["rejected: on hold", "is on hold", "suspended", "account is disabled", "account disabled", "has been disabled", "account is inactive", "inactive", "not active", "temporarily locked", "account is locked", "mailbox disabled", "mailbox is disabled", "mailbox currently suspended", "discontinued", "is frozen", "account has been locked", "temporarily unavailable", "expired account", "locked out", "recipient suspend", "deactivated", "service is not activated", "user's mailbox is disabled", "account expired", "user is suspended"]),
        (BounceReason.Blocked, ["spam", "blacklist", "black list", "blocklist", "blocked", "block list", "dnsbl", "rbl", "reputation", "dmarc", "spf", "dkim", "reverse dns", "ptr record", "rdns", "unauthenticated", "not authenticated", "authentication failed", "sender address rejected", "sender rejected", "sender verify", "sender denied", "policy", "access denied", "relay", "forbidden", "not permitted", "not allowed", "not authorized", "banned", "virus", "refused by", "security", "rate limit", "too many", "throttl", "greylist", "graylist", "try again later", "suspicious", "helo", "ehlo", "permission", "prohibited", "restricted", "listed at", "listed in", "domain of sender", "sender domain", "sender address", "tls", "not accepted from", "client host rejected", "administrative", "undesirable", "unsolicited", "message rejected", "message was rejected", "delivery not authorized", "not a member", "bulk", "phish", "malware", "mail rejected", "rejected by the recipient", "rejected due", "violat", "limit", "no ptr", "reverse", "open proxy", "poor", "bad sender", "originating", "domain filter", "you are not", "abuse", "illegal", "service refused", "does not accept mail from", "not accept mail from", "cannot find your"]),
        (BounceReason.NoMailAccepted, ["does not accept mail", "null mx", "nullmx", "does not receive mail", "no mx", "host does not receive", "does not accept any mail", "smtp service not available", "doesn't receive mail", "recipient domain does not accept", "domain does not accept", "name server: .: host not found", "mail exchanger, server: 0.0.0.0", "cannot receive mail", "destination server is invalid"]),
        (BounceReason.NoSuchHost, ["host unknown", "unknown host", "host not found", "domain not found", "name or service not known", "no such domain", "unrouteable", "unroutable", "unrouteable mail domain", "domain does not exist", "domain unknown", "unknown domain", "does not resolve", "bad destination", "no route to", "could not be resolved", "nxdomain", "domain is not reachable", "recipient domain must exist", "illegal host", "invalid domain", "no matches to nameserver", "domain name not found", "bad destination mailbox address", "invalid recipient domain", "dns error", "name service error", "host or domain name not found", "couldn't find any host", "no such host", "domain lookup fail", "domain not exist", "host/domain"]),
        (BounceReason.NoSuchAddress, ["user unknown", "unknown user", "no such user", "no such person", "no such recipient", "no such mailbox", "no such address", "no such account", "unknown recipient", "recipient unknown", "unknown address", "address unknown", "unknown mailbox", "unknown local", "mailbox unknown", "user not found", "recipient not found", "address not found", "mailbox not found", "account not found", "recipientnotfound", "recipnotfound", "not found", "doesn't exist", "does not exist", "does not exists", "not exist", "is not a known user", "not a valid", "invalid recipient", "invalid user", "invalid mailbox", "invalid address", "user invalid", "recipient is not exist", "recipient rejected", "recipient address rejected", "address rejected", "user doesn't have", "doesn't have a", "no mailbox", "mailbox unavailable", "mailbox not available", "unavailable mailbox", "not listed in", "isn't in", "not our customer", "this user doesn", "user is unknown", "destination addresses were unknown", "bad address", "bad destination mailbox", "name is not recognized", "no valid recipients", "no account", "unknown or illegal alias", "undeliverable address", "user name is not", "not known", "unknown account", "does not like recipient", "not a user", "aren't any", "addressee unknown", "no local mailbox", "there is no user", "account that you tried to reach", "no recipient", "nombre incorrect", "destinataire inconnu", "adresse d au moins un destinataire invalide", "user_unknown", "wrong address", "is invalid", "unrecognized", "delivery to this address", "this address no longer", "no longer on server", "user missing", "has no mailbox", "mailbox does not", "recipient name", "vdeliver: invalid or unknown virtual user", "rejected: user", "sorry, user", "non-existent", "nonexistent", "not here"]),
        (BounceReason.TriedTooLong, ["timed out", "timeout", "time-out", "connection refused", "connection reset", "not reachable", "unable to connect", "retry time", "too old", "too long", "delivery expired", "expired", "has been delayed", "delayed", "deferred", "cannot send message", "couldn't connect", "connect to", "no route", "network is unreachable", "unreachable", "temporary failure", "retry timeout", "mail queue", "given up", "still being", "will be retried", "has not been", "connection lost", "lost connection", "not yet been delivered", "conversation", "couldn't establish", "connection broken", "connection failed", "hop count", "mail loop", "looping", "too many hops", "loops back"]),
        (BounceReason.SystemTrouble, ["system error", "internal error", "local error", "i/o error", "can't create", "unable to open", "service unavailable", "mail system", "configuration error", "program", "command", "pipe", "crash", "out of memory", "server error", "temporary error", "system not"]),
        (BounceReason.Content, ["content", "format", "rfc", "header", "8bit", "syntax", "mime", "encoding"]),
    ];

    /// <summary>
    /// The words say nobody is there, and the code or the moment that the trouble is elsewhere (the mailbox itself, the text, a rule, the sender): then
    /// the address may well work. Words that name the receiver as the one refused are believed over a code.
    /// </summary>
    public static BounceReason Weigh(BounceReason byWords, string? code, string text)
    {
        if (byWords is not (BounceReason.NoSuchAddress or BounceReason.NoSuchHost))
            return byWords;
        // A user unknown only when the text had been sent is a filter that will not say so; refused after MAIL or EHLO is our own name.
        if (AtSender().IsMatch(text) || (byWords is BounceReason.NoSuchAddress && code?.EndsWith(".1.1", StringComparison.Ordinal) is not true && AtEndOfData().IsMatch(text)))
            return BounceReason.Blocked;
        return code?.Split('.') is [_, var subject, var detail]
            ? (subject, detail) switch
            {
                ("1", "7") or ("1", "8") => BounceReason.Blocked,
                _ when byWords is BounceReason.NoSuchHost => byWords,
                ("7", _) => ReceiverRefused().IsMatch(text) ? byWords : BounceReason.Blocked,
                ("2", "1") or ("3", "0") when NamedUnknown().IsMatch(text) => byWords,
                ("2", _) => BounceReason.Suspended,
                ("6", _) => BounceReason.Content,
                ("3", _) => BounceReason.SystemTrouble,
                _ => byWords,
            }
            : byWords;
    }

    /// <summary>Given up for good although the code is one of waiting: the words leave no doubt that nobody is there.</summary>
    public static bool IsCertain(string text) => Nobody().IsMatch(text.ToLowerInvariant());

    public static BounceReason Of(string text, string? code)
    {
        // Mail systems fold their lines: a phrase is one whatever breaks it.
        var words = Space().Replace((text.Length > 4_000 ? text[..4_000] : text).ToLowerInvariant(), " ");
        foreach (var (reason, phrases) in Phrases)
        {
            if (reason == BounceReason.Blocked && SaysNobody(words, code))
                return BounceReason.NoSuchAddress;
            foreach (var phrase in phrases)
            {
                if (words.Contains(phrase, StringComparison.Ordinal))
                    return reason;
            }
        }
        return code is null ? BounceReason.Unknown : OfCode(code);
    }

    public static bool IsPermanent(BounceReason reason) => reason
        is BounceReason.NoSuchAddress or BounceReason.NoSuchHost or BounceReason.Moved or BounceReason.NoMailAccepted;

    /// <summary>Words that leave no doubt come before the many that may mean a block.</summary>
    private static bool SaysNobody(string words, string? code) => code is not null && code.EndsWith(".1.1", StringComparison.Ordinal) && Nobody().IsMatch(words);

    private static BounceReason OfCode(string code) => code.Split('.') is [_, var subject, var detail]
        ? (subject, detail) switch
        {
            ("1", "1") or ("1", "0") or ("1", "3") => BounceReason.NoSuchAddress,
            ("1", "2") or ("4", "4") => BounceReason.NoSuchHost,
            ("1", "6") => BounceReason.Moved,
            ("1", "10") => BounceReason.NoMailAccepted,
            ("2", "1") => BounceReason.Suspended,
            ("2", "2") => BounceReason.MailboxFull,
            ("3", "4") or ("2", "3") => BounceReason.TooLarge,
            ("4", _) => BounceReason.TriedTooLong,
            ("3", _) => BounceReason.SystemTrouble,
            ("6", _) => BounceReason.Content,
            ("7", _) => BounceReason.Blocked,
            _ => BounceReason.Unknown,
        }
        : BounceReason.Unknown;

    [GeneratedRegex("user unknown|unknown user|no such user|does not exist|doesn't exist|not found|recipient unknown|invalid recipient|unknown recipient|no such recipient|unknown address|recipient address rejected: (?:user|undeliverable|address)", RegexOptions.CultureInvariant)]
    private static partial Regex Nobody();

    [GeneratedRegex(@"\s{2,}|[\r\n\t]", RegexOptions.CultureInvariant)]
    private static partial Regex Space();

    [GeneratedRegex(@"(?:after|in reply to) (?:pipelined )?(?:mail from|helo|ehlo)|my name was rejected|>>> mail from:[^\n]{0,300}\n<<< 5", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AtSender();

    // "550 : User unknown": the server no longer knows whom it was asked about.
    [GeneratedRegex(@"(?:after|in reply to) (?:pipelined )?end\s+of\s+data|smtp command\s{1,4}data\b|\b55\d:? ?:\s{1,6}user unknown", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AtEndOfData();

    [GeneratedRegex(@"\b55[0-4]\b.{0,20}\binvalid recipient\b|recipient address rejected: access denied", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReceiverRefused();

    [GeneratedRegex(@"\b55[013]\b.{0,200}(?:user unknown|unknown user|no such user)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex NamedUnknown();
}
