namespace Desk.Analytics.Measures;

/// <summary>Hours and days as the desk's people live them (<c>Desk:TimeZone</c>).</summary>
internal sealed class DeskHours(IConfiguration configuration)
{
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(configuration["Desk:TimeZone"] ?? "Europe/Stockholm");

    /// <summary>The start of the hour, on the desk's own clock.</summary>
    public DateTimeOffset HourOf(DateTimeOffset at)
    {
        var local = Local(at);
        return local.AddTicks(-(local.TimeOfDay.Ticks % TimeSpan.TicksPerHour));
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);
}
