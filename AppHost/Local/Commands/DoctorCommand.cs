using Desk.AppHost.Native;
using Desk.AppHost.Running;

namespace Desk.AppHost.Commands;

/// <summary><c>./desk doctor</c>: what is here, what runs, what it holds.</summary>
internal static class DoctorCommand
{
    private const double MostSeconds = 12;
    private const double MostMegabytes = 1200;

    public static int Run(DeskFolders folders)
    {
        Console.WriteLine($".NET          {Environment.Version}");
        Console.WriteLine($"Cores         {Environment.ProcessorCount}");
        Tell("PostgreSQL", Directory.Exists("/usr/lib/postgresql") ? string.Join(", ", Directory.GetDirectories("/usr/lib/postgresql").Select(Path.GetFileName)) : null, "postgresql");
        Tell("RabbitMQ", Directory.Exists("/usr/lib/rabbitmq/lib") ? string.Join(", ", Directory.GetDirectories("/usr/lib/rabbitmq/lib").Select(Path.GetFileName)) : null, "rabbitmq-server");
        Tell("Chromium", File.Exists("/usr/bin/chromium") ? "/usr/bin/chromium" : null, "chromium (only for ./desk test system)");
        Console.WriteLine($"Data          {folders.Root}, {new DriveInfo(folders.Root).AvailableFreeSpace / 1e9:0.0} GB free");

        if (DeskState.Read(folders) is not { } state)
        {
            foreach (var (port, variable) in ((string, string)[])[("8080", "DESK_HTTP_PORT"), ("2525", "DESK_SMTP_PORT")])
            {
                var number = int.Parse(Environment.GetEnvironmentVariable(variable) ?? port, System.Globalization.CultureInfo.InvariantCulture);
                Console.WriteLine($"Port {number,-8} {(Ports.IsFree(number) ? "free" : $"in use by {Ports.HolderOf(number) ?? "another process"}")}");
            }
            Console.WriteLine("The desk does not run.");
            return 0;
        }

        var tree = ProcessUse.Tree(state.Pid);
        Console.WriteLine();
        Console.WriteLine($"{"",-14}{"state",-12}{"pid",8}{"restarts",10}{"ready s",9}{"PSS MB",8}  where");
        Print("app host", "ready", state.Pid, 0, null, tree[0].PssMegabytes, null);
        foreach (var part in state.Resources)
            Print(part.Name, part.State, part.Pid, part.Restarts, part.ReadySeconds, part.Pid is { } pid ? ProcessUse.Tree(pid).Sum(process => process.PssMegabytes) : 0, part.Url);

        var total = tree.Sum(process => process.PssMegabytes);
        Console.WriteLine();
        Console.WriteLine($"Start to ready   {state.StartSeconds,7:0.0} s    (at most {MostSeconds} s when nothing had to be built)");
        Console.WriteLine($"Memory (PSS)     {total,7:0} MB   (at most {MostMegabytes} MB at rest)");
        return state.Resources.All(part => part.State == "ready") ? 0 : 1;
    }

    private static void Tell(string what, string? found, string package)
        => Console.WriteLine($"{what,-14}{found ?? $"missing: apt-get install --no-install-recommends {package}"}");

    private static void Print(string name, string state, int? pid, int restarts, double? seconds, double megabytes, string? where)
        => Console.WriteLine($"{name,-14}{state,-12}{pid,8}{restarts,10}{seconds,9:0.0}{megabytes,8:0}  {where}");
}
