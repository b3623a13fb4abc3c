using System.Text.RegularExpressions;

namespace Desk.Notification.Writing;

/// <summary>Message-IDs that came from outside: only what is one is taken, so that nothing else gets into a header of ours. Kept without brackets.</summary>
internal static partial class MessageIds
{
    // RFC 5322 asks that References be kept; it does not ask that it grow without end. The first names the thread, the last ones its branch.
    private const int Most = 12;

    public static string? One(string? text)
    {
        var all = All(text);
        return all.Length > 0 ? all[^1] : null;
    }

    public static string[] All(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 64 * 1024)
            return [];
        var ids = Id().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToArray();
        return ids.Length <= Most ? ids : [ids[0], .. ids[^(Most - 1)..]];
    }

    [GeneratedRegex(@"(?:^|[\s<,])([\x21-\x3b\x3d\x3f\x41-\x7e]{1,120}@[\x21-\x3b\x3d\x3f\x41-\x7e]{1,120})(?=$|[\s>,])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Id();
}
