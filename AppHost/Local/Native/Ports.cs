using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Desk.AppHost.Native;

/// <summary>Free ports, and who holds one that is not.</summary>
public static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port nobody listens on. Below the range that outgoing connections take theirs from, so that none of those grabs it before its owner does.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port))
                    return port;
            }
        }
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The process that listens on a port, as "name (pid)"; "another process" when it belongs to somebody whose processes we may not see; null when nobody does.</summary>
    public static string? HolderOf(int port)
    {
        var sockets = new HashSet<string>();
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
                continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                // sl local_address rem_address st … inode: state 0A is listening, the port is hexadecimal.
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[3] == "0A" && int.Parse(fields[1][(fields[1].LastIndexOf(':') + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port)
                    sockets.Add($"socket:[{fields[9]}]");
            }
        }
        if (sockets.Count == 0)
            return null;

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            try
            {
                if (Directory.EnumerateFiles($"{process}/fd").Any(file => File.ResolveLinkTarget(file, false) is { } link && sockets.Contains(link.Name)))
                    return $"{File.ReadAllText($"{process}/comm").Trim()} (pid {Path.GetFileName(process)})";
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // Somebody else's process, or one that has just ended.
            }
        }
        return "another process";
    }
}
