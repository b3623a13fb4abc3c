using Dapper;
using Desk.Knowledge.Likeness;
using Desk.Knowledge.Search;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.Trends;

/// <summary>
/// What came more than it does. Window: <c>hour</c>, <c>day</c> or <c>week</c>, up to now. Words: what its tickets share; category, when all that is known
/// of it is their category. Expected: what is normal for that weekday and hour. Tickets: the newest hundred numbers, Open: how many are not solved. Problem: the one that most of them belong to.
/// </summary>
internal sealed record TrendLine(
    string Window, IReadOnlyList<string> Words, string? Category, int Observed, double Expected, DateTimeOffset Since, int Open, IReadOnlyList<string> Tickets, string? Problem);

/// <summary>Weeks: how many earlier weeks it is compared with; 0 when the desk is too young to know what is normal.</summary>
internal sealed record TrendsAnswer(DateTimeOffset At, int Weeks, IReadOnlyList<TrendLine> Items);

internal static class ReadTrends
{
    private const int MostTickets = 100;
    private const int MostWords = 3;

    public static void MapTrends(this IEndpointRouteBuilder group) => group.MapGet("/trends", ReadAsync)
        .WithName("ListTrends")
        .WithSummary("What comes more than is normal for the weekday and hour: in the last hour, day and week.");

    private static async Task<Ok<TrendsAnswer>> ReadAsync(LiveTickets tickets, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var rising = RisingTrends.Of(tickets.Index, now);
        var weeks = RisingTrends.Weeks(tickets.Index, now);
        if (rising.Count == 0)
            return TypedResults.Ok(new TrendsAnswer(now, weeks, []));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = (await connection.QueryAsync<(Guid Id, string Number, string Subject, string Text, string Language)>(new CommandDefinition(
            "select id, number, subject, text, language from ticket where id = any(@ids)",
            new { ids = rising.SelectMany(one => one.Tickets).Select(ticket => ticket.Id).Distinct().ToArray() }, cancellationToken: cancellation))).ToDictionary(row => row.Id);
        var problems = (await connection.QueryAsync<(string Number, Guid Ticket)>(new CommandDefinition(
            "select number, unnest(tickets) from problem where status <> 'solved'", cancellationToken: cancellation))).ToLookup(row => row.Ticket, row => row.Number);
        return TypedResults.Ok(new TrendsAnswer(now, weeks, [.. rising.Select(one => Line(one, id => rows[id], problems))]));
    }

    private static TrendLine Line(
        Rising trend, Func<Guid, (Guid Id, string Number, string Subject, string Text, string Language)> row, ILookup<Guid, string> problems) => new(
        trend.Window.ToString().ToLowerInvariant(), WordsOf(trend, row), trend.Keys.Select(key => key.Category).FirstOrDefault(category => category is not null),
        trend.Observed, Math.Round(trend.Expected, 1), trend.Tickets[0].At, trend.Tickets.Count(ticket => ticket.Open),
        [.. trend.Tickets.TakeLast(MostTickets).Select(ticket => row(ticket.Id).Number)],
        trend.Tickets.SelectMany(ticket => problems[ticket.Id]).GroupBy(number => number).OrderByDescending(same => same.Count()).FirstOrDefault()?.Key);

    /// <summary>The words themselves, as the tickets write them; the index knows only their terms.</summary>
    private static IReadOnlyList<string> WordsOf(Rising trend, Func<Guid, (Guid Id, string Number, string Subject, string Text, string Language)> row)
    {
        var written = new Dictionary<ulong, string>();
        foreach (var (_, _, subject, text, language) in trend.Tickets.Take(10).Select(ticket => row(ticket.Id)))
        {
            foreach (var word in Analysis.Words($"{subject} {Matter.Told(text)}").Where(Analysis.IsTelling))
                written.TryAdd(Matter.TermOf(word, language), word);
        }
        return [.. trend.Keys.Where(key => key.Category is null).Select(key => written.GetValueOrDefault(key.Term)).OfType<string>().Distinct().Take(MostWords)];
    }
}
