using System.Text.RegularExpressions;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Articles;

/// <summary>A picture or file of an article. Its text calls it <c>files/NAME</c>.</summary>
internal sealed partial record ArticleFile(string Name, string ContentType, byte[] Content)
{
    public const string Folder = "files/";
    public const int MostBytes = 5 * 1024 * 1024;
    public const int MostFiles = 50;

    /// <summary>What articles may carry: pictures that show no script, and documents that are fetched, not shown.</summary>
    private static readonly Dictionary<string, string> Types = new()
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".pdf"] = "application/pdf",
        [".txt"] = "text/plain; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    };

    /// <summary>Shown in the page; all else is only fetched.</summary>
    public bool IsPicture => ContentType.StartsWith("image/", StringComparison.Ordinal);

    public static bool IsName(string name) => Named().IsMatch(name) && Types.ContainsKey(Path.GetExtension(name));

    public static string PathOf(Guid article, string name) => $"/api/v1/knowledge/articles/{article}/files/{name}";

    /// <summary>The file, or what is wrong with it. What it is is told by its bytes where they can tell.</summary>
    public static (ArticleFile? File, string? Fault) Of(string name, byte[] content)
    {
        if (!IsName(name))
            return (null, Phrase.Of($"{name[..Math.Min(name.Length, 120)]}: ett filnamn har bokstäverna a till z, siffror, bindestreck och punkter, och slutar på {string.Join(", ", Types.Keys)}.", $"{name[..Math.Min(name.Length, 120)]}: a file's name has letters a to z, digits, hyphens and dots, and ends in {string.Join(", ", Types.Keys)}."));
        if (content.Length is 0 or > MostBytes)
            return (null, Phrase.Of($"{name}: en fil har 1 byte till 5 MB.", $"{name}: a file has 1 byte to 5 MB."));
        var type = Types[Path.GetExtension(name)];
        return type.StartsWith("image/", StringComparison.Ordinal) && PictureType(content) != type
            ? (null, Phrase.Of($"{name} är inte den bild som namnet säger.", $"{name} is not the picture that its name says."))
            : (new ArticleFile(name, type, content), null);
    }

    private static string? PictureType(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9_-]|\.(?!\.)){0,98}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();
}
