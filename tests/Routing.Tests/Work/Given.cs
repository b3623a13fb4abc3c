using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Clocks;
using Desk.Routing.Holders;
using Desk.Routing.Priorities;
using Desk.Routing.SetUp;
using Desk.Routing.Tests.Calendars;
using Desk.Routing.Triage;
using Desk.Routing.Work;

namespace Desk.Routing.Tests.Work;

/// <summary>A small desk, and tickets that have come so far: <c>Given.Ticket().After(Given.Answered)</c>.</summary>
internal static class Given
{
    /// <summary>Monday 1 June 2026, nine in the morning in Stockholm.</summary>
    public static readonly DateTimeOffset Nine = new(2026, 6, 1, 7, 0, 0, TimeSpan.Zero);

    public static readonly Actor TheDesk = new(ActorKind.System, null, null);
    public static readonly Actor Rut = new(ActorKind.Requester, Guid.Parse("0190f000-0000-7000-8000-000000000105"), "Rut Hansson");

    public static readonly Agent Anna = AgentOf(1, "Anna Lind", Role.Agent, "service-desk");
    public static readonly Agent Bo = AgentOf(2, "Bo Ek", Role.Agent, "service-desk");
    public static readonly Agent Cecilia = AgentOf(3, "Cecilia Dahl", Role.Agent, "network");
    public static readonly Agent Leif = AgentOf(4, "Leif Ström", Role.Lead, "service-desk", "network");

    public static readonly DeskSetUp Desk = new()
    {
        Version = 1,
        CalendarsVersion = 1,
        Teams = [new("service-desk", "Servicedesk", "Service desk", Line.First), new("network", "Nätverk", "Network", Line.Second), new("workplace", "Arbetsplats", "Workplace", EscalatesTo: "network")],
        Categories = [new("account.password", "Lösenord", "Password", "service-desk"), new("network.wifi", "Trådlöst", "Wireless", "network"), new("other", "Övrigt", "Other", "service-desk")],
        Agreements =
        [
            new("default", "Grundavtal", "Default", "office", Enum.GetNames<Priority>().ToDictionary(name => name, name => name == "P1"
                ? new Promises(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(4))
                : new Promises(TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(16), TimeSpan.FromHours(24)))),
            new("gold", "Guld", "Gold", "office", Enum.GetNames<Priority>().ToDictionary(name => name, _ => new Promises(Answer: TimeSpan.FromMinutes(10))), ["Lindqvist & Co"]),
        ],
        Rules = [new(new Rule("Everyone", new RuleWhen(["hela kommunen"]), new RuleSet(Impact: Impact.All)))],
        Agents = [Anna, Bo, Cecilia, Leif],
        Matrix = new Matrix(Enum.GetValues<Impact>().ToDictionary(impact => impact.ToWord(), impact => (IReadOnlyDictionary<string, Priority>)Enum.GetValues<Urgency>()
            .ToDictionary(urgency => urgency.ToWord(), urgency => (Priority)Math.Clamp(5 - (int)impact - (int)urgency, 1, 5)))),
        Calendars = new Dictionary<(string, long), Calendar> { [("office", 1)] = Offices.Stockholm },
    };

    public static Deciding At(DateTimeOffset now, Agent? by = null)
        => new(Desk, by is null ? TheDesk : new Actor(ActorKind.Agent, by.Id, by.Name), now, Standing.Nothing);

    /// <summary>Registered at nine, sorted as a password matter with the service desk, P4.</summary>
    public static Dossier Ticket(Agent? holder = null) => new(1,
    [
        new Registered(Nine, Rut, Guid.Parse("0190f000-0000-7000-8000-00000000aaaa"), "D-1001", Channel.Web, "rut.hansson@nordvik.example", "Rut Hansson", "sv", "Nordvik kommun", []),
        new Triaged(Nine, TheDesk, TicketType.Incident, "account.password", Impact.One, Urgency.Medium, Priority.P4, "service-desk", 0.8, Desk.PledgeTo("Nordvik kommun", "account.password", Priority.P4),
            new Dictionary<string, string> { ["category"] = "learned" }),
        .. holder is null ? Array.Empty<Fact>() : [new Assigned(Nine, TheDesk, "service-desk", holder.Id, holder.Name, null)],
    ]);

    public static Dossier After(this Dossier ticket, params Func<WorkItem, IReadOnlyList<Fact>>[] decisions)
        => decisions.Aggregate(ticket, (so, decide) => so.With(decide(so.Item), so.Version + 1));

    private static Agent AgentOf(int n, string name, Role role, params string[] teams)
        => new(Guid.Parse($"0190f000-0000-7000-8000-{n:000000000000}"), $"{name.ToLowerInvariant().Replace(' ', '.')}@desk.example", name, role, true, Presence.Available, teams);
}
