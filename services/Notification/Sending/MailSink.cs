namespace Desk.Notification.Sending;

/// <summary>A folder of <c>.eml</c> files, for development and tests. A file is there whole or not at all.</summary>
internal sealed class MailSink : ICarrier
{
    private readonly string _folder;

    public MailSink(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    public int AtOnce => 100;

    public int Beside => 1;

    public Task<Handover> CarryAsync(Mail mail, CancellationToken cancellation)
    {
        var file = Path.Combine(_folder, mail.Name + ".eml");
        var partial = Path.Combine(_folder, "." + mail.Name + ".partial");
        try
        {
            // Not File.WriteAllBytes: it empties the file first, and what was emptied ext4 writes to the disk when it is closed.
            using (var writing = File.OpenHandle(partial, FileMode.OpenOrCreate, FileAccess.Write))
            {
                RandomAccess.SetLength(writing, mail.Content.Length);
                RandomAccess.Write(writing, mail.Content, 0);
            }
            File.Move(partial, file, overwrite: true);
            return Task.FromResult(Handover.Taken());
        }
        catch (IOException failure)
        {
            return Task.FromResult(Handover.NotNow(failure.Message));
        }
    }
}
