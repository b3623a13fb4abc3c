using System.Diagnostics;
using Desk.AppHost.Running;

namespace Desk.AppHost.Commands;

/// <summary>Runs a service's own program with other arguments, in the environment the running service has.</summary>
internal static class ExecCommand
{
    public static async Task<int> RunAsync(DeskFolders folders, string resource, IReadOnlyList<string> arguments)
    {
        var environment = Path.Combine(folders.Environments, $"{resource}.env");
        if (DeskState.Read(folders) is null || !File.Exists(environment))
        {
            Console.Error.WriteLine("The desk does not run. Start it with ./desk up --detach.");
            return 1;
        }
        var start = new ProcessStartInfo("dotnet");
        start.ArgumentList.Add(await File.ReadAllTextAsync(Path.ChangeExtension(environment, ".assembly")));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var line in await File.ReadAllLinesAsync(environment))
        {
            var pair = line.Split('=', 2);
            start.Environment[pair[0]] = pair[1];
        }
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
