using Desk.Routing.Calendars;
using FsCheck;
using FsCheck.Fluent;

namespace Desk.Routing.Tests.Calendars;

/// <summary>Random calendars and times, on whole minutes, thick around the nights when clocks change.</summary>
internal static class AnyTime
{
    private static readonly string[] Zones =
        ["Europe/Stockholm", "America/Sao_Paulo", "Asia/Tehran", "Australia/Lord_Howe", "America/New_York", "Pacific/Apia", "Asia/Kolkata", "UTC"];

    /// <summary>Hours as the oracle knows them, and the calendar made of them.</summary>
    internal sealed record Case(TimeZoneInfo Zone, IReadOnlyDictionary<DayOfWeek, IReadOnlyList<Span>> Week, IReadOnlySet<DateOnly> DaysOff)
    {
        public Calendar Calendar { get; } = new(Zone, Week, new DaysClosed(false, false, null, false, DaysOff, new HashSet<(int, int)>()));

        /// <summary>The definition, asked minute by minute: does the wall clock show a time inside a span of its day?</summary>
        public bool IsWorking(DateTimeOffset minute)
        {
            var local = TimeZoneInfo.ConvertTime(minute, Zone).DateTime;
            return !DaysOff.Contains(DateOnly.FromDateTime(local))
                && Week[local.DayOfWeek].Any(span => span.From <= local.TimeOfDay && local.TimeOfDay < span.To);
        }

        public override string ToString() => $"{Zone.Id} {string.Join(' ', Week.Select(day => $"{day.Key}:{string.Join(',', day.Value.Select(span => $"{span.From:hh\\:mm}-{span.To}"))}"))}";
    }

    private static readonly Gen<IReadOnlyList<Span>> Spans =
        from cuts in Gen.Choose(0, 1440).ListOf().Where(cuts => cuts.Count <= 6)
        let sorted = cuts.Distinct().Order().ToList()
        select (IReadOnlyList<Span>)[.. sorted.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new Span(TimeSpan.FromMinutes(pair[0]), TimeSpan.FromMinutes(pair[1])))];

    public static Gen<Case> Calendar { get; } =
        from zone in Gen.Elements(Zones)
        from sunday in Spans
        from workday in Spans
        from thursday in Spans
        from off in Gen.Choose(0, 364).ListOf().Where(days => days.Count <= 20)
        select new Case(
            TimeZoneInfo.FindSystemTimeZoneById(zone),
            Enum.GetValues<DayOfWeek>().ToDictionary(day => day, day => day == DayOfWeek.Sunday ? sunday : day == DayOfWeek.Thursday ? thursday : workday),
            off.Select(day => new DateOnly(2011, 1, 1).AddDays(day * 5)).ToHashSet());

    public static Gen<DateTimeOffset> Time { get; } = Gen.OneOf(
        Gen.Choose(0, 60 * 24 * 365 * 5).Select(minute => new DateTimeOffset(2011, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute)),
        from night in Gen.Elements(
            new DateTimeOffset(2012, 3, 25, 1, 0, 0, TimeSpan.Zero), new DateTimeOffset(2012, 10, 28, 1, 0, 0, TimeSpan.Zero), new DateTimeOffset(2015, 10, 18, 3, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2015, 2, 22, 2, 0, 0, TimeSpan.Zero), new DateTimeOffset(2011, 12, 30, 10, 0, 0, TimeSpan.Zero), new DateTimeOffset(2012, 3, 31, 15, 0, 0, TimeSpan.Zero))
        from off in Gen.Choose(-1500, 1500)
        select night.AddMinutes(off));
}
