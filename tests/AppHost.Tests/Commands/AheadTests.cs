using System.Reflection.PortableExecutable;
using Desk.AppHost.Commands;
using Desk.AppHost.Native;

namespace Desk.AppHost.Tests.Commands;

public sealed class AheadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _build;
    private readonly string _target;

    public AheadTests()
    {
        (_build, _target) = (Path.Combine(_folder.Path, "services", "Small", "bin", "Release", "net10.0"), Path.Combine(_folder.Path, "ahead"));
        Directory.CreateDirectory(Path.Combine(_build, "sv"));
        File.WriteAllText(Path.Combine(_folder.Path, "services", "Small", "Small.csproj"), "<Project />");
        File.Copy(typeof(Testing.Wait).Assembly.Location, Path.Combine(_build, "Desk.Small.dll"));
        File.WriteAllText(Path.Combine(_build, "Desk.Small.runtimeconfig.json"), "{}");
        File.WriteAllText(Path.Combine(_build, "sv", "words.txt"), "ord");
    }

    private string Placed => Path.Combine(_target, "Small", "Desk.Small.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_program_is_placed_whole_with_its_assemblies_compiled_and_as_old_as_the_build()
    {
        Assert.Equal(0, await AheadCommand.RunAsync(_target, [_build]));

        Assert.True(IsCompiled(Placed));
        Assert.False(IsCompiled(Path.Combine(_build, "Desk.Small.dll")));
        Assert.Equal(File.GetLastWriteTimeUtc(Path.Combine(_build, "Desk.Small.dll")), File.GetLastWriteTimeUtc(Placed));
        Assert.Equal("ord", await File.ReadAllTextAsync(Path.Combine(_target, "Small", "sv", "words.txt")));
        Assert.True(File.Exists(Path.Combine(_target, "Small", "Desk.Small.runtimeconfig.json")));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_compiled_again_and_what_is_no_longer_used_is_not_kept()
    {
        await AheadCommand.RunAsync(_target, [_build]);
        var compiled = Directory.GetFiles(Path.Combine(_target, "compiled")).Single();
        var when = File.GetLastWriteTimeUtc(compiled);

        await AheadCommand.RunAsync(_target, [_build]);
        Assert.Equal(when, File.GetLastWriteTimeUtc(compiled));

        File.Copy(typeof(NativePostgres).Assembly.Location, Path.Combine(_build, "Desk.Small.dll"), overwrite: true);
        await AheadCommand.RunAsync(_target, [_build]);
        Assert.NotEqual(compiled, Directory.GetFiles(Path.Combine(_target, "compiled")).Single());
        Assert.True(IsCompiled(Placed));
    }

    [Fact]
    public async Task What_cannot_be_compiled_runs_as_it_was_built()
    {
        await AheadCommand.RunAsync(_target, [_build]);
        File.Copy(Placed, Path.Combine(_build, "Desk.Small.dll"), overwrite: true);
        Directory.Delete(_target, recursive: true);

        Assert.Equal(0, await AheadCommand.RunAsync(_target, [_build]));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_build, "Desk.Small.dll")), await File.ReadAllBytesAsync(Placed));
    }

    private static bool IsCompiled(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
