using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Desk.AppHost.Native;

/// <summary>
/// A folder that a server's own account can reach. PostgreSQL refuses to run as root, so root runs it as <c>postgres</c>, who cannot pass a closed
/// parent folder such as /root: then the data lies in /var/lib/desk and the folder asked for is a link to it.
/// </summary>
internal static class ServerFolder
{
    public static string Make(string folder, string account)
    {
        folder = Path.GetFullPath(folder);
        if (new DirectoryInfo(folder).LinkTarget is { } target)
            folder = target;
        else if (ChildProcess.RunsAsRoot && !Directory.Exists(folder) && !EveryoneMayPass(folder))
            folder = LinkElsewhere(folder);

        Directory.CreateDirectory(folder);
        GiveTo(account, folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    public static void GiveTo(string account, string path)
    {
        if (!ChildProcess.RunsAsRoot)
            return;
        using var chown = Process.Start("chown", ["-R", $"{account}:{account}", path]);
        chown.WaitForExit();
        if (chown.ExitCode != 0)
            throw new InvalidOperationException($"{path} cannot be given to the account {account}.");
    }

    private static bool EveryoneMayPass(string folder)
    {
        for (var parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (Directory.Exists(parent) && !File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }

    private static string LinkElsewhere(string folder)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];
        var elsewhere = $"/var/lib/desk/{key}-{Path.GetFileName(folder)}";
        // The link went with a folder that somebody deleted: its data is of no use to a new one.
        if (Directory.Exists(elsewhere))
            Directory.Delete(elsewhere, recursive: true);
        Directory.CreateDirectory(elsewhere);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Directory.CreateSymbolicLink(folder, elsewhere);
        return elsewhere;
    }
}
