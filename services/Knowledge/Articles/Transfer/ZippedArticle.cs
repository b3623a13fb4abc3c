using System.Globalization;
using System.Text;
using Desk.ServiceDefaults;

namespace Desk.Knowledge.Articles.Transfer;

/// <summary>
/// An article as a file, <c>sv/slug/article.md</c>: a head of <c>key: value</c> lines between two lines of three dashes, then Markdown; its files lie
/// beside it in <c>files/</c>, where its text looks for them.
/// </summary>
internal sealed record ZippedArticle(string Path, Guid? Id, string Slug, int? Version, WriteArticleRequest Fields, IReadOnlyList<ArticleFile> Files)
{
    private const string Dashes = "---";
    private static readonly string[] Keys =
        ["id", "slug", "title", "language", "audience", "category", "state", "owner", "publishAt", "reviewAt", "expiresAt", "translates", "translatesVersion", "version"];

    /// <summary>The file of an article.</summary>
    /// <param name="article">The article.</param>
    /// <param name="original">The address of what it translates.</param>
    public static string Write(Article article, string? original)
    {
        var head = new StringBuilder(Dashes).Append('\n');
        var (text, plan) = (article.Text, article.Plan);
        foreach (var (key, value) in new[]
        {
            ("id", article.Id.ToString()), ("slug", article.Slug), ("title", text.Title), ("language", text.Language), ("audience", text.Audience.Word), ("category", text.Category),
            ("state", text.State.ToString().ToLowerInvariant()), ("owner", plan.Owner), ("publishAt", Time(plan.PublishAt)), ("reviewAt", Time(plan.ReviewAt)), ("expiresAt", Time(plan.ExpiresAt)),
            ("translates", original), ("translatesVersion", original is null ? null : article.Translates?.Version.ToString(CultureInfo.InvariantCulture)),
            ("version", article.Version.ToString(CultureInfo.InvariantCulture)),
        })
        {
            if (!string.IsNullOrEmpty(value))
                head.Append(key).Append(": ").Append(value.ReplaceLineEndings(" ")).Append('\n');
        }
        return head.Append(Dashes).Append('\n').Append(text.Body.ReplaceLineEndings("\n").TrimEnd()).Append('\n').ToString();
    }

    /// <summary>Reads it back. Faults are in words, for whoever made the file.</summary>
    public static (ZippedArticle? Article, IReadOnlyList<string> Faults) Read(string path, string language, string slug, string file, IReadOnlyList<ArticleFile> files)
    {
        var lines = file.ReplaceLineEndings("\n").Split('\n');
        var end = Array.IndexOf(lines, Dashes, 1);
        if (lines[0] != Dashes || end < 0)
            return (null, [Phrase.Of("Huvudet saknas: rader med nyckel: värde mellan två rader med ---.", "The head is missing: key: value lines between two lines of ---.")]);
        var (head, faults) = (new Dictionary<string, string>(), new List<string>());
        foreach (var line in lines[1..end].Where(line => line.Trim().Length > 0))
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is not [var key, var value] || !Keys.Contains(key))
                faults.Add(Phrase.Of($"Huvudet har en rad som inte hör dit: {line[..Math.Min(line.Length, 80)]}", $"The head has a line that is none of its own: {line[..Math.Min(line.Length, 80)]}"));
            else if (!head.TryAdd(key, value))
                faults.Add(Phrase.Of($"Huvudet säger {key} två gånger.", $"The head says {key} twice."));
        }
        if (head.GetValueOrDefault("language") is { } said && said != language)
            faults.Add(Phrase.Of($"Filen ligger under {language}/ och säger att dess språk är {said}.", $"The file lies under {language}/ and says that its language is {said}."));
        if (head.GetValueOrDefault("slug") is { } named && named != slug)
            faults.Add(Phrase.Of($"Mappen heter {slug} och huvudet säger {named}.", $"The folder is called {slug} and the head says {named}."));

        ArticleState? state = null;
        if (head.TryGetValue("state", out var word) && !TryState(word, out state))
            faults.Add(Phrase.Of("Lägena är draft, review, scheduled, published, expired och withdrawn.", "The states are draft, review, scheduled, published, expired and withdrawn."));
        Guid? id = null;
        if (head.TryGetValue("id", out var written))
        {
            if (Guid.TryParse(written, out var parsed))
                id = parsed;
            else
                faults.Add(Phrase.Of("Id går inte att läsa.", "The id cannot be read."));
        }
        var fields = new WriteArticleRequest(
            head.GetValueOrDefault("title"), string.Join('\n', lines[(end + 1)..]).Trim(), language, head.GetValueOrDefault("audience"), head.GetValueOrDefault("category"), state,
            head.GetValueOrDefault("owner"), At("publishAt"), At("reviewAt"), At("expiresAt"), slug, head.GetValueOrDefault("translates"), Number("translatesVersion"));
        var number = Number("version");
        faults.AddRange(fields.Faults().SelectMany(fault => fault.Value));
        return (faults.Count > 0 ? null : new ZippedArticle(path, id, slug, number, fields, files), faults);

        int? Number(string key)
        {
            if (!head.TryGetValue(key, out var text))
                return null;
            if (int.TryParse(text, CultureInfo.InvariantCulture, out var written))
                return written;
            faults.Add(Phrase.Of($"{key} är ett tal.", $"The {key} is a number."));
            return null;
        }

        DateTimeOffset? At(string key)
        {
            if (!head.TryGetValue(key, out var text))
                return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
                return at;
            faults.Add(Phrase.Of($"Tiden {key} går inte att läsa.", $"The time {key} cannot be read."));
            return null;
        }
    }

    private static bool TryState(string word, out ArticleState? state)
    {
        state = Enum.TryParse<ArticleState>(word, ignoreCase: true, out var known) && !int.TryParse(word, out _) ? known : null;
        return state is not null;
    }

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("o", CultureInfo.InvariantCulture);
}
