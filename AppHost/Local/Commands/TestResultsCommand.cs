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
                        break;
                }
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed, {skipped} skipped"));
        return failed == 0 && passed > 0 ? 0 : 1;
    }
}
