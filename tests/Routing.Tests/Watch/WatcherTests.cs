using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Routing.Tests.Watch;

public sealed class WatcherTests
{
    private static readonly DateTimeOffset Nine = new(2026, 6, 1, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task With_two_replicas_everything_that_falls_due_is_said_once()
    {
        const int Tickets = 150;
        var clock = new FakeTimeProvider(Nine);
        await using var one = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = clock });
        await using var two = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = clock, Broker = one.Broker, Database = one.Database });
        var broker = one.Broker;
        await broker.Hear<TargetAtRisk>();
        await broker.Hear<TargetMissed>();
        await broker.Hear<UpdateDue>();
        for (var i = 0; i < Tickets; i++)
        {
            var id = Guid.CreateVersion7();
            await broker.Say(id, new TicketRegistered(
                id, $"D-{i}", Nine, Channel.Web, RoutingDesk.Rut, "Lösenord", "kontot är låst", Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []));
        }
        await Wait.Until(async () => await one.Value<long>("select count(*) from work_item") == Tickets, "all are triaged");

        // P4 promises an answer within two hours and warns half an hour before.
        clock.Advance(TimeSpan.FromMinutes(91));
        await Wait.Until(() => broker.Heard<TargetAtRisk>().Count >= Tickets, "all are at risk");
        clock.Advance(TimeSpan.FromMinutes(30));
        await Wait.Until(() => broker.Heard<TargetMissed>().Count >= Tickets, "all are missed");
        // Twelve of the sixteen working hours until a word is due.
        clock.Advance(Nine.AddDays(1).AddHours(4).AddMinutes(1) - clock.GetUtcNow());
        await Wait.Until(() => broker.Heard<UpdateDue>().Count >= Tickets, "an update is due for all");
        await Wait.Until(async () => await one.Value<long>("select count(*) from messaging.outbox") == 0, "all is said");

        Assert.Equal(Tickets, broker.Heard<TargetAtRisk>().Count);
        Assert.Equal(Tickets, broker.Heard<TargetAtRisk>().DistinctBy(it => it.TicketId).Count());
        Assert.Equal(Tickets, broker.Heard<TargetMissed>().Count);
        Assert.Equal(Tickets, broker.Heard<UpdateDue>().Count);
        Assert.All(broker.Heard<TargetMissed>(), it => Assert.Equal((TargetKind.Answer, Nine.AddHours(2)), (it.Target, it.DueAt)));
    }

    [Fact]
    public async Task A_change_of_opening_hours_moves_what_is_due()
    {
        var clock = new FakeTimeProvider(Nine);
        await using var host = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = clock });
        await host.Broker.Hear<WorkChanged>();
        var id = Guid.CreateVersion7();
        await host.Broker.Say(id, new TicketRegistered(
            id, "D-1", Nine, Channel.Web, RoutingDesk.Rut, "Lösenord", "kontot är låst", Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []));
        await Wait.Until(async () => await host.Value<long>("select count(*) from work_item") == 1, "it is triaged");

        var lead = host.As(Callers.Lead);
        var answer = await lead.PutAsync("/api/v1/routing/calendars", new StringContent("""
            {"items":[{"key":"office","sv":"Kontorstid","en":"Office hours","timeZone":"Europe/Stockholm","hours":{"monday":[["08:00","10:00"]],"tuesday":[["08:00","17:00"]]}}]}
            """, System.Text.Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

        // One hour on Monday, one more on Tuesday.
        var changed = await host.Broker.Next<WorkChanged>(it => it.TicketId == id);
        Assert.Equal(new DateTimeOffset(2026, 6, 2, 7, 0, 0, TimeSpan.Zero), changed.Work.Targets.Single(target => target.Kind == TargetKind.Answer).DueAt);
    }
}
