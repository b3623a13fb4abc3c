using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Bench.Load;
using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Bench.Routing;

/// <summary>
/// Routing alone, on its own PostgreSQL (flushed to disk) and RabbitMQ: from registrations waiting in the broker to tickets that are sorted, promised and held by
/// somebody, in the store.
/// </summary>
internal static class TriageLoad
{
    private const int Warm = 1_000;
    private const int Together = 32;

    public static async Task<Measurement> RunAsync(int tickets)
    {
        Environment.SetEnvironmentVariable("DESK_TEST_DURABLE", "1");
        // Where the host would look for files: it has none, but wants a folder.
        Environment.SetEnvironmentVariable("ASPNETCORE_TEST_CONTENTROOT_DESK_ROUTING", AppContext.BaseDirectory);
        var servers = await DeskServers.GetAsync();
        await using var routing = await ServiceHost.StartAsync<DeskSetUp>("routing");
        await StaffAsync(routing);
        await SayAsync(routing, 0, Warm);
        await HeldAsync(routing, Warm);

        double Cpu() => Environment.CpuUsage.TotalTime.TotalSeconds + ProcessTree.CpuSeconds(servers.Postgres.ProcessId) + ProcessTree.CpuSeconds(servers.Rabbit.ProcessId);
        var before = Cpu();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(SayAsync(routing, Warm, tickets), HeldAsync(routing, Warm + tickets));
        return new Measurement(
            "Routing alone: triage to assignment", tickets, 0, watch.Elapsed.TotalSeconds, double.NaN, double.NaN, double.NaN, (Cpu() - before) * 1000 / tickets, 600);
    }

    private static async Task StaffAsync(ServiceHost<DeskSetUp> routing)
    {
        using var admin = routing.As(Callers.Admin);
        await OpenTickets.OpenAllDayAsync(admin);
        var teams = (await admin.GetFromJsonAsync<JsonNode>("/api/v1/routing/teams"))!["items"]!.AsArray().Select(team => (string)team!["key"]!).ToArray();
        for (var number = 0; number < 20; number++)
        {
            var id = Guid.CreateVersion7();
            await routing.Broker.Say(id, new AccountChanged(id, $"agent{number}@desk.example", $"Agent {number}", Role.Agent, "sv", true, TimeProvider.System.GetUtcNow()));
        }
        await Wait.Until(async () => await routing.Value<long>("select count(*) from agent") >= 20, "the agents are known");
        await routing.Value<object>("update agent set teams = $1, presence = 'available'", (object)teams);
        await routing.Value<object>("update setup_version set version = version + 1");
        await Wait.Until(
            async () => (await routing.Services.GetRequiredService<SetUpCache>().GetAsync(default)).Agents.Count(agent => agent.Teams.Count == teams.Length) >= 20, "the desk has seen them");
    }

    private static async Task SayAsync(ServiceHost<DeskSetUp> routing, int first, int count)
    {
        foreach (var numbers in Enumerable.Range(first, count).Chunk(Together))
            await routing.Broker.SayTogether(numbers.Select(number => (Guid.CreateVersion7(), number)).Select(ticket => (ticket.Item1, Registered(ticket.Item1, ticket.number))));
    }

    private static TicketRegistered Registered(Guid id, int number)
    {
        var story = Stories.Number(number);
        return new TicketRegistered(
            id, $"D-{number}", TimeProvider.System.GetUtcNow(), Channel.Mail, new Person(Guid.CreateVersion7(), story.Email, story.Name, null, "sv", null, null),
            story.Subject, story.Body, Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []);
    }

    private static Task HeldAsync(ServiceHost<DeskSetUp> routing, int count) => Wait.Until(
        async () => await routing.Value<long>("select count(*) from work_item where assignee_id is not null") >= count, $"{count} tickets are held by somebody", TimeSpan.FromMinutes(10));
}
