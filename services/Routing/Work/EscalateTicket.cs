using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>Without a team it goes to the next: the one this team escalates to, else the one that knows the category.</summary>
internal sealed record EscalateRequest(string? Team, string? Reason);

internal static class EscalateTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, EscalateRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Problems.Invalid("escalate.reason", "Say why: the next team starts from it.");
        if (request.Team is not null && desk.Team(request.Team) is null)
            return Problems.Invalid("team.unknown", $"There is no team '{request.Team}'.");
        return await changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request.Team, request.Reason, deciding));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? team, string? reason, Deciding deciding)
    {
        item.MustBeOpen("escalate");
        var desk = deciding.Desk;
        var next = team ?? desk.Team(item.Team)?.EscalatesTo ?? desk.Category(item.Category)?.Team;
        if (next is null || next == item.Team)
            throw new RuleBrokenException("escalate.nowhere", team is null ? "No next team is known: name the team." : $"{item.Number} is with that team already.");
        List<Fact> facts = [new Escalated(deciding.Now, deciding.By, item.Team, next, reason)];
        if (deciding.HolderOf(item, next) is { } holder)
            facts.Add(new Assigned(deciding.Now, deciding.By, next, holder.Id, holder.Name, null));
        return facts;
    }
}
