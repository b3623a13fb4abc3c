namespace Desk.AppHost.Running;

/// <summary>One desk a folder. The kernel lets go of the lock when its holder dies, however it dies.</summary>
internal static class DeskLock
{
    /// <returns>Null when another desk holds it.</returns>
    public static FileStream? TryTake(DeskFolders folders)
    {
        try
        {
            return new FileStream(folders.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(folders.Lock))
        {
            return null;
        }
    }

    public static bool IsHeld(DeskFolders folders)
    {
        if (!File.Exists(folders.Lock))
            return false;
        using var taken = TryTake(folders);
        return taken is null;
    }
}
