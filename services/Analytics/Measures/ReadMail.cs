using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Analytics.Measures;

/// <summary>Counts mails by their last outcome.</summary>
internal static class MailCounts
{
    public const string Sql = "select outcome, count(*)::int from mail where received_at >= $1 and received_at < $2 group by outcome";

    public static (string Outcome, int Count) Row(NpgsqlDataReader row) => (row.GetString(0), row.GetInt32(1));

    public static MailMeasure Of(IReadOnlyList<(string Outcome, int Count)> rows)
    {
        var counts = rows.ToDictionary(row => row.Outcome, row => row.Count);
        return new MailMeasure(
            counts.Values.Sum(), counts.GetValueOrDefault("ticket"), counts.GetValueOrDefault("reply"), counts.GetValueOrDefault("automatic"),
            counts.GetValueOrDefault("bounce"), counts.GetValueOrDefault("ignored"), counts.GetValueOrDefault("quarantined"));
    }
}

internal static class ReadMail
{
    public static void MapMail(this IEndpointRouteBuilder group) => group.MapGet("/mail", ReadAsync)
        .WithName("GetMailMeasure")
        .WithSummary("Mails received in a time, by what became of them, as the events told it.");

    /// <summary>To hold against Intake's own account of the same time: what differs was never heard of.</summary>
    /// <param name="since">From when, inclusive.</param>
    /// <param name="until">To when, exclusive.</param>
    private static async Task<Ok<MailMeasure>> ReadAsync(DateTimeOffset since, DateTimeOffset until, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(MailCounts.Sql);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until.ToUniversalTime() });
        var rows = new List<(string, int)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(MailCounts.Row(reader));
        return TypedResults.Ok(MailCounts.Of(rows));
    }
}
