using System.Text.RegularExpressions;
using Desk.Intake.Mail.Reading;

namespace Desk.Intake.Mail.Replies;

/// <summary>
/// Tells a signature's logo from a picture of the matter. Small pictures that the HTML shows within the signature or the quote, and counting pixels,
/// do not become attachments; the raw mail keeps them.
/// </summary>
internal static partial class SignaturePictures
{
    /// <summary>A logo is small; a screenshot is not, and is kept wherever it stands.</summary>
    private const int LargestLogo = 50 * 1024;

    private const int LargestPixel = 120;

    private const char Mark = '\uE0D5';

    public static IReadOnlyList<MailFile> Without(ReceivedMail mail)
    {
        if (mail.Html is not { } html || !mail.Files.Any(IsCandidate))
            return mail.Files;
        var shown = new List<string>();
        // A mark where each picture stands, kept through the same reading as the text: it ends where its words end.
        var marked = Picture().Replace(html, match =>
        {
            if (shown.Count >= 500)
                return match.Value;
            shown.Add(match.Groups[1].Value.Trim());
            return $" {Mark}{shown.Count - 1}{Mark} ";
        });
        if (shown.Count == 0)
            return mail.Files;
        var text = HtmlText.From(marked);
        // A text that was cut has no end to judge by.
        var split = WrittenText.Of(text.Length > 200_000 ? text[..200_000] : text);
        var folded = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in MarkInText().Matches(split.Folded ?? ""))
            folded.Add(shown[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]);
        foreach (Match match in MarkInText().Matches(split.Written))
            folded.Remove(shown[int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]);
        return [.. mail.Files.Where(file => !(IsCandidate(file) && (file.Content.Length <= LargestPixel || folded.Contains(file.ContentId!))))];
    }

    private static bool IsCandidate(MailFile file)
        => file is { Inline: true, ContentId: not null, Content.Length: <= LargestLogo } && file.ContentType.StartsWith("image/", StringComparison.Ordinal);

    [GeneratedRegex(@"<img\b[^>]{0,2000}?\bsrc\s*=\s*[""']?cid:([^""'\s>]{1,250})[^>]{0,2000}>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 2_000)]
    private static partial Regex Picture();

    [GeneratedRegex("\uE0D5(\\d{1,3})\uE0D5", RegexOptions.CultureInvariant)]
    private static partial Regex MarkInText();
}
