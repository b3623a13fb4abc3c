using System.Globalization;

namespace Desk.Intake.Mail.Reading;

/// <summary>Dates as mails write them. A date is information only: what counts is when the desk took the mail.</summary>
internal static class MailDates
{
    private static readonly Dictionary<string, string> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = "+0000",
        ["UTC"] = "+0000",
        ["GMT"] = "+0000",
        ["Z"] = "+0000",
        ["EST"] = "-0500",
        ["EDT"] = "-0400",
        ["CST"] = "-0600",
        ["CDT"] = "-0500",
        ["MST"] = "-0700",
        ["MDT"] = "-0600",
        ["PST"] = "-0800",
        ["PDT"] = "-0700",
        ["CET"] = "+0100",
        ["CEST"] = "+0200",
        ["MET"] = "+0100",
        ["BST"] = "+0100",
        ["JST"] = "+0900",
    };

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static DateTimeOffset? Read(string? field)
    {
        if (field is null || field.Length > 200)
            return null;
        while (field.IndexOf('(') is >= 0 and var open)
        {
            var close = field.IndexOf(')', open);
            field = close < 0 ? field[..open] : field.Remove(open, close - open + 1);
        }
        var words = field.Replace(',', ' ').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        int? day = null, month = null, year = null;
        TimeSpan? time = null, zone = null;
        foreach (var word in words)
        {
            if (word.Contains(':'))
            {
                if (time is null && TimeSpan.TryParse(word.Count(c => c == ':') == 1 ? word + ":00" : word, CultureInfo.InvariantCulture, out var read) && read < TimeSpan.FromDays(1) && read >= TimeSpan.Zero)
                    time = read;
            }
            else if (word[0] is '+' or '-' && word.Length == 5 && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                zone = new TimeSpan(offset / 100, offset % 100, 0) * (word[0] == '-' ? -1 : 1);
            }
            else if (word.Length >= 3 && Array.IndexOf(Months, word[..3].ToLowerInvariant()) is >= 0 and var index && char.IsLetter(word[0]))
            {
                month ??= index + 1;
            }
            else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                if (day is null && number is >= 1 and <= 31) day = number;
                else if (year is null) year = number switch { < 50 => 2000 + number, < 1000 => 1900 + number, _ => number };
            }
            else if (Zones.TryGetValue(word, out var named))
            {
                zone ??= new TimeSpan(int.Parse(named.AsSpan(1, 2), CultureInfo.InvariantCulture), 0, 0) * (named[0] == '-' ? -1 : 1);
            }
        }
        if (day is { } d && month is { } m && year is >= 1970 and <= 2200 && d <= DateTime.DaysInMonth(year.Value, m))
        {
            var offset = zone is { } z && z.Duration() <= TimeSpan.FromHours(14) ? z : TimeSpan.Zero;
            return new DateTimeOffset(year.Value, m, d, 0, 0, 0, offset).Add(time ?? TimeSpan.Zero).ToUniversalTime();
        }
        return DateTimeOffset.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var other)
            && other.Year is >= 1970 and <= 2200 ? other : null;
    }
}
