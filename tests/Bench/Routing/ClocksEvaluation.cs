using System.Globalization;
using System.Text.Json;
using Desk.Routing.Calendars;
using Calendar = Desk.Routing.Calendars.Calendar;

namespace Desk.Bench.Routing;

/// <summary>Measures working time and Swedish holidays on cases nobody here wrote.</summary>
internal static class ClocksEvaluation
{
    /// <summary>The folder holds <c>working_time.json</c> and <c>swedish_holidays.json</c>. 0 when every case is right.</summary>
    public static int Run(string folder, TextWriter output)
    {
        output.WriteLine("clocks");
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "working_time.json")));
        using var holidays = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "swedish_holidays.json")));
        var hours = cases.RootElement.GetProperty("hours");
        var good = Count(output, "working time between", cases.RootElement.GetProperty("working_time").EnumerateArray(), it => Between(it, hours));
        good &= Count(output, "working time added", cases.RootElement.GetProperty("destination_time").EnumerateArray(), it => Add(it, hours));
        good &= Holidays(output, "public holidays", holidays.RootElement.GetProperty("public"), kind => kind == DayKind.Public);
        good &= Holidays(output, "eves, half-days, bridge days", holidays.RootElement.GetProperty("optional_or_partial"), kind => kind != DayKind.Public);
        good &= Nights(output);
        return good ? 0 : 1;
    }

    private static (object Right, object Given) Between(JsonElement it, JsonElement hours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Text(it, "tz"));
        var worked = CalendarOf(it, hours, Text(it, "tz")).Between(Instant(Text(it, "start"), zone), Instant(Text(it, "stop"), zone));
        return (it.GetProperty("seconds").GetDouble(), worked.TotalSeconds);
    }

    private static (object Right, object Given) Add(JsonElement it, JsonElement hours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Text(it, "tz"));
        var due = CalendarOf(it, hours, Text(it, "calendar_tz")).Add(Instant(Text(it, "start"), zone), TimeSpan.FromSeconds(it.GetProperty("seconds").GetDouble()));
        return (Instant(Text(it, "expect"), zone), due!);
    }

    /// <summary>Hour h in a list means h:00 to h+1:00.</summary>
    private static Calendar CalendarOf(JsonElement it, JsonElement hours, string zone)
    {
        var week = hours.GetProperty(Text(it, "hours")).EnumerateObject().ToDictionary(
            day => Enum.GetNames<DayOfWeek>().Single(name => name.StartsWith(day.Name, StringComparison.Ordinal)).ToLowerInvariant(),
            day => (IReadOnlyList<IReadOnlyList<string>>)[.. day.Value.EnumerateArray().Select(hour => hour.GetInt32()).Select(hour => (string[])[$"{hour:00}:00", $"{hour + 1:00}:00"])]);
        return new CalendarSpec("case", null, null, zone, week, null, DaysOff: [.. it.GetProperty("vacation").EnumerateArray().Select(day => day.GetString()!)]).Build().Calendar!;
    }

    private static bool Holidays(TextWriter output, string what, JsonElement expected, Func<DayKind, bool> which)
    {
        var right = expected.EnumerateArray().Select(day => $"{day[0].GetString()} {day[1].GetString()!.Split(" (")[0].Replace(" 14:00", "", StringComparison.Ordinal)}").ToList();
        var years = right.Select(day => int.Parse(day[..4], CultureInfo.InvariantCulture)).Distinct();
        var given = years.SelectMany(SwedishHolidays.Of).Where(day => which(day.Kind)).Select(day => $"{day.Date:yyyy-MM-dd} {day.Sv}").ToList();
        output.WriteLine($"  {what,-30} {right.Intersect(given).Count()}/{right.Count}, {given.Except(right).Count()} too many");
        foreach (var day in right.Except(given).Select(day => "missing " + day).Concat(given.Except(right).Select(day => "too many " + day)))
            output.WriteLine($"    {day}");
        return right.ToHashSet().SetEquals(given);
    }

    private static bool Nights(TextWriter output)
    {
        var always = new CalendarSpec("x", null, null, "Europe/Stockholm", Enum.GetNames<DayOfWeek>().ToDictionary(
            day => day.ToLowerInvariant(), _ => (IReadOnlyList<IReadOnlyList<string>>)[["00:00", "24:00"]]), null).Build().Calendar!;
        var nights = new (string From, string To, double Hours)[]
        {
            ("2026-03-29 00:00:00", "2026-03-29 06:00:00", 5), ("2026-10-25 00:00:00", "2026-10-25 06:00:00", 7),
        };
        var right = nights.Count(night => always.Between(Instant(night.From, always.Zone), Instant(night.To, always.Zone)).TotalHours == night.Hours
            && always.Add(Instant(night.From, always.Zone), TimeSpan.FromHours(night.Hours)) == Instant(night.To, always.Zone)
            && always.Subtract(Instant(night.To, always.Zone), TimeSpan.FromHours(night.Hours)) == Instant(night.From, always.Zone));
        output.WriteLine($"  {"nights when the clock changes",-30} {right}/{nights.Length}");
        return right == nights.Length;
    }

    private static bool Count(TextWriter output, string what, IEnumerable<JsonElement> cases, Func<JsonElement, (object Right, object Given)> answer)
    {
        var answers = cases.Select(it => (Case: it, Answer: answer(it))).ToList();
        var wrong = answers.Where(it => !it.Answer.Right.Equals(it.Answer.Given)).ToList();
        output.WriteLine($"  {what,-30} {answers.Count - wrong.Count}/{answers.Count}");
        foreach (var it in wrong)
            output.WriteLine($"    {it.Case.GetRawText()} gave {it.Answer.Given}");
        return wrong.Count == 0;
    }

    private static DateTimeOffset Instant(string local, TimeZoneInfo zone)
    {
        var time = DateTime.ParseExact(local, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(time, zone), TimeSpan.Zero);
    }

    private static string Text(JsonElement it, string name) => it.GetProperty(name).GetString()!;
}
