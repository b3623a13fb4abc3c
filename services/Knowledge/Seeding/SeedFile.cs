using System.Reflection;
using Desk.Knowledge.Articles;

namespace Desk.Knowledge.Seeding;

/// <summary>
/// An article as a file: a head of <c>key: value</c> lines (title, language, category, audience) between lines of three dashes, then Markdown.
/// Its slug is made of the title.
/// </summary>
internal static class SeedFile
{
    public static IReadOnlyList<(string Name, string Slug, ArticleText Text)> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var text = Parse(reader.ReadToEnd());
            return (NameOf(name), Article.SlugOf(text.Title), text);
        })];
    }

    /// <summary>Files of one name in two languages are one article: the first language is its original.</summary>
    private static string NameOf(string resource) => resource.Split('.')[^2];

    public static ArticleText Parse(string file)
    {
        var lines = file.ReplaceLineEndings("\n").Split('\n');
        var end = Array.IndexOf(lines, "---", 1);
        if (lines[0] != "---" || end < 0)
            throw new FormatException("The head of the article is missing: key: value lines between two lines of ---.");
        var head = lines[1..end].Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
        return new ArticleText(
            head["title"], string.Join('\n', lines[(end + 1)..]).Trim(), head["language"],
            Audience.Parse(head.GetValueOrDefault("audience", "everyone")), head.GetValueOrDefault("category"), ArticleState.Published);
    }
}
