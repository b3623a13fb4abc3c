using System.Globalization;
using System.Xml.Linq;

namespace Desk.AppHost.Commands;

/// <summary>Sums up what <c>dotnet test</c> left in a folder: what was skipped and why, what failed, and one last line.</summary>
internal static class TestResultsCommand
{
    public static int Run(string folder, int crashed)
    {
        int passed = 0, failed = crashed, skipped = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*.trx").Order(StringComparer.Ordinal))
        {
            var run = XDocument.Load(file).Root!;
            foreach (var result in run.Descendants(run.Name.Namespace + "UnitTestResult"))
            {
                var name = (string?)result.Attribute("testName");
                switch ((string?)result.Attribute("outcome"))
                {
                    case "Passed":
                        passed++;
                        break;
                    case "NotExecuted":
                        skipped++;
                        Console.WriteLine($"  skipped  {name}: {(string?)result.Descendants(run.Name.Namespace + "Message").FirstOrDefault()}");
                        break;
                    default:
                        failed++;
                        Console.WriteLine($"  FAILED   {name}");
                        Explain(result);
                        break;
                }
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed, {skipped} skipped"));
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    // Enough to begin with where only this output is kept: what was wrong, where in our own tests, and the last that the test told.
    private static void Explain(XElement result)
    {
        var space = result.Name.Namespace;
        var message = (string?)result.Descendants(space + "Message").FirstOrDefault() ?? "no message";
        foreach (var line in message.Split('\n').Take(20))
            Console.WriteLine($"           {line.TrimEnd()}");
        var where = ((string?)result.Descendants(space + "StackTrace").FirstOrDefault() ?? "").Split('\n')
            .FirstOrDefault(line => line.Contains("Tests", StringComparison.Ordinal) && line.Contains(" in ", StringComparison.Ordinal));
        if (where is not null)
            Console.WriteLine($"           {where.Trim()}");
        foreach (var line in ((string?)result.Descendants(space + "StdOut").FirstOrDefault() ?? "").TrimEnd().Split('\n').TakeLast(20))
            Console.WriteLine($"           | {line.TrimEnd()}");
    }
}
