using System.Collections.Frozen;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Templates;

/// <summary>
/// The letters of the desk: for each language and kind a <c>.txt</c>, whose first line is the subject, and an <c>.html</c>, which
/// <c>layout.html</c> is put around. All are read and checked when the service starts.
/// </summary>
internal sealed class TemplateSet
{
    private const string BodyMark = "<!-- body -->";

    private readonly FrozenDictionary<(string Language, string Kind), Letter> _letters;

    public TemplateSet()
    {
        var layout = Read("layout.html");
        _letters = (from language in Languages from kind in Kinds.All select (Key: (language, kind), Letter: Load(layout, language, kind)))
            .ToFrozenDictionary(one => one.Key, one => one.Letter);
    }

    public static IReadOnlyList<string> Languages { get; } = ["sv", "en"];

    public (string Subject, string Text, string Html) Render(string language, string kind, Values values)
    {
        var letter = _letters[(language, kind)];
        return (letter.Subject.Render(values), letter.Text.Render(values), letter.Html.Render(values));
    }

    /// <summary>As written, with their holes.</summary>
    public IEnumerable<(string Language, string Kind, string Text, string Html)> Sources()
        => from language in Languages from kind in Kinds.All select (language, kind, Read($"{language}/{kind}.txt"), Read($"{language}/{kind}.html"));

    private static Letter Load(string layout, string language, string kind)
    {
        var text = Read($"{language}/{kind}.txt");
        var firstLine = text.IndexOf('\n');
        var html = layout.Replace("lang=\"sv\"", $"lang=\"{language}\"", StringComparison.Ordinal)
            .Replace(BodyMark, Read($"{language}/{kind}.html"), StringComparison.Ordinal);
        return new Letter(
            Template.Parse(text[..firstLine], html: false), Template.Parse(text[(firstLine + 1)..].TrimStart('\n'), html: false), Template.Parse(html, html: true));
    }

    private static string Read(string name)
    {
        using var stream = typeof(TemplateSet).Assembly.GetManifestResourceStream("Templates/" + name)
            ?? throw new InvalidOperationException($"The template {name} is missing.");
        return new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
    }

    private sealed record Letter(Template Subject, Template Text, Template Html);
}
