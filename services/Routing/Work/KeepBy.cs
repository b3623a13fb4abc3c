using Desk.Contracts;
using Desk.Routing.Clocks;

namespace Desk.Routing.Work;

/// <summary>
/// By when a ticket must be worked on to keep the most promises, and so its place in every work list. The first promise that can still be kept
/// comes first: of all orders, earliest due first keeps every promise whenever that is possible. What is broken already can no longer be kept: it stands
/// back for those that can, but only for a grace that grows with its priority, so that it is never passed over for ever. When work waits, it
/// is until it goes on.
/// </summary>
internal static class KeepBy
{
    public static DateTimeOffset? Of(WorkItem item, IReadOnlyList<Clock> clocks, DateTimeOffset now)
    {
        if (!item.IsOpen)
            return null;
        var running = ClockFold.Current(clocks).Where(clock => !clock.IsOver && !clock.IsPaused && clock.DueAt is not null).ToList();
        var kept = running.Where(clock => !clock.Missed(now)).Min(clock => clock.DueAt);
        var broken = running.Where(clock => clock.Missed(now)).Min(clock => clock.DueAt) + Grace(item.Priority);
        return kept is null || broken < kept ? broken ?? item.WaitsUntil : kept;
    }

    private static TimeSpan Grace(Priority priority) => priority switch
    {
        Priority.P1 => TimeSpan.Zero,
        Priority.P2 => TimeSpan.FromHours(1),
        Priority.P3 => TimeSpan.FromHours(4),
        Priority.P4 => TimeSpan.FromDays(1),
        Priority.P5 => TimeSpan.FromDays(2),
    };
}
