using System.Data;
using System.Globalization;
using Npgsql;

namespace Desk.Analytics.Measures;

/// <summary>Counts the overview, all of it at one moment.</summary>
internal sealed class OverviewStore(NpgsqlDataSource database, DeskHours hours)
{
    private const int FlowHours = 24;
    private const string IsOpen = "status not in ('resolved', 'closed')";
    private const string WaitingColumns = "number, subject, priority, team, team_name, status, greatest(registered_at, spoke_at) as since, next_step, due_at";

    public async Task<Overview> CountAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var at = now.ToUniversalTime();
        var firstHour = hours.HourOf(at).AddHours(1 - FlowHours);
        var (day, week) = (at.AddHours(-24), at.AddDays(-7));

        await using var connection = await database.OpenConnectionAsync(cancellation);
        // One snapshot for all: the parts of a screen must not contradict each other.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Query($"select priority, team, max(team_name), count(*)::int from ticket where {IsOpen} group by priority, team"),
                Query($"""
                    select floor(extract(epoch from at - $1) / 3600)::int as hour, {Flow.In}, {Flow.Out}
                    from fact where at >= $1 and at <= $2 and {Flow.Moves} group by 1
                    """, firstHour.ToUniversalTime(), at),
                Query("""
                    select count(*)::int, percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from answer_met_at - registered_at)::float8 / 60)
                    from ticket where answer_met_at between $1 and $2 and registered_at is not null
                    """, week, at),
                Query("""
                    select count(*)::int, count(*) filter (where not answer_missed)::int from ticket
                    where case when answer_missed then answer_due_at when not answer_missed then answer_met_at end between $1 and $2
                    """, week, at),
                Query($"""
                    select count(*)::int, percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from resolved_at - registered_at)::float8 / 60)
                    from ticket where resolved_at between $1 and $2 and not ({IsOpen}) and not merged and registered_at is not null
                    """, week, at),
                Query($"""
                    select count(*)::int, count(*) filter (where not resolution_missed)::int from ticket
                    where case when resolution_missed then resolution_due_at when not resolution_missed and not ({IsOpen}) then resolved_at end between $1 and $2
                    """, week, at),
                Query($"select {WaitingColumns} from ticket where status in ('new', 'open') and registered_at is not null order by greatest(registered_at, spoke_at), number limit 10"),
                Query($"select {WaitingColumns} from ticket where {IsOpen} and due_at < $1 and registered_at is not null order by due_at, number limit 50", at),
                Query($"select count(*)::int from ticket where {IsOpen} and due_at < $1 and registered_at is not null", at),
                Query("""
                    select distinct on (found.ticket_id) found.number, found.detail, found.at
                    from fact found
                    where found.kind = 'blackHole' and not exists (
                        select from fact mended where mended.kind = 'mended' and mended.ticket_id = found.ticket_id and mended.at >= found.at)
                    order by found.ticket_id, found.at
                    """),
                Query(MailCounts.Sql, day, at),
                Query("select kind, count(*)::int from fact where kind in ('delivered', 'deliveryFailed') and at between $1 and $2 group by kind", day, at),
            },
        };
        await using var answer = await batch.ExecuteReaderAsync(cancellation);

        var open = await RowsAsync(answer, row => (Priority: PriorityOf(row, 0), Team: Text(row, 1), Name: Text(row, 2), Count: row.GetInt32(3)), cancellation);
        var flow = (await NextAsync(answer, row => (Hour: row.GetInt32(0), In: row.GetInt32(1), Out: row.GetInt32(2)), cancellation)).ToDictionary(row => row.Hour);
        var answered = (await NextAsync(answer, Percentiles, cancellation))[0];
        var answersKept = (await NextAsync(answer, Share, cancellation))[0];
        var resolved = (await NextAsync(answer, Percentiles, cancellation))[0];
        var resolutionsKept = (await NextAsync(answer, Share, cancellation))[0];
        var oldest = await NextAsync(answer, Waiting, cancellation);
        var overdue = await NextAsync(answer, Waiting, cancellation);
        var overdueTotal = (await NextAsync(answer, row => row.GetInt32(0), cancellation))[0];
        var blackHoles = await NextAsync(answer, row => new BlackHole(row.GetString(0), row.GetString(1), Moment(row, 2)), cancellation);
        var mail = MailCounts.Of(await NextAsync(answer, MailCounts.Row, cancellation));
        var deliveries = (await NextAsync(answer, row => (Kind: row.GetString(0), Count: row.GetInt32(1)), cancellation)).ToDictionary(row => row.Kind, row => row.Count);

        return new Overview(
            hours.Local(at),
            new OpenTickets(
                open.Sum(row => row.Count),
                [.. Enumerable.Range(1, 5).Select(n => $"P{n}").Select(priority => new PriorityCount(priority, open.Where(row => row.Priority == priority).Sum(row => row.Count)))],
                open.Where(row => row.Priority is null).Sum(row => row.Count),
                [.. open.GroupBy(row => row.Team).Select(team => new TeamCount(team.Key, team.Max(row => row.Name), team.Sum(row => row.Count)))
                    .OrderByDescending(team => team.Count).ThenBy(team => team.Team is null).ThenBy(team => team.Team, StringComparer.Ordinal)]),
            [.. Enumerable.Range(0, FlowHours).Select(n => new FlowHour(
                hours.Local(firstHour.AddHours(n)), flow.GetValueOrDefault(n).In, flow.GetValueOrDefault(n).Out))],
            new TargetMeasure(answered.Count, answered.Median, answered.P90, answersKept),
            new TargetMeasure(resolved.Count, resolved.Median, resolved.P90, resolutionsKept),
            oldest, overdue, overdueTotal,
            [.. blackHoles.OrderBy(hole => hole.Since).ThenBy(hole => hole.Number, StringComparer.Ordinal)],
            mail,
            new DeliveryMeasure(deliveries.GetValueOrDefault("delivered"), deliveries.GetValueOrDefault("deliveryFailed")));
    }

    private static NpgsqlBatchCommand Query(string sql, params DateTimeOffset[] moments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var moment in moments)
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = moment });
        return command;
    }

    private static async Task<IReadOnlyList<T>> NextAsync<T>(NpgsqlDataReader answer, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await answer.NextResultAsync(cancellation);
        return await RowsAsync(answer, read, cancellation);
    }

    private static async Task<IReadOnlyList<T>> RowsAsync<T>(NpgsqlDataReader answer, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        while (await answer.ReadAsync(cancellation))
            rows.Add(read(answer));
        return rows;
    }

    private static (int Count, double? Median, double? P90) Percentiles(NpgsqlDataReader row)
    {
        if (row.IsDBNull(1))
            return (row.GetInt32(0), null, null);
        var minutes = row.GetFieldValue<double[]>(1);
        return (row.GetInt32(0), Math.Round(minutes[0], 2), Math.Round(minutes[1], 2));
    }

    private static double? Share(NpgsqlDataReader row) => row.GetInt32(0) == 0 ? null : Math.Round((double)row.GetInt32(1) / row.GetInt32(0), 4);

    private WaitingTicket Waiting(NpgsqlDataReader row) => new(
        row.GetString(0), Text(row, 1), PriorityOf(row, 2), Text(row, 3), Text(row, 4), row.GetString(5), Moment(row, 6), Text(row, 7),
        row.IsDBNull(8) ? null : Moment(row, 8));

    private DateTimeOffset Moment(NpgsqlDataReader row, int column) => hours.Local(row.GetFieldValue<DateTimeOffset>(column));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string? PriorityOf(NpgsqlDataReader row, int column)
        => row.IsDBNull(column) ? null : string.Create(CultureInfo.InvariantCulture, $"P{row.GetInt16(column)}");
}
