using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Articles.Transfer;

/// <summary>
/// Reads articles out of a zip that somebody made, perhaps to harm. Nothing of it is ever written to a disk; a name is only looked at, never followed;
/// what it says of its sizes is not believed, each byte that comes out is counted.
/// </summary>
internal static partial class ArticleZip
{
    public const int MostBytes = 25 * 1024 * 1024;
    private const int MostEntries = 5_000;
    private const int MostArticleBytes = 1024 * 1024;
    private const long MostUnpacked = 100L * 1024 * 1024;
    private const int MostFaults = 50;

    // Strict: a text in another encoding is refused, not guessed at.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The articles; or what is wrong, by the names in the zip.</summary>
    public static async Task<(IReadOnlyList<ZippedArticle> Articles, IReadOnlyDictionary<string, string[]> Faults)> ReadAsync(byte[] zip, CancellationToken cancellation)
    {
        var faults = new Dictionary<string, List<string>>();
        var (texts, files, unpacked) = (new Dictionary<(string Language, string Slug), string>(), new Dictionary<(string, string), List<ArticleFile>>(), 0L);
        try
        {
            await using var archive = await ZipArchive.CreateAsync(new MemoryStream(zip), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellation);
            if (archive.Entries.Count > MostEntries)
                return Refused("", Phrase.Of($"Den har fler än {MostEntries} filer.", $"It has more than {MostEntries} files."));
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in archive.Entries)
            {
                if (NameFault(entry, seen) is { } fault)
                    return Refused(entry.FullName, fault);
                if (entry.FullName.EndsWith('/') || IsLeftByASystem(entry.FullName))
                    continue;
                if (Place().Match(entry.FullName) is not { Success: true } place)
                {
                    Add(entry.FullName, Phrase.Of("Det är varken en artikel (sv/adress/article.md) eller en fil till en (sv/adress/files/namn).", "It is neither an article (sv/address/article.md) nor a file of one (sv/address/files/name)."));
                    continue;
                }
                var key = (place.Groups["language"].Value, place.Groups["slug"].Value);
                var isText = place.Groups["file"].Length == 0;
                var content = await UnpackAsync(entry, isText ? MostArticleBytes : ArticleFile.MostBytes, cancellation);
                if (content is null)
                    return Refused(entry.FullName, isText ? Phrase.Of("En artikel har högst 1 MB.", "An article has at most 1 MB.") : Phrase.Of("En fil har högst 5 MB.", "A file has at most 5 MB."));
                if ((unpacked += content.Length) > MostUnpacked)
                    return Refused(entry.FullName, Phrase.Of("Alla filer tillsammans har mer än 100 MB.", "All files together have more than 100 MB."));
                if (!isText)
                {
                    var (file, wrong) = ArticleFile.Of(place.Groups["file"].Value, content);
                    if (file is null)
                        Add(entry.FullName, wrong!);
                    else
                        (files.TryGetValue(key, out var list) ? list : files[key] = []).Add(file);
                }
                else if (TextOf(content) is { } text)
                {
                    texts[key] = text;
                }
                else
                {
                    Add(entry.FullName, Phrase.Of("Det är inte text i UTF-8.", "It is not text in UTF-8."));
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            return Refused("", Phrase.Of("Det är ingen zip som går att läsa.", "It is not a zip that can be read."));
        }

        var articles = new List<ZippedArticle>();
        foreach (var ((language, slug), text) in texts)
        {
            var path = $"{language}/{slug}/article.md";
            var own = files.GetValueOrDefault((language, slug), []);
            var (article, wrong) = ZippedArticle.Read(path, language, slug, text, own);
            if (own.Count > ArticleFile.MostFiles)
                Add(path, Phrase.Of($"Den har fler än {ArticleFile.MostFiles} filer.", $"It has more than {ArticleFile.MostFiles} files."));
            foreach (var fault in wrong)
                Add(path, fault);
            if (article is not null)
                articles.Add(article);
        }
        foreach (var (language, slug) in files.Keys.Where(key => !texts.ContainsKey(key)))
            Add($"{language}/{slug}/files", Phrase.Of("Det finns ingen artikel bredvid filerna.", "There is no article beside the files."));
        foreach (var same in articles.Where(article => article.Id is not null).GroupBy(article => article.Id).Where(same => same.Count() > 1))
            Add(same.Last().Path, Phrase.Of($"Den har samma id som {same.First().Path}.", $"It has the id of {same.First().Path}."));
        if (articles.Count == 0 && faults.Count == 0)
            Add("", Phrase.Of("Det finns ingen artikel i den.", "There is no article in it."));
        return (articles, faults.Take(MostFaults).ToDictionary(fault => fault.Key, fault => fault.Value.ToArray()));

        void Add(string name, string fault)
        {
            name = Shown(name);
            if (!faults.TryGetValue(name, out var list))
                faults.Add(name, list = []);
            list.Add(fault);
        }

        static (IReadOnlyList<ZippedArticle>, IReadOnlyDictionary<string, string[]>) Refused(string name, string why)
            => ([], new Dictionary<string, string[]> { [Shown(name)] = [why] });
    }

    /// <summary>A name that would lead elsewhere, or means another thing to another reader of the same zip.</summary>
    private static string? NameFault(ZipArchiveEntry entry, HashSet<string> seen) => entry.FullName switch
    {
        { Length: 0 or > 300 } => Phrase.Of("Ett namn har 1 till 300 tecken.", "A name has 1 to 300 characters."),
        ['/', ..] => Phrase.Of("Ett namn börjar med snedstreck: det skulle leda ut ur zipen.", "A name begins with a slash: it would lead out of the zip."),
        var name when name.Contains('\\') || name.Contains(':') || name.Any(char.IsControl) => Phrase.Of("Ett namn har ett omvänt snedstreck, ett kolon eller ett styrtecken.", "A name has a backslash, a colon or a control character."),
        var name when name.TrimEnd('/').Split('/').Any(part => part is "" or "." or "..") => Phrase.Of("Ett namn leder ut ur zipen.", "A name leads out of the zip."),
        // Where Unix keeps what kind of file it is.
        _ when ((entry.ExternalAttributes >> 16) & 0xF000) is not (0 or 0x8000 or 0x4000) => Phrase.Of("Det är en länk eller en enhet, inte en fil.", "It is a link or a device, not a file."),
        _ when entry.IsEncrypted => Phrase.Of("Den är krypterad.", "It is encrypted."),
        var name when !seen.Add(name) => Phrase.Of("Den finns två gånger.", "It is there twice."),
        _ => null,
    };

    private static async Task<byte[]?> UnpackAsync(ZipArchiveEntry entry, int most, CancellationToken cancellation)
    {
        await using var content = await entry.OpenAsync(cancellation);
        return await FilesOfArticle.ReadBodyAsync(content, most, cancellation);
    }

    private static string? TextOf(byte[] content)
    {
        try
        {
            var text = Utf8.GetString(content is [0xEF, 0xBB, 0xBF, ..] ? content.AsSpan(3) : content);
            return text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsLeftByASystem(string name) => name.StartsWith("__MACOSX/", StringComparison.Ordinal) || name.Split('/')[^1] is ".DS_Store" or "Thumbs.db" or "desktop.ini";

    private static string Shown(string name) => name.Length == 0 ? "zip" : new string([.. name.Take(120).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    [GeneratedRegex("^(?<language>sv|en)/(?<slug>[a-z0-9]+(?:-[a-z0-9]+)*)/(?:article\\.md|files/(?<file>[^/]+))$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Place();
}
