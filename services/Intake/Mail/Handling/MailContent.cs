using System.Text;
using Desk.Intake.Conversations;
using Desk.Intake.Mail.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Mail.Handling;

/// <summary>A file in a mail that was not taken: its name cleaned, its type read from its bytes.</summary>
internal sealed record MailContentFile(string Name, string ContentType, int Size);

/// <summary>
/// What a mail says and what it looks like raw, both safe to show as text. Source is its beginning, byte for byte where it is ASCII; sourceCut: there
/// is more, <c>/raw</c> has all of it.
/// </summary>
internal sealed record MailContent(string Text, IReadOnlyList<MailContentFile> Files, string Source, bool SourceCut)
{
    private const int MostText = 20_000;
    private const int MostSource = 64 * 1024;

    /// <summary>Reads the kept mail for a person to judge it. Nothing of it is believed or kept.</summary>
    public static async Task<Results<Ok<MailContent>, ProblemHttpResult>> ReadAsync(
        Guid id, NpgsqlDataSource database, MailSettings settings, CancellationToken cancellation)
    {
        if (await MailStore.FindRawAsync(database, id, cancellation) is not { } raw)
            return MailEndpoints.NotFound();
        var mail = MailReader.Read(raw, settings.Limits);
        return TypedResults.Ok(new MailContent(
            mail.Text.Length > MostText ? mail.Text[..MostText] + "…" : mail.Text,
            [.. mail.Files.Select(file =>
            {
                var name = AttachmentFile.CleanName(file.Name);
                return new MailContentFile(name, AttachmentFile.SniffType(file.Content.Span, name), file.Content.Length);
            })],
            Readable(raw.AsSpan(0, Math.Min(raw.Length, MostSource))), raw.Length > MostSource));
    }

    /// <summary>UTF-8 where it is; control characters, and those that turn text around, as the picture of themselves.</summary>
    internal static string Readable(ReadOnlySpan<byte> raw)
    {
        var text = new StringBuilder(raw.Length);
        foreach (var rune in Encoding.UTF8.GetString(raw).EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t')
                text.Append((char)rune.Value);
            else if (rune.Value == '\r')
                continue;
            else if (rune.Value < 0x20)
                text.Append((char)(0x2400 + rune.Value));
            else if (Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format)
                text.Append('\uFFFD');
            else
                text.Append(rune.ToString());
        }
        return text.ToString();
    }
}
