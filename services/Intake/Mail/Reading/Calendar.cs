using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>An invitation in the few lines that matter to a reader; the invitation itself goes along as a file.</summary>
internal static class Calendar
{
    private static readonly string[] Shown = ["SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION"];

    public static string AsText(string calendar)
    {
        var text = new StringBuilder();
        var unfolded = calendar.Replace("\r\n", "\n").Replace("\n ", "").Replace("\n\t", "");
        var inEvent = false;
        foreach (var line in unfolded.Split('\n').Take(5_000))
        {
            if (line.StartsWith("BEGIN:VEVENT", StringComparison.OrdinalIgnoreCase) || line.StartsWith("BEGIN:VTODO", StringComparison.OrdinalIgnoreCase)) inEvent = true;
            if (line.StartsWith("END:V", StringComparison.OrdinalIgnoreCase)) inEvent = false;
            var colon = line.IndexOf(':');
            if (!inEvent || colon <= 0)
                continue;
            var name = line[..colon].Split(';')[0].ToUpperInvariant();
            if (!Shown.Contains(name))
                continue;
            var value = line[(colon + 1)..].Replace("\\n", "\n").Replace("\\N", "\n").Replace("\\,", ",").Replace("\\;", ";").Replace("\\\\", "\\");
            if (name == "ORGANIZER" && value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
                value = value[7..];
            text.Append(name == "DESCRIPTION" ? "\n" : $"{name[..1]}{name[1..].ToLowerInvariant()}: ").Append(value).Append('\n');
        }
        return text.ToString();
    }
}
