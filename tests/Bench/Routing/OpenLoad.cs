using System.Diagnostics;
using System.Globalization;
using Desk.Bench.Load;
using Npgsql;

namespace Desk.Bench.Routing;

/// <summary>
/// What a desk with very many open tickets does: its work lists, and its clocks, 5,000 of which fall due within a minute while one of the two processes that
/// watch them is killed.
/// </summary>
internal static class OpenLoad
{
    private const int Due = 5_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Measurement>> RunAsync(DeskOfItsOwn desk, int open, TimeSpan duration, Action<Measurement> add)
    {
        double Cpu() => ProcessTree.CpuSeconds(desk.HostPid);
        using var admin = await desk.ClientAsync("admin");
        using var agent = await desk.ClientAsync("agent");
        await OpenTickets.OpenAllDayAsync(admin);
        var watch = Stopwatch.StartNew();
        var usual = await OpenTickets.RegisterAsync(desk, agent, "medium", "triaged");
        await OpenTickets.CopyAsync(desk, usual, open - Due, 10_000, TimeProvider.System.GetUtcNow().AddHours(1), TimeSpan.FromHours(40));
        Console.WriteLine($"{open - Due} open tickets after {watch.Elapsed.TotalSeconds:0} s");

        var results = new List<Measurement>();
        string[] lists =
        [
            "/api/v1/tickets?status=active&sort=due", "/api/v1/tickets?status=active&team=service-desk&sort=due",
            "/api/v1/tickets?status=active&team=network&assignee=none&sort=due", "/api/v1/tickets?status=active&assignee=none&sort=due",
        ];
        results.Add(await ClosedLoop.RunAsync($"work list of {open} open tickets, 25 a page", 2, int.MaxValue, duration, Cpu, null, async (_, number) =>
        {
            using var answer = await agent.GetAsync(lists[number % lists.Length]);
            answer.EnsureSuccessStatusCode();
        }));
        add(results[^1]);
        results.Add(await ClocksAsync(desk, agent, Cpu));
        add(results[^1]);
        return results;
    }

    /// <summary>Latency is from when a clock fell due to when that was decided.</summary>
    private static async Task<Measurement> ClocksAsync(DeskOfItsOwn desk, HttpClient agent, Func<double> cpu)
    {
        await using var routing = NpgsqlDataSource.Create(OpenTickets.Address(desk, "routing"));
        await using var analytics = NpgsqlDataSource.Create(OpenTickets.Address(desk, "analytics"));
        var soon = await OpenTickets.RegisterAsync(desk, agent, "low", "atRisk");
        var from = TimeProvider.System.GetUtcNow().AddSeconds(30);
        await OpenTickets.CopyAsync(desk, soon, Due, 1_000_000, from, Minute);
        if (TimeProvider.System.GetUtcNow() > from)
            throw new InvalidOperationException("The copies were not there in time.");

        const string Copies = "substr(number, 3)::bigint >= 1000000";
        var overdue = new List<double>();
        int? killed = null;
        var cpuBefore = cpu();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        // To the end: every one is said, and counted by Analytics.
        while (await OpenTickets.ScalarAsync(analytics, $"select count(distinct ticket_id) from fact where kind = 'missed' and {Copies}") < Due)
        {
            overdue.Add(await OpenTickets.ScalarAsync(routing, $"select extract(epoch from clock_timestamp() - min(wake_at)) from work_item where {Copies} and wake_at <= clock_timestamp()"));
            if (killed is null && TimeProvider.System.GetUtcNow() > from + Minute / 2)
            {
                killed = ProcessTree.Of(desk.HostPid).Where(process => process.Name == "Desk.Routing").Max(process => process.Pid);
                using var victim = Process.GetProcessById(killed.Value);
                victim.Kill();
            }
            await pace.WaitForNextTickAsync(limit.Token);
        }
        var said = await OpenTickets.ScalarAsync(analytics, $"select count(*) from fact where kind = 'missed' and {Copies}");
        var decided = await OpenTickets.ScalarAsync(routing, $"select count(*) from timeline join work_item using (ticket_id) where timeline.kind = 'missed' and {Copies}");
        var late = new List<double>();
        await using (var command = routing.CreateCommand(
            $"select extract(epoch from timeline.at - (fact ->> 'dueAt')::timestamptz)::float8 * 1000 from timeline join work_item using (ticket_id) where timeline.kind = 'missed' and {Copies} order by 1"))
        {
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                late.Add(rows.GetDouble(0));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {Due} fell due in a minute, process {killed} of two killed in its midst: decided {decided}, said {said}; the latest decided {late[^1]:0} ms after it was due, the longest overdue seen in the store {overdue.Max():0.0} s"));
        var wrong = (int)(Math.Abs(decided - Due) + Math.Abs(said - Due));
        return ClosedLoop.Summary($"{Due} clocks of many falling due in a minute", [.. late], wrong, Minute.TotalSeconds, cpu() - cpuBefore, null);
    }
}
