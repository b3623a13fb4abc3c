using System.Text.RegularExpressions;

namespace Desk.AppHost.Native;

/// <summary>
/// RabbitMQ without its plugins, as a folder of links into its package. The package holds some seventy applications, and Erlang looks for each of the
/// thousand modules it loads in all of them, one after the other: without the fifty that the broker itself does not use it starts in half the time
/// (ADR 3).
/// </summary>
internal static partial class RabbitHome
{
    private const string Broker = "rabbit";

    /// <summary>
    /// Makes it anew, for the package may have changed, and returns where its scripts are. They are the package's own when that is built otherwise
    /// than Debian's.
    /// </summary>
    public static string Make(string folder, string program)
    {
        var scripts = Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
        var package = Path.Combine(Path.GetDirectoryName(scripts)!, "plugins");
        if (!Directory.Exists(package))
            return scripts;
        var applications = Directory.EnumerateDirectories(package).ToLookup(application => Path.GetFileName(application).Split('-')[0]);
        if (!applications.Contains(Broker))
            return scripts;

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var (plugins, own) = (Directory.CreateDirectory(Path.Combine(folder, "plugins")), Directory.CreateDirectory(Path.Combine(folder, "sbin")));
        foreach (var target in Needed(applications).SelectMany(name => applications[name]))
            Directory.CreateSymbolicLink(Path.Combine(plugins.FullName, Path.GetFileName(target)), target);
        foreach (var script in Directory.EnumerateFiles(scripts))
            File.CreateSymbolicLink(Path.Combine(own.FullName, Path.GetFileName(script)), script);
        return own.FullName;
    }

    /// <summary>The broker, and all that it and what it needs name as needed; what is not in the package is Erlang's own.</summary>
    private static HashSet<string> Needed(ILookup<string, string> applications)
    {
        var needed = new HashSet<string>();
        var next = new Stack<string>([Broker]);
        while (next.TryPop(out var name))
        {
            if (!needed.Add(name))
                continue;
            foreach (var description in applications[name].Select(application => Path.Combine(application, "ebin", name + ".app")).Where(File.Exists))
            {
                foreach (Capture used in Uses().Match(File.ReadAllText(description)).Groups["name"].Captures)
                    next.Push(used.Value);
            }
        }
        return needed;
    }

    [GeneratedRegex(@"\{\s*applications\s*,\s*\[(\s*(?<name>[a-z]\w*)\s*,?)*\]")]
    private static partial Regex Uses();
}
