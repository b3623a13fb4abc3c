using System.Globalization;
using System.Text;
using Desk.AppHost.Native;
using Desk.Testing;

namespace Desk.Intake.Tests.Scanning;

/// <summary>
/// Debian's clamd on a port and a folder of its own. Its signatures are ours, for those of ClamAV have to be fetched and take a gigabyte: it knows one
/// virus, <see cref="Virus"/>, and reads no file above <see cref="LargestFile"/>.
/// </summary>
internal sealed class Clamd : IAsyncDisposable
{
    public const string Virus = "Desk.Test.Virus";
    public const string VirusText = "a line that only a virus would write";

    /// <summary>Bytes.</summary>
    public const int LargestFile = 100_000;

    private const string Program = "/usr/sbin/clamd";

    private readonly ChildProcess _process;

    private Clamd(ChildProcess process) => _process = process;

    public static bool IsInstalled => File.Exists(Program);

    public static async Task<Clamd> StartAsync(int port)
    {
        var folder = Path.Combine((await DeskServers.GetAsync()).Folder, "clamd");
        var database = Directory.CreateDirectory(Path.Combine(folder, "signatures")).FullName;
        await File.WriteAllTextAsync(Path.Combine(database, "desk.ndb"), $"{Virus}:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(VirusText))}\n");
        var settings = Path.Combine(folder, "clamd.conf");
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            Foreground yes
            DatabaseDirectory {database}
            TemporaryDirectory {folder}
            TCPAddr 127.0.0.1
            TCPSocket {port}
            StreamMaxLength {LargestFile}

            """));
        return new Clamd(ChildProcess.Start(new ChildProcessStart(Program, ["--config-file", settings])));
    }

    /// <summary>What it printed last; it ends at once when it does not like its settings.</summary>
    public string? WhyItEnded => _process.HasExited ? _process.Tail : null;

    public async ValueTask DisposeAsync() => await _process.StopAsync(ChildProcess.Terminate, TimeSpan.FromSeconds(10));
}

/// <summary>A fact with a real scanner. Skipped, with the reason, where there is none.</summary>
public sealed class FactWithScannerAttribute : FactAttribute
{
    public FactWithScannerAttribute()
    {
        if (!Clamd.IsInstalled)
            Skip = "clamd is not installed; ./desk test installs it (clamav-daemon).";
    }
}
