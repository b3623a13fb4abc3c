using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Desk.Notification.Writing;

/// <summary>A file that goes with a mail. Name and type are Intake's: cleaned, and read from the bytes.</summary>
internal sealed record MailFile(string Name, string ContentType, ReadOnlyMemory<byte> Content)
{
    private const int BytesALine = 57;
    private const int CharactersALine = 76;

    /// <summary>The part as it stands in the mail, head and body.</summary>
    public void Write(Stream mail)
    {
        // Intake takes for text only what is UTF-8; unsaid, it would be read as ASCII.
        var type = !IsType(ContentType) ? "application/octet-stream" : ContentType.StartsWith("text/", StringComparison.Ordinal) ? ContentType + "; charset=utf-8" : ContentType;
        mail.Write(Encoding.ASCII.GetBytes(
            $"Content-Type: {type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment{FieldParameter.Write("filename", HeaderText.Clean(Name))}\r\n\r\n"));
        var line = ArrayPool<byte>.Shared.Rent(CharactersALine + 2);
        for (var rest = Content.Span; rest.Length > 0; rest = rest[Math.Min(BytesALine, rest.Length)..])
        {
            Base64.EncodeToUtf8(rest[..Math.Min(BytesALine, rest.Length)], line, out _, out var written);
            (line[written], line[written + 1]) = ((byte)'\r', (byte)'\n');
            mail.Write(line, 0, written + 2);
        }
        ArrayPool<byte>.Shared.Return(line);
    }

    private static bool IsType(string type)
        => type.Split('/') is [{ Length: > 0 }, { Length: > 0 }] && type.All(sign => char.IsAsciiLetterOrDigit(sign) || "/.+-_".Contains(sign));
}
