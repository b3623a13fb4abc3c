using Desk.AppHost.Commands;

namespace Desk.AppHost.Tests;

internal static class Processes
{
    public static IReadOnlyList<int> Tree(int root) => [.. ProcessUse.Tree(root).Select(process => process.Pid)];

    /// <summary>Whether it runs: one that has ended and is only not yet collected does not.</summary>
    public static bool Runs(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static async Task AllGoneAsync(IReadOnlyCollection<int> pids)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (pids.Any(Runs))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(20),
                $"still there: {string.Join("; ", pids.Where(Runs).Select(pid => $"{pid} {File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ')}"))}");
            await Task.Delay(50);
        }
    }

    /// <summary>Processes that speak of a folder on their command line.</summary>
    public static IReadOnlyList<int> About(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
        .Where(pid => pid > 0 && Runs(pid) && CommandLine(pid).Contains(folder, StringComparison.Ordinal))];

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
