using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Routing.Tests;

/// <summary>A running Routing on the real PostgreSQL and RabbitMQ, shared by the tests of the collection.</summary>
public sealed class RoutingDesk : IAsyncLifetime
{
    public const string Collection = "A running Routing";

    private ServiceHost<DeskSetUp>? _host;
    private int _tickets;

    internal ServiceHost<DeskSetUp> Host => _host!;

    public TestBroker Broker => Host.Broker;

    public async Task InitializeAsync()
    {
        _host = await ServiceHost.StartAsync<DeskSetUp>("routing");
        foreach (var type in new Func<Task>[]
        {
            Broker.Hear<TicketTriaged>, Broker.Hear<TicketAssigned>, Broker.Hear<TicketEscalated>, Broker.Hear<TicketStatusChanged>, Broker.Hear<TicketResolved>,
            Broker.Hear<TicketClosed>, Broker.Hear<TicketReclassified>, Broker.Hear<TargetMet>, Broker.Hear<TargetAtRisk>, Broker.Hear<TargetMissed>,
            Broker.Hear<UpdateDue>, Broker.Hear<WorkChanged>, Broker.Hear<BlackHoleFound>, Broker.Hear<TicketMerged>, Broker.Hear<TicketUnmerged>, Broker.Hear<ManyTold>, Broker.Hear<WorkImported>, Broker.Hear<AgentChanged>,
        })
        {
            await type();
        }
    }

    /// <summary>Registers a ticket as Intake would, and waits until it is triaged.</summary>
    public async Task<TicketTriaged> Triaged(string subject, string text = "", Func<TicketRegistered, TicketRegistered>? but = null)
    {
        var registered = Registered(subject, text, but);
        await Broker.Say(registered.TicketId, registered);
        return await Broker.Next<TicketTriaged>(triaged => triaged.TicketId == registered.TicketId);
    }

    internal TicketRegistered Registered(string subject, string text = "", Func<TicketRegistered, TicketRegistered>? but = null)
    {
        var registered = new TicketRegistered(
            Guid.CreateVersion7(), $"D-{Interlocked.Increment(ref _tickets)}", TimeProvider.System.GetUtcNow(), Channel.Web, Rut, subject, text,
            Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []);
        return but?.Invoke(registered) ?? registered;
    }

    /// <summary>Makes an account known as the gateway would, with teams as a lead would, and waits until Routing knows.</summary>
    internal async Task Hire(Caller caller, params string[] teams)
    {
        await Broker.Say(caller.Id, new AccountChanged(
            caller.Id, caller.Email!, caller.Name, Words.Read<Role>(caller.Role)!.Value, "sv", true, TimeProvider.System.GetUtcNow()));
        await Wait.Until(async () => await Host.Value<object>("select 1 from agent where id = $1", caller.Id) is not null, $"{caller.Name} is known");
        await Host.Value<object>("update agent set teams = $2 where id = $1", caller.Id, teams);
        await Host.Value<object>("update setup_version set version = version + 1");
        await Wait.Until(
            async () => (await Host.Services.GetRequiredService<SetUpCache>().GetAsync(default)).Agent(caller.Id)?.Teams.SequenceEqual(teams) == true, "the desk has seen it");
    }

    public static Person Rut { get; } = new(
        Callers.Requester.Id, Callers.Requester.Email!, Callers.Requester.Name, null, "sv", null, "Nordvik kommun");

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }
}

[CollectionDefinition(RoutingDesk.Collection)]
public sealed class RoutingDeskCollection : ICollectionFixture<RoutingDesk>;
