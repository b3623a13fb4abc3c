using System.Text.RegularExpressions;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;

namespace Desk.Intake.Mail.Understanding;

/// <summary>
/// A mail that somebody passes on: who wrote it first, what, and the comment of the one who passes it on. Html is null for a forward in the text:
/// the comment is in the same HTML.
/// </summary>
internal sealed partial record Forward(Mailbox From, string Subject, string Text, string? Html, string? MessageId, string Comment)
{
    /// <summary>Null when it is no forward, or does not say whose mail it was.</summary>
    public static Forward? Of(ReceivedMail mail)
    {
        if (mail.Inside is { From: { } writer } inside && (ForwardSubject().IsMatch(mail.Subject) || mail.Text.Length == 0 || mail.Text == inside.Text))
            return new Forward(writer, inside.Subject, inside.Text, inside.Html, inside.MessageId, mail.Text == inside.Text ? "" : mail.Text);
        return ForwardSubject().IsMatch(mail.Subject) ? InText(mail) : null;
    }

    private static Forward? InText(ReceivedMail mail)
    {
        // Some programs quote what they forward.
        var lines = mail.Text.Split('\n').Select(line => QuoteMark().Replace(line, "")).ToArray();
        var kinds = LineKinds.Of(lines);
        var first = Array.FindIndex(kinds, kind => kind is LineKind.Header);
        if (first < 0)
            return null;
        var last = first;
        while (last + 1 < lines.Length && (kinds[last + 1] is LineKind.Header || (kinds[last + 1] is LineKind.Empty && last + 2 < lines.Length && kinds[last + 2] is LineKind.Header)))
            last++;
        Mailbox? writer = null;
        var subject = "";
        for (var i = first; i <= last; i++)
        {
            if (Field(lines[i], FromName()) is { } from && writer is null)
                writer = Addresses.Read(from.Replace("[mailto:", "<", StringComparison.OrdinalIgnoreCase).Replace(']', '>')).FirstOrDefault();
            else if (Field(lines[i], SubjectName()) is { } about && subject.Length == 0)
                subject = Storable.Line(about);
        }
        if (writer is null)
            return null;
        var comment = string.Join('\n', lines[..first].Where((_, at) => kinds[at] is not (LineKind.Original or LineKind.Delimiter))).Trim();
        return new Forward(writer, subject, string.Join('\n', lines[(last + 1)..]).Trim(), null, null, WrittenText.Of(comment).Written);
    }

    private static string? Field(string line, Regex name) => name.Match(line) is { Success: true } match ? line[match.Length..].Trim().Trim('*').Trim() : null;

    [GeneratedRegex(@"^\s*(?:fwd?|vb|vs|vidarebefordrat|vidarebefordran|wg|tr|rv|enc|i|pd|doorst|fs|vl|пересл|转发|轉寄)\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForwardSubject();

    [GeneratedRegex(@"^(?:\s?>)+ ?", RegexOptions.CultureInvariant)]
    private static partial Regex QuoteMark();

    [GeneratedRegex(@"^\s*[*_|]{0,2}(?:from|från|fra|von|de|van|da|od|от|від|lähettäjä|发件人|寄件者)[*_]{0,2}\s?[:：][*_]{0,2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FromName();

    [GeneratedRegex(@"^\s*[*_|]{0,2}(?:subject|ämne|emne|betreff|objet|onderwerp|asunto|assunto|oggetto|temat|тема|aihe|主题|主旨)[*_]{0,2}\s?[:：][*_]{0,2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SubjectName();
}
