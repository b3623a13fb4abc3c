using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>
/// Where a ticket stands in the desk. Next is the key of the team it goes to when escalated without naming one. TakenBackAt: when it is
/// taken from a holder who gives no sign. Later: times to put it off to.
/// </summary>
internal sealed record Place(
    string Number, string? Team, DeskModel? Model, Line? Line, Box? Box, string? Next, IReadOnlyList<NextTeam> Teams, string? Lead, string? Manager,
    IReadOnlyList<Ask> Asks, DateTimeOffset? TakenBackAt, IReadOnlyList<Later> Later);

/// <summary>The line's time with it. Offered: it is over, and the agent is asked to escalate. HandsOnAt: when the desk does.</summary>
internal sealed record Box(DateTimeOffset StartedAt, DateTimeOffset? DueAt, DateTimeOffset? HandsOnAt, bool Offered, bool Paused);

/// <summary>A team it can go to, and what that must be told.</summary>
internal sealed record NextTeam(string Key, string Sv, string En, IReadOnlyList<Need> Needs);

internal static class ReadPlace
{
    public static async Task<Results<Ok<Place>, ProblemHttpResult>> HandleAsync(
        string number, Caller caller, WorkStore store, SetUpCache setUp, TimeProvider clock, CancellationToken cancellation)
    {
        if (await store.FindAsync(number, cancellation) is not { } ticket)
            return Changes.NotFound(number);
        var desk = await setUp.GetAsync(cancellation);
        var (item, team) = (ticket.Item, desk.Team(ticket.Item.Team));
        return TypedResults.Ok(new Place(
            number, item.Team, team?.Model, team?.Line, TimeBox.Of(ticket, desk) is { } box
                ? new Box(box.StartedAt, box.Clock.IsPaused ? null : box.DueAt, box.Clock.IsPaused ? null : box.HandsOnAt, box.Offered, box.Clock.IsPaused)
                : null,
            desk.NextAfter(item.Team, item.Category)?.Key,
            [.. desk.Teams.Where(other => other.Key != item.Team).Select(other => new NextTeam(other.Key, other.Sv, other.En, other.Needs ?? []))],
            desk.LeadOf(item.Team)?.Name, desk.ManagerOf(item.Team)?.Name,
            [.. item.Asks.Select(ask => new Ask(
                ask.AskId, number, ask.Whom ?? desk.Team(ask.Team)?.Sv ?? ask.Team ?? "", ask.Question, ask.By.Name ?? "", ask.At,
                ask.AgentId == caller.Id || (desk.AgentOf(caller)?.IsOf(ask.Team) ?? false)))],
            item.TakenBackAt(desk), item.Pledge is { } pledge ? Later.Of(desk.Terms(pledge).Calendar, clock.GetUtcNow()) : []));
    }
}
