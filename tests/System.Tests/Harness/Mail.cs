using System.Text;
using System.Text.RegularExpressions;

namespace Desk.SystemTests.Harness;

/// <summary>What a reader of one of the desk's own mails sees: its headers and its plain text.</summary>
internal sealed partial record Mail(string Head, string Text)
{
    public static Mail Read(string path)
    {
        var whole = File.ReadAllText(path, Encoding.Latin1).ReplaceLineEndings("\n");
        var head = Unfold().Replace(whole[..whole.IndexOf("\n\n", StringComparison.Ordinal)], " ");
        // The plain part comes first: from its own headers' end to the next boundary.
        var plain = whole.IndexOf("Content-Type: text/plain", StringComparison.OrdinalIgnoreCase);
        var start = whole.IndexOf("\n\n", plain, StringComparison.Ordinal) + 2;
        var partHead = whole[plain..start];
        var end = whole.IndexOf("\n--", start, StringComparison.Ordinal);
        var body = end < 0 ? whole[start..] : whole[start..end];
        var bytes = partHead.Contains("base64", StringComparison.OrdinalIgnoreCase) ? Convert.FromBase64String(body.Replace("\n", ""))
            : partHead.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1.GetBytes(
                Escaped().Replace(body.Replace("=\n", ""), match => $"{(char)Convert.ToByte(match.Groups[1].Value, 16)}"))
            : Encoding.Latin1.GetBytes(body);
        return new Mail(head, Encoding.UTF8.GetString(bytes));
    }

    public string Header(string name) => Head.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line
        ? line[(name.Length + 1)..].Trim()
        : throw new InvalidOperationException($"The mail has no {name}:\n{Head}");

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Unfold();

    [GeneratedRegex("=([0-9A-F]{2})")]
    private static partial Regex Escaped();
}
