using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Desk.Bench.Load;

/// <summary>Another desk's history through the front door: acknowledged, and then to the end, when Intake has the work and Analytics the facts of every ticket.</summary>
internal static class ImportLoad
{
    private const int EventsATicket = 6, TicketsARequest = 500;

    public static async Task<(Measurement Acknowledged, Measurement ToTheEnd)> RunAsync(DeskOfItsOwn desk, int tickets, Func<double> cpu)
    {
        using var admin = await desk.ClientAsync("admin");
        var source = $"bench-{Guid.CreateVersion7():N}";
        var cpuBefore = cpu();
        var watch = Stopwatch.StartNew();
        var latencies = new List<double>();
        var failures = 0;
        for (var first = 0; first < tickets; first += TicketsARequest)
        {
            var body = Lines(source, first, Math.Min(TicketsARequest, tickets - first));
            var started = Stopwatch.GetTimestamp();
            using var answer = await admin.PostAsync("/api/v1/import/tickets", new StringContent(body, Encoding.UTF8, "application/x-ndjson"));
            var came = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            failures += Math.Min(TicketsARequest, tickets - first) * EventsATicket - came.GetProperty("events").GetInt32();
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var acknowledged = Summary("import, events acknowledged", watch.Elapsed.TotalSeconds, cpu() - cpuBefore);
        await UntilAsync(desk, "intake", "select count(*) from imported_ticket join ticket on id = ticket_id where source = $1 and work_version > 0", source, tickets);
        await using var intake = Database(desk, "intake");
        var numbers = await ScalarAsync(intake, "select min(number) from imported_ticket join ticket on id = ticket_id where source = $1", source);
        await UntilAsync(desk, "analytics", "select count(*) from ticket where substr(number, 3)::bigint >= $1::bigint and status = 'closed' and registered_at < now() - interval '100 days'",
            numbers.ToString(CultureInfo.InvariantCulture), tickets);
        return (acknowledged, Summary("import, events to the end", watch.Elapsed.TotalSeconds, cpu() - cpuBefore));

        // Requests carry many events: their latency says nothing of one; rate and CPU are of events.
        Measurement Summary(string what, double seconds, double cpuSeconds)
            => new(what, tickets * EventsATicket, failures, seconds, 0, 0, 0, cpuSeconds * 1000 / (tickets * EventsATicket), 2_000);
    }

    private static string Lines(string source, int first, int count)
    {
        var lines = new StringBuilder();
        for (var number = first; number < first + count; number++)
        {
            var story = Stories.Number(3_000_000 + number);
            var began = new DateTimeOffset(2026, 1, 5, 7, 0, 0, TimeSpan.Zero).AddMinutes(number * 7 % 60_000);
            Add(0, "registered", new { subject = story.Subject, text = story.Body, requester = new { email = story.Email, name = story.Name }, channel = "phone", impact = "one", urgency = "medium" });
            Add(12, "assigned", new { team = "workplace", assigneeName = "Agent 7" });
            Add(25, "agentMessage", new { text = "Hej! Vi tittar på det." });
            Add(95, "requesterMessage", new { text = "Tack, det är fortfarande likadant." });
            Add(240, "resolved", new { text = "Omstartad." });
            Add(7_200, "closed", new { });

            void Add(int minutes, string kind, object more)
            {
                var rest = JsonSerializer.Serialize(more)[1..];
                lines.Append(CultureInfo.InvariantCulture, $"{{\"source\":\"{source}\",\"ticket\":\"INC{number}\",\"id\":\"{kind}\",\"event\":\"{kind}\",\"at\":\"{began.AddMinutes(minutes):O}\"")
                    .Append(rest.Length > 1 ? "," : "").Append(rest).Append('\n');
            }
        }
        return lines.ToString();
    }

    /// <summary>Asks twice a second: what is asked takes of the processors that it waits for.</summary>
    private static async Task UntilAsync(DeskOfItsOwn desk, string service, string count, string about, int wanted)
    {
        await using var database = Database(desk, service);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await ScalarAsync(database, count, about) < wanted)
            await pace.WaitForNextTickAsync(limit.Token);
    }

    private static NpgsqlDataSource Database(DeskOfItsOwn desk, string service) => NpgsqlDataSource.Create(desk.EnvironmentOf(service)[$"ConnectionStrings__{service}"]);

    private static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql, string about)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = about });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
