using System.Globalization;
using System.Text;

namespace Desk.Intake.Conversations;

/// <summary>What the desk believes of a file that came from outside: a safe name, and the type its bytes show.</summary>
internal static class AttachmentFile
{
    private const int LongestName = 150;
    private const string Unknown = "application/octet-stream";

    private static readonly string[] DeviceNames =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"com{n}", $"lpt{n}" })];

    /// <summary>
    /// The last part of the path, without characters that a file system, a shell or a reader's eye would take for something else. Never empty,
    /// never hidden, never a device.
    /// </summary>
    public static string CleanName(string? claimed)
    {
        var last = (claimed ?? "").Split(['/', '\\'])[^1];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            // Format characters include the marks that turn text around: "fdp.exe" shown as "exe.pdf".
            var forbidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                || rune == Rune.ReplacementChar || (rune.IsAscii && "<>:\"|?*".Contains((char)rune.Value));
            clean.Append(forbidden ? "_" : rune.ToString());
        }
        var name = clean.ToString().Normalize(NormalizationForm.FormC).Trim().TrimStart('.').TrimEnd('.', ' ');
        if (name.Length == 0)
            return "attachment";
        if (DeviceNames.Contains(name.Split('.')[0].ToLowerInvariant()))
            name = "_" + name;
        if (name.Length <= LongestName)
            return name;
        var extension = Path.GetExtension(name);
        if (extension.Length > 20)
            extension = "";
        var stem = name[..(LongestName - extension.Length)];
        return (char.IsHighSurrogate(stem[^1]) ? stem[..^1] : stem) + extension;
    }

    /// <summary>
    /// Read from the bytes, for the kinds people send; what a browser would run (HTML, SVG, XML) is plain text, what is not recognised is bytes.
    /// </summary>
    public static string SniffType(ReadOnlySpan<byte> content, string name) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "image/bmp",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "application/pdf",
        [(byte)'P', (byte)'K', 3, 4, ..] => OfficeType(name) ?? "application/zip",
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => OldOfficeType(name),
        [0x1F, 0x8B, 8, ..] => "application/gzip",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "application/x-7z-compressed",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "video/mp4",
        [(byte)'I', (byte)'D', (byte)'3', ..] => "audio/mpeg",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'A', (byte)'V', (byte)'E', ..] => "audio/wav",
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => "audio/ogg",
        _ => IsText(content) ? "text/plain" : Unknown,
    };

    private static string? OfficeType(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".odt" => "application/vnd.oasis.opendocument.text",
        ".ods" => "application/vnd.oasis.opendocument.spreadsheet",
        ".odp" => "application/vnd.oasis.opendocument.presentation",
        _ => null,
    };

    private static string OldOfficeType(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".doc" => "application/msword",
        ".xls" => "application/vnd.ms-excel",
        ".ppt" => "application/vnd.ms-powerpoint",
        ".msg" => "application/vnd.ms-outlook",
        _ => Unknown,
    };

    private static bool IsText(ReadOnlySpan<byte> content)
    {
        var start = content[..Math.Min(content.Length, 4096)];
        if (start.Length == 0 || start.ContainsAnyInRange((byte)0, (byte)8) || start.ContainsAnyInRange((byte)14, (byte)26))
            return false;
        // A letter may be cut in two at the end of what is read.
        for (var cut = 0; cut < 4 && cut < start.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(start[..^cut]))
                return true;
            if (content.Length == start.Length)
                return false;
        }
        return false;
    }
}
