using Desk.Contracts;

namespace Desk.Intake.Conversations;

/// <summary>Which files of a reply go with its mail.</summary>
internal static class MailedFiles
{
    /// <summary>
    /// Large servers take mails of 25 MB, and base64 makes of three bytes four and a line end now and then: so much of files fits.
    /// </summary>
    public const long MostBytes = 18 * 1024 * 1024;

    /// <summary>In their order, as long as there is room; a later one that is small enough still goes.</summary>
    public static IReadOnlyList<AttachedFile> Of(IReadOnlyList<AttachmentView> attachments)
    {
        var room = MostBytes;
        var files = new List<AttachedFile>(attachments.Count);
        foreach (var file in attachments)
        {
            var travels = file.Size <= room;
            if (travels)
                room -= file.Size;
            files.Add(new AttachedFile(file.Id, file.Name, file.ContentType, file.Size, travels));
        }
        return files;
    }
}
