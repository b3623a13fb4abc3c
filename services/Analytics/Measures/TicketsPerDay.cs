using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Analytics.Measures;

/// <summary>In and out of a day on the desk's clock, as in the overview's flow; open is how many were open when the day ended (or now).</summary>
internal sealed record DayLine(DateOnly Day, int In, int Out, int Open);

/// <summary>Oldest first; days with nothing are there too.</summary>
internal sealed record DaysAnswer(IReadOnlyList<DayLine> Items);

internal static class TicketsPerDay
{
    public static void MapTicketsPerDay(this IEndpointRouteBuilder group) => group.MapGet("/tickets/per-day", ReadAsync)
        .WithName("GetTicketsPerDay")
        .WithSummary("Tickets in, out and open, day by day: the last 30 days, or as many as days says (1 to 366).");

    private static async Task<Ok<DaysAnswer>> ReadAsync(NpgsqlDataSource database, DeskHours hours, TimeProvider clock, int? days, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(hours.Local(now).DateTime);
        var first = today.AddDays(1 - Math.Clamp(days ?? 30, 1, 366));
        // All that lies before the first day is summed up as the day before it: what was open when the first began.
        await using var query = database.CreateCommand($"""
            select greatest((at at time zone $1)::date, $2 - 1) as day, {Flow.In}, {Flow.Out}
            from fact where at <= $3 and {Flow.Moves} group by 1
            """);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hours.Zone.Id });
        query.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = first });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
        var counted = new Dictionary<DateOnly, (int In, int Out)>();
        await using (var rows = await query.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                counted[rows.GetFieldValue<DateOnly>(0)] = (rows.GetInt32(1), rows.GetInt32(2));
        }

        var before = counted.GetValueOrDefault(first.AddDays(-1));
        var open = before.In - before.Out;
        var lines = new List<DayLine>();
        for (var day = first; day <= today; day = day.AddDays(1))
        {
            var (came, went) = counted.GetValueOrDefault(day);
            open += came - went;
            lines.Add(new DayLine(day, came, went, open));
        }
        return TypedResults.Ok(new DaysAnswer(lines));
    }
}
