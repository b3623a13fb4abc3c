namespace Desk.AppHost.Running;

/// <summary>What a process prints, in a file that is turned over when it grows: the last file and the one before are kept.</summary>
internal sealed class ProcessLog(string path, long turnOverAt = 8_000_000) : IDisposable
{
    private readonly Lock gate = new();
    private StreamWriter? writer;

    public void Write(string line)
    {
        lock (gate)
        {
            if (writer is { BaseStream.Length: var length } && length > turnOverAt)
            {
                writer.Dispose();
                writer = null;
                File.Move(path, path + ".1", overwrite: true);
            }
            writer ??= new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
            writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            writer?.Dispose();
            writer = null;
        }
    }
}
