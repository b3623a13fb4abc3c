using System.Globalization;

namespace Desk.Bench.Load;

/// <summary>A process of the desk: resident memory as its proportional share (PSS), CPU seconds so far.</summary>
internal sealed record ProcessUse(int Pid, string Name, double MegabytesPss, double CpuSeconds);

/// <summary>Reads /proc for a process and all that descend from it.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100;

    public static IReadOnlyList<ProcessUse> Of(int root)
        => [.. Family(root).Select(process => new ProcessUse(process.Pid, Name(process.Pid, process.Command), Pss(process.Pid), process.CpuSeconds))];

    /// <summary>Of all of them, without a look at their memory, which costs the kernel a walk through every page of it.</summary>
    public static double CpuSeconds(int root) => Family(root).Sum(process => process.CpuSeconds);

    private static List<(int Pid, string Command, double CpuSeconds)> Family(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Stat(pid) is { } stat)
                (children.TryGetValue(stat.Parent, out var list) ? list : children[stat.Parent] = []).Add(pid);
        }
        var found = new List<(int, string, double)>();
        var queue = new Queue<int>([root]);
        while (queue.TryDequeue(out var pid))
        {
            if (Stat(pid) is { } stat)
                found.Add((pid, stat.Command, stat.CpuSeconds));
            foreach (var child in children.GetValueOrDefault(pid, []))
                queue.Enqueue(child);
        }
        return found;
    }

    private static (int Parent, string Command, double CpuSeconds)? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var end = text.LastIndexOf(')');
            var fields = text[(end + 2)..].Split(' ');
            // Its own, and of the children it has outlived: PostgreSQL's processes come and go.
            var ticks = fields[11..15].Sum(field => double.Parse(field, CultureInfo.InvariantCulture));
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), text[(text.IndexOf('(') + 1)..end], ticks / TicksPerSecond);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Every .NET process is called dotnet: its assembly says more.</summary>
    private static string Name(int pid, string command)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
            return words.FirstOrDefault(word => word.EndsWith(".dll", StringComparison.Ordinal)) is { } assembly
                ? Path.GetFileNameWithoutExtension(assembly) : command;
        }
        catch (IOException)
        {
            return command;
        }
    }

    private static double Pss(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/smaps_rollup").FirstOrDefault(text => text.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
