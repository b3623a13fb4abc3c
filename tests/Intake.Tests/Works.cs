using Desk.Contracts;

namespace Desk.Intake.Tests;

/// <summary>Routing's work on a ticket, as tests say it.</summary>
internal static class Works
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Work Triaged = new(
        1, TicketStatus.New, null, TicketType.Incident, "network.vpn", Impact.One, Urgency.Medium, Priority.P4, "network", "Nätverk", Line.Second,
        null, null, null, "Somebody looks at it", Noon.AddHours(2),
        [
            new Target(TargetKind.Answer, Noon.AddHours(2), null, false, false),
            new Target(TargetKind.Resolution, Noon.AddHours(24), null, false, false),
        ]);

    public static readonly Actor Desk = new(ActorKind.System, null, null);
}
