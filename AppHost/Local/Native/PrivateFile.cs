namespace Desk.AppHost.Native;

/// <summary>A file that only its owner can read, from its first byte.</summary>
internal static class PrivateFile
{
    public static void Write(string path, string text)
    {
        // Written beside and moved, so that a reader never sees half of it and a crash keeps the old one.
        var beside = $"{path}.{Environment.ProcessId}";
        File.Delete(beside);
        using (var stream = new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }
        File.Move(beside, path, overwrite: true);
    }
}
