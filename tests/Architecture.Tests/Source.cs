using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Desk.Architecture.Tests;

/// <summary>The source as it lies in the repository. The rules read text, so that they hold for every project without building it.</summary>
internal static partial class Source
{
    public static readonly string Root = FindRoot();

    /// <summary>Path (from the root, with /) and text of every C# file of the product: no tests, nothing generated.</summary>
    public static readonly IReadOnlyList<(string Path, string Text)> Product =
    [
        .. new[] { "AppHost", "ServiceDefaults", "gateway", "services" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (path, File.ReadAllText(Path.Combine(Root, path)))),
    ];

    /// <summary>Projects by name, with the names of the projects they reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> References() => Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, file => ReferencesIn(File.ReadAllText(file)));

    public static IReadOnlyList<string> ReferencesIn(string project) => [.. XDocument.Parse(project).Descendants()
        .Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference")
        .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^1]))];

    /// <summary>Types declared at the top of a file: their visibility and name.</summary>
    public static IEnumerable<(string Visibility, string Name)> TypesIn(string text)
        => Declaration().Matches(text).Select(match => (match.Groups["visibility"].Value, match.Groups["name"].Value));

    [GeneratedRegex(
        @"^\s*(?<visibility>public|internal|private|file|protected)?\s*((sealed|static|abstract|partial|readonly|ref)\s+)*(class|record struct|record|struct|interface|enum)\s+(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Desk.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Desk.sln is not above the tests.");
        return folder.FullName;
    }
}
