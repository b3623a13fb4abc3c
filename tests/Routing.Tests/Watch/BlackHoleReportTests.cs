using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Routing.Tests.Work;
using Desk.Routing.Watch;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Routing.Tests.Watch;

/// <summary>What the lead is told of tickets that would be forgotten. That none is, over a month, and that each kind is named, is proved in System.Tests.</summary>
public sealed class BlackHoleReportTests
{
    [Fact]
    public async Task The_lead_hears_of_all_that_one_check_finds_in_one_message()
    {
        await using var host = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = new FakeTimeProvider(Given.Nine) });
        await host.Broker.Hear<BlackHolesReported>();
        await host.Value<object>("""
            insert into work_item (ticket_id, number, version, status, type, impact, urgency, priority, team, requester_email, channel, registered_at, updated_at, words)
            select gen_random_uuid(), 'D-' || n, 1, 'new', 'incident', 'one', 'medium', 4, 'workplace', 'x@y', 'web', $1, $1, '' from generate_series(1, 60) as n
            """, Given.Nine);

        await host.Services.GetRequiredService<BlackHoleMonitor>().CheckAsync(Given.Desk, Given.Nine, default);

        var report = await host.Broker.Next<BlackHolesReported>(it => it.To == Given.Leif.Email);
        Assert.Equal((60, 50, "teamEmpty"), (report.Total, report.Holes.Count, report.Holes[0].Reason));
    }

    [Fact]
    public async Task The_lead_hears_of_a_major_incident_whose_next_word_is_late_until_it_comes()
    {
        await using var host = await ServiceHost.StartAsync<DeskSetUp>("routing", new HostOptions { Clock = new FakeTimeProvider(Given.Nine) });
        await host.Broker.Hear<BlackHolesReported>();
        await host.Broker.Hear<BlackHoleFound>();
        await host.Value<object>("""
            insert into problem (id, number, version, title, status, major, next_word_at, tickets, updated_at) values
                (gen_random_uuid(), 'P-1', 1, 'Växeln nere', 'open', true, $1, 0, $1),
                (gen_random_uuid(), 'P-2', 1, 'Skrivarna', 'open', true, $1 + interval '1 minute', 0, $1)
            """, Given.Nine);
        var monitor = host.Services.GetRequiredService<BlackHoleMonitor>();

        await monitor.CheckAsync(Given.Desk, Given.Nine, default);

        var report = await host.Broker.Next<BlackHolesReported>(it => it.To == Given.Leif.Email);
        Assert.Equal(("P-1", "wordOverdue"), (Assert.Single(report.Holes).Number, report.Holes[0].Reason));
        await host.Broker.Next<BlackHoleFound>(it => it is { Number: "P-1", Mended: false });

        await host.Value<object>("update problem set next_word_at = $1", Given.Nine.AddHours(1));
        await monitor.CheckAsync(Given.Desk, Given.Nine, default);

        await host.Broker.Next<BlackHoleFound>(it => it is { Number: "P-1", Mended: true });
        Assert.Empty((await monitor.ListAsync(default)).Items);
    }
}
