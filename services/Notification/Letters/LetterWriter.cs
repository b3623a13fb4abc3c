using System.Globalization;
using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.Notification.Deliveries;
using Desk.Notification.Links;
using Desk.Notification.Sending;
using Desk.Notification.Templates;
using Desk.Notification.Writing;

namespace Desk.Notification.Letters;

/// <summary>Puts a delivery's facts into its template, in the receiver's language, and that into a mail.</summary>
internal sealed partial class LetterWriter(TemplateSet templates, DeskAddress desk, StatusLinks links, Dkim dkim, IConfiguration configuration)
{
    private const int MostProposals = 3;
    private const int LongestSubject = 180;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(configuration["Desk:TimeZone"] ?? "Europe/Stockholm");

    /// <summary>Contents are the bytes of the reply's files that are here: the others of them become links.</summary>
    public Mail Write(Delivery delivery, IReadOnlyDictionary<Guid, byte[]> contents, DateTimeOffset now)
    {
        var language = delivery.Language == "en" ? "en" : "sv";
        var end = EndOfUpdates(delivery, now);
        var (subject, text, html) = templates.Render(language, delivery.Kind, ValuesOf(delivery, contents, language, now, end));
        var sender = delivery.Number is { } number ? desk.ForTicket(number) : desk.Address;
        var from = desk.Of(delivery.Team) ?? new Address(desk.Address, language == "sv" ? "Servicedesk" : "Service desk");
        var draft = new Draft(
            from,
            new Address(delivery.Recipient, delivery.Facts.Vouched ? delivery.Facts.Name : null),
            [.. delivery.Cc.Select(cc => new Address(cc))],
            sender, subject, delivery.MailMessageId, delivery.InReplyTo, delivery.References, delivery.CreatedAt, delivery.Automatic, language, text, html)
        {
            Files = [.. (delivery.Facts.Files ?? []).Where(file => contents.ContainsKey(file.Id)).Select(file => new MailFile(file.Name, file.ContentType, contents[file.Id]))],
            Unsubscribe = end,
        };
        var name = string.Create(CultureInfo.InvariantCulture,
            $"{delivery.CreatedAt.UtcDateTime:yyyyMMdd'T'HHmmss'.'fff}-{delivery.Number ?? "desk"}-{delivery.Kind}-{delivery.Id:N}");
        return new Mail(name, sender, Address.Ascii(delivery.Recipient)!, [.. delivery.Cc.Select(cc => Address.Ascii(cc)!)], dkim.Sign(MailWriter.Write(draft), from.AsciiDomain));
    }

