namespace Desk.Intake.Mail.Reading;

/// <summary>A name and an address as a header gave them. Address is lower case in its domain and never empty.</summary>
internal sealed record Mailbox(string? Name, string Address)
{
    /// <summary>What is compared: addresses differ only in case by mistake.</summary>
    public string Key => Address.ToLowerInvariant();

    public string Domain => Key[(Key.LastIndexOf('@') + 1)..];

    public string LocalPart => Key.LastIndexOf('@') is > 0 and var at ? Key[..at] : Key;
}

/// <summary>A file that came with a mail. Name is safe to store and to show. Inline: the body points at it by <see cref="ContentId"/>.</summary>
internal sealed record MailFile(string Name, string ContentType, string? ContentId, bool Inline, ReadOnlyMemory<byte> Content);

/// <summary>
/// A mail as <see cref="MailReader"/> understood it. Nothing in it is to be trusted: all of it is what the sender chose to write. Every text is
/// storable (no NUL, no lone surrogate), uses <c>\n</c> between lines and is whole: what could not be read is said in <see cref="Damage"/>.
/// </summary>
internal sealed record ReceivedMail
{
    public required MailHeaders Headers { get; init; }

    /// <summary>Where in the raw mail the header ends.</summary>
    public int BodyStart { get; init; }

    /// <summary>The writer: the first mailbox of From, else of Sender. Null when neither names an address.</summary>
    public Mailbox? From { get; init; }

    public Mailbox? Sender { get; init; }

    public IReadOnlyList<Mailbox> ReplyTo { get; init; } = [];

    public IReadOnlyList<Mailbox> To { get; init; } = [];

    public IReadOnlyList<Mailbox> Cc { get; init; } = [];

    /// <summary>One line; empty when the mail has none.</summary>
    public string Subject { get; init; } = "";

    public DateTimeOffset? Date { get; init; }

    /// <summary>Without angle brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Without angle brackets, as written.</summary>
    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The body as text: the plain parts, or the HTML parts turned to text where there are no plain ones.</summary>
    public string Text { get; init; } = "";

    /// <summary>The HTML body as it came. Never show it: <see cref="Mail.SafeHtml"/> does.</summary>
    public string? Html { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>The root's media type, such as <c>multipart/report</c>, and its report-type if it has one.</summary>
    public string ContentType { get; init; } = "text/plain";

    public string? ReportType { get; init; }

    /// <summary>Machine readable parts of a report: <c>message/delivery-status</c>, <c>message/feedback-report</c> and their like.</summary>
    public IReadOnlyList<MailReport> Reports { get; init; } = [];

    /// <summary>The header of a mail that came back inside this one, and the start of its body.</summary>
    public ReturnedMail? Returned { get; init; }

    /// <summary>The first mail attached to this one, read: a forward as attachment. Its files stay in its <c>.eml</c>.</summary>
    public ReceivedMail? Inside { get; init; }

    /// <summary>What was wrong with the mail and how it was read all the same.</summary>
    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>Set when a limit stopped the reading: the mail is to be kept raw and looked at, not made a ticket.</summary>
    public string? TooMuch { get; init; }
}

/// <summary>A machine readable part: its type and its groups of fields (the first is about the message, the rest are one a recipient).</summary>
internal sealed record MailReport(string ContentType, IReadOnlyList<MailHeaders> Groups);

/// <summary>A mail inside a mail, as far as a bounce needs it.</summary>
internal sealed record ReturnedMail(MailHeaders Headers, string? MessageId, string Subject, string Start);

/// <summary>How much of a mail is read. What is larger is kept raw, with the reason.</summary>
internal sealed record MailLimits
{
    public static readonly MailLimits Usual = new();

    public int Bytes { get; init; } = 25 * 1024 * 1024;

    public int HeaderBytes { get; init; } = 64 * 1024;

    public int Depth { get; init; } = 20;

    public int Parts { get; init; } = 1_000;

    public int Files { get; init; } = 100;

    /// <summary>Characters of text kept as text; a longer text is cut there and goes along whole as a file.</summary>
    public int TextLength { get; init; } = 200_000;

    /// <summary>Bytes of one text part that are decoded as text; a longer one goes along whole as a file.</summary>
    public int TextBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes that decoding may take beside the mail itself.</summary>
    public long Memory { get; init; } = 96L * 1024 * 1024;

    /// <summary>Looked at between parts; each part is one pass over its bytes.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);
}
