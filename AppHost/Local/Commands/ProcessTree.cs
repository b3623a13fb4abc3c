using System.Globalization;

namespace Desk.AppHost.Commands;

/// <summary>A process and what it holds: PSS counts a page shared by three as a third each, so that sums are true.</summary>
internal sealed record ProcessUse(int Pid, string Name, double PssMegabytes)
{
    /// <summary>The process and all that descend from it.</summary>
    public static IReadOnlyList<ProcessUse> Tree(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Parent(pid) is { } parent)
                parents[pid] = parent;
        }
        var tree = new List<ProcessUse>();
        var queue = new Queue<int>([root]);
        while (queue.TryDequeue(out var pid))
        {
            if (Read($"/proc/{pid}/cmdline") is { } command)
                tree.Add(new(pid, command.Replace('\0', ' ').Trim(), Pss(pid)));
            foreach (var (child, _) in parents.Where(pair => pair.Value == pid))
                queue.Enqueue(child);
        }
        return tree;
    }

    private static int? Parent(int pid)
        => Read($"/proc/{pid}/stat") is { } stat && stat.LastIndexOf(')') is > 0 and var end
            ? int.Parse(stat[(end + 2)..].Split(' ')[1], CultureInfo.InvariantCulture)
            : null;

    private static double Pss(int pid)
        => Read($"/proc/{pid}/smaps_rollup") is { } text
            && text.Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            : 0;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
