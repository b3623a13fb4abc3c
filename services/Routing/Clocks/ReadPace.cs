using Desk.Contracts;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Clocks;

/// <summary>
/// How a promise was fulfilled. Kept: the share in time. UsedMedian: the share of the promise that half of them needed at most. MarginMinutes: the working time that all
/// but the slowest twentieth had left, below zero where they were late: so much slower, or quicker, the desk could be, or would have to be, to keep nineteen of twenty.
/// Verdict is <c>under</c> when that is below zero, <c>over</c> when it is more than half the promise, else <c>steady</c>.
/// </summary>
internal sealed record PaceLine(
    TargetKind Target, Priority Priority, int Count, double Kept, double PromiseMinutes, double UsedMedian, double MarginMinutes, string Verdict);

internal sealed record PaceAnswer(int Days, IReadOnlyList<PaceLine> Items);

/// <summary><c>GET /routing/pace</c>: neither late nor over-delivered. A promise counts when it is fulfilled; what is open and late is on the work lists.</summary>
internal static class ReadPace
{
    public static async Task<Results<Ok<PaceAnswer>, ProblemHttpResult>> HandleAsync(
        NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation, int days = 28, string? team = null)
    {
        if (days is < 1 or > 400)
            return Problems.Invalid("pace.days", Phrase.Of("Från 1 till 400 dagar.", "From 1 to 400 days."));
        await using var command = database.CreateCommand("""
            select target, priority, count(*)::int, avg((used_seconds <= promise_seconds)::int)::float8, avg(promise_seconds)::float8 / 60,
                percentile_cont(0.5) within group (order by used_seconds / promise_seconds), percentile_cont(0.05) within group (order by promise_seconds - used_seconds) / 60
            from fulfilled where met_at > $1 and ($2::text is null or team = $2) group by target, priority order by priority, target
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().AddDays(-days) });
        command.Parameters.Add(new() { Value = (object?)team ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<PaceLine>();
        while (await rows.ReadAsync(cancellation))
        {
            var (promise, margin) = (rows.GetDouble(4), rows.GetDouble(6));
            lines.Add(new PaceLine(
                Words.Read<TargetKind>(rows.GetString(0)) ?? TargetKind.Answer, (Priority)rows.GetInt16(1), rows.GetInt32(2), rows.GetDouble(3), promise, rows.GetDouble(5), margin,
                margin < 0 ? "under" : margin > promise / 2 ? "over" : "steady"));
        }
        return TypedResults.Ok(new PaceAnswer(days, lines));
    }
}