    private Values ValuesOf(Delivery delivery, IReadOnlyDictionary<Guid, byte[]> contents, string language, DateTimeOffset now, string? endOfUpdates)
    {
        var facts = delivery.Facts;
        // To an address nobody has vouched for, none of the writer's words go: a stranger could make us mail theirs to anybody.
        var subject = facts.Vouched ? Short(PlainSubject(facts.Subject ?? "")) : "";
        return new Values
        {
            ["number"] = delivery.Number ?? "",
            ["subject"] = subject,
            ["name"] = facts.Vouched ? FirstName(facts.Name) : "",
            ["next"] = NextStepWords.Say(language, facts.NextStep, facts.NextStepAt, _zone),
            ["team"] = facts.Team ?? "",
            ["other"] = facts.Other ?? "",
            ["agent"] = facts.Agent ?? "",
            ["paragraphs"] = Paragraphs(facts.Text),
            ["html"] = new SafeMarkup(facts.Html ?? ""),
            ["left"] = (facts.Files ?? []).Where(file => !contents.ContainsKey(file.Id)).Select(file => new Values
            {
                ["file"] = HeaderText.Clean(file.Name),
                ["size"] = Size(language, file),
            }).ToList(),
            ["ticket"] = delivery is { Kind: Kinds.Told, Facts.Other: { } told } ? links.Agent(told) : delivery.Number is { } number ? links.Ticket(number) : "",
            ["reminder"] = facts.About == ToldAbout.Reminder,
            ["stopped"] = facts.About == ToldAbout.TriggerStopped,
            ["trigger"] = HeaderText.Clean(facts.Trigger ?? ""),
            ["solution"] = Paragraphs(facts.Solution),
            ["solved"] = !string.IsNullOrWhiteSpace(facts.Solution),
            ["proposals"] = (facts.Proposals ?? []).Take(MostProposals).Select(offer => new Values
            {
                ["title"] = offer.Title,
                ["link"] = links.Article(offer.Slug),
                ["snippet"] = Short(HeaderText.Clean(offer.Snippet ?? "")),
            }).ToList(),
            ["offers"] = facts.Proposals is { Count: > 0 },
            ["status"] = delivery.TicketId is { } ticket ? links.Status(ticket, now) : "",
            ["signIn"] = facts.Token is { } token ? links.SignIn(token) : "",
            ["until"] = facts.Until is { } until ? NextStepWords.Time(language, until, _zone) : "",
            ["endUpdates"] = endOfUpdates ?? "",
            ["holes"] = (facts.Holes ?? []).Select(hole => new Values { ["hole"] = hole.Number, ["why"] = HoleWords.Say(language, hole.Reason), ["at"] = links.Agent(hole.Number) }).ToList(),
            ["broken"] = (facts.Links ?? []).Select(link => new Values { ["url"] = HeaderText.Clean(link.Url), ["why"] = LinkWords.Say(language, link.Reason) }).ToList(),
            ["back"] = (facts.Back ?? []).Select(number => new Values { ["came"] = number, ["at"] = links.Agent(number) }).ToList(),
            ["article"] = facts.Article is { } article ? links.Editor(article) : "",
            ["total"] = facts.Total.ToString(CultureInfo.InvariantCulture),
            ["one"] = facts.Total == 1,
            ["desk"] = desk.Address,
        };
    }

    /// <summary>Only what comes again and again can be declined.</summary>
    private string? EndOfUpdates(Delivery delivery, DateTimeOffset now)
        => delivery is { Kind: Kinds.Update, TicketId: { } ticket, Number: { } number } ? links.EndUpdates(new TicketUpdates(ticket, number, delivery.Recipient), now) : null;

    /// <summary>Blank lines part paragraphs; other line ends stay.</summary>
    private static List<Values> Paragraphs(string? text) =>
    [
        .. BlankLines().Split((text ?? "").ReplaceLineEndings("\n").Trim('\n')).Where(paragraph => paragraph.Trim().Length > 0).Select(paragraph => new Values
        {
            ["lines"] = paragraph.Split('\n').Select(line => new Values { ["line"] = line.TrimEnd() }).ToList(),
        }),
    ];

    /// <summary>Without the marks that each answer adds, and without our own number, which stands first anyway.</summary>
    private static string PlainSubject(string subject)
    {
        var clean = HeaderText.Clean(subject);
        for (var before = ""; before != clean;)
        {
            before = clean;
            clean = Marks().Replace(clean, "").Trim();
        }
        return clean;
    }

    private static string Size(string language, AttachedFile file)
        => (file.Size / 1024.0 / 1024.0).ToString("0.0 MB", CultureInfo.GetCultureInfo(language == "sv" ? "sv-SE" : "en-GB"));

    private static string Short(string text) => text.Length <= LongestSubject ? text : text[..(LongestSubject - 1)].TrimEnd() + "…";

    /// <summary>A greeting by first name, when it looks like one.</summary>
    private static string FirstName(string? name)
        => name?.Trim().Split(' ')[0] is { Length: > 1 and < 40 } first && !first.Contains('@') && first.All(sign => char.IsLetter(sign) || sign is '-' or '\'') ? first : "";

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"^(?:(?:re|sv|vs|aw|fw|fwd|vb|ang)(?:\[\d+\])?\s*:|\[D-\d+\])\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Marks();
}
