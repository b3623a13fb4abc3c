using System.Diagnostics;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Desk.Messaging.Tests;

/// <summary>
/// What messaging costs: <c>dotnet run -c Release --project tests/Messaging.Tests -- bench [events]</c>, with everything flushed to disk.
/// </summary>
internal static class Measure
{
    private const int Writers = 8;

    public static async Task RunAsync(int events)
    {
        Environment.SetEnvironmentVariable("DESK_TEST_DURABLE", "1");
        var servers = await DeskServers.GetAsync();
        Console.WriteLine($"{Environment.ProcessorCount} cores, {events} events, {Writers} writers, one event a transaction, fsync on");
        await NotifyAsync(servers);
        await FlowAsync(servers, events, new InboxSettings(Lanes: 3, MostTogether: 1), "one message a transaction");
        await FlowAsync(servers, events, new InboxSettings(), "all that wait, in one transaction");
    }

    private static async Task NotifyAsync(DeskServers servers)
    {
        await using var database = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync("notify"));
        await Migrator.RunAsync(database, typeof(Migrator).Assembly, default);
        foreach (var sql in new[]
        {
            "insert into messaging.outbox (message_id, about, type, body) values (gen_random_uuid(), gen_random_uuid(), 'x', repeat('x', 500))",
            "insert into messaging.outbox (message_id, about, type, body) values (gen_random_uuid(), gen_random_uuid(), 'x', repeat('x', 500)); select pg_notify('x', '')",
        })
        {
            var end = Stopwatch.GetTimestamp() + 3 * Stopwatch.Frequency;
            var commits = 0;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
            {
                await using var connection = await database.OpenConnectionAsync();
                while (Stopwatch.GetTimestamp() < end)
                {
                    await using var transaction = await connection.BeginTransactionAsync();
                    await using (var command = new NpgsqlCommand(sql, connection))
                        await command.ExecuteNonQueryAsync();
                    await transaction.CommitAsync();
                    Interlocked.Increment(ref commits);
                }
            }));
            Console.WriteLine($"  {(sql.Contains("notify", StringComparison.Ordinal) ? "commit with NOTIFY   " : "commit without NOTIFY")} {commits / 3.0,8:0}/s");
        }
    }

    private static async Task FlowAsync(DeskServers servers, int events, InboxSettings settings, string name)
    {
        await using var broker = await servers.ConnectAsync();
        await using var sayer = await SmallService.StartAsync(
            "sayer", await servers.CreateDatabaseAsync("sayer"), servers.Rabbit.ConnectionString, broker.Prefix, _ => { });
        await using var listener = await SmallService.StartAsync(
            "listener", await servers.CreateDatabaseAsync("listener"), servers.Rabbit.ConnectionString, broker.Prefix, null,
            services => services.AddSingleton(settings));
        await Wait.Until(async () => await sayer.Ready() && await listener.Ready(), "both are ready");
        Console.WriteLine(name);
        for (var warm = 0; warm < 500; warm++)
            await sayer.SayAsync(Guid.CreateVersion7(), new Counted(Guid.CreateVersion7(), warm));
        await Wait.Until(async () => await listener.EffectsAsync() == 500, "it is warm", TimeSpan.FromMinutes(1));

        var idle = new List<double>();
        for (var number = 0; number < 60; number++)
        {
            var subject = Guid.CreateVersion7();
            var before = Stopwatch.GetTimestamp();
            await using (var connection = await sayer.DataSource.OpenConnectionAsync())
            {
                await using var transaction = await connection.BeginTransactionAsync();
                var echo = await sayer.Outbox.SayAndAwaitAsync(transaction, subject, new Counted(subject, number), "listener", default);
                await transaction.CommitAsync();
                before = Stopwatch.GetTimestamp();
                await echo.HeardAsync(TimeSpan.FromSeconds(5), default);
            }
            idle.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            await Task.Delay(number % 3 * 60);
        }
        idle.Sort();

        var cpu = Cpu(servers);
        var started = Stopwatch.GetTimestamp();
        var next = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) <= events)
            {
                var subject = Guid.CreateVersion7();
                await sayer.SayAsync(subject, new Counted(subject, 1, new string('x', 400)));
            }
        }));
        await writing;
        var said = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Wait.Until(async () => await listener.EffectsAsync() == events + 560, "every effect is there", TimeSpan.FromMinutes(5));
        var done = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = Cpu(servers).Zip(cpu, (after, before) => (after - before) * 1000 / events).ToArray();
        Console.WriteLine($"  commit to echo when idle: median {idle[30]:0.0} ms, p95 {idle[57]:0.0} ms");
        Console.WriteLine($"  said {events / said:0}/s, in effect {events / done:0}/s (to the last)");
        Console.WriteLine($"  CPU a message: .NET {used[0]:0.000} ms, PostgreSQL {used[1]:0.000} ms, RabbitMQ {used[2]:0.000} ms");
        Console.WriteLine($"  doubled: {await listener.EffectsAsync() - await listener.DistinctEffectsAsync()}");
    }

    // Seconds of CPU: this process, PostgreSQL and RabbitMQ, each with its children.
    private static double[] Cpu(DeskServers servers) =>
        [Environment.CpuUsage.TotalTime.TotalSeconds, Tree(servers.Postgres.ProcessId), Tree(servers.Rabbit.ProcessId)];

    private static double Tree(int root)
    {
        var processes = Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(Stat).OfType<string[]>().ToList();
        var family = new HashSet<string> { root.ToString() };
        for (var size = 0; size != family.Count;)
        {
            size = family.Count;
            family.UnionWith(processes.Where(stat => family.Contains(stat[2])).Select(stat => stat[0]));
        }
        // Own time, and that of children that have ended.
        return processes.Where(stat => family.Contains(stat[0])).Sum(stat => stat[12..16].Sum(long.Parse)) / 100.0;
    }

    private static string[]? Stat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var close = text.LastIndexOf(')');
            // pid, then from the state on: index 1 is the state, 2 the parent, 12 to 15 the times.
            return [Path.GetFileName(folder), .. text[(close + 2)..].Split(' ')];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
