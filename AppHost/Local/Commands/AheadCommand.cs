using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.AspNetCore.Builder;

namespace Desk.AppHost.Commands;

/// <summary>
/// Compiles what was built to machine code ahead of time (ReadyToRun), so that seven processes need not each do it at every start. As
/// <c>dotnet publish</c> would, but each assembly once for all of them, and again only when it has changed.
/// </summary>
internal static class AheadCommand
{
    /// <param name="target">Gets a folder for each program, named after its project.</param>
    /// <param name="builds">The build's output folder of each program.</param>
    public static async Task<int> RunAsync(string target, IReadOnlyList<string> builds)
    {
        var compiler = typeof(AheadCommand).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "AheadCompiler").Value;
        if (!File.Exists(compiler))
        {
            Console.Error.WriteLine("The ahead-of-time compiler was not restored: the desk runs without it, and takes longer to start.");
            return 1;
        }
        var kept = Directory.CreateDirectory(Path.Combine(target, "compiled")).FullName;
        var compiled = new ConcurrentDictionary<string, Lazy<Task<string>>>();
        await Parallel.ForEachAsync(
            builds.SelectMany(build => Directory.EnumerateFiles(build, "*.dll").Select(assembly => (Build: build, Assembly: assembly))),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (file, _) =>
            {
                var key = KeyOf(file.Assembly);
                await compiled.GetOrAdd(key, new Lazy<Task<string>>(() => CompileAsync(compiler, file.Assembly, file.Build, Path.Combine(kept, key)))).Value;
            });
        foreach (var old in Directory.EnumerateFiles(kept).Where(file => !compiled.ContainsKey(Path.GetFileName(file))))
            File.Delete(old);
        foreach (var build in builds)
            await PlaceAsync(build, Path.Combine(target, ProgramOf(build)), compiled);
        return 0;
    }

    private static async Task PlaceAsync(string build, string program, ConcurrentDictionary<string, Lazy<Task<string>>> compiled)
    {
        // Made beside and put in place at once: a program is there whole or not at all, and one that runs keeps the files it has open.
        var beside = program + ".new";
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
        foreach (var file in Directory.EnumerateFiles(build, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(beside, Path.GetRelativePath(build, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            var isAssembly = Path.GetDirectoryName(file) == build && Path.GetExtension(file) == ".dll";
            File.Copy(isAssembly ? await compiled[KeyOf(file)].Value : file, place);
            // By which the app host sees that it is of this build.
            File.SetLastWriteTimeUtc(place, File.GetLastWriteTimeUtc(file));
        }
        if (Directory.Exists(program))
            Directory.Delete(program, recursive: true);
        Directory.Move(beside, program);
    }

    /// <returns>The compiled assembly, or the given one where the compiler has nothing to do (it is compiled already) or can't.</returns>
    private static async Task<string> CompileAsync(string compiler, string assembly, string besides, string result)
    {
        if (File.Exists(result))
            return result;
        var beside = result + ".new";
        var start = new ProcessStartInfo(compiler, [assembly, "-o", beside, "-O", "--targetos", "linux"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var references in new[] { typeof(object).Assembly.Location, typeof(WebApplication).Assembly.Location, Path.Combine(besides, "any") })
        {
            start.ArgumentList.Add("-r");
            start.ArgumentList.Add(Path.Combine(Path.GetDirectoryName(references)!, "*.dll"));
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"{Path.GetFileName(assembly)} stays as it was built: {output}{await errors}");
            return assembly;
        }
        File.Move(beside, result, overwrite: true);
        return result;
    }

    private static string ProgramOf(string build)
    {
        // …/services/Intake/bin/Release/net10.0 and the like.
        var folder = new DirectoryInfo(build);
        while (folder.Name != "bin")
            folder = folder.Parent ?? throw new ArgumentException($"{build} is not a build's output folder.");
        var project = Directory.EnumerateFiles(folder.Parent!.FullName, "*.csproj").Single();
        return Path.GetFileNameWithoutExtension(project);
    }

    /// <summary>The name it is kept under compiled: another one whenever what was compiled into it is another.</summary>
    private static string KeyOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return $"{Path.GetFileNameWithoutExtension(assembly)}-{metadata.GetGuid(metadata.GetModuleDefinition().Mvid):N}.dll";
    }
}
