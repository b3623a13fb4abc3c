using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>
/// Assignee is <c>me</c>, an agent's e-mail or id, or <c>none</c>: then the team holds it. Only an assignee: the team stays if the agent is of it,
/// else it is the agent's first. Only a team: the team holds it.
/// </summary>
internal sealed record AssignRequest(string? Team, string? Assignee, string? Reason);

internal static class AssignTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, AssignRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (request is { Team: null, Assignee: null })
            return Problems.Invalid("assign.nobody", Phrase.Of("Ange ett team, en handläggare eller båda.", "Give a team, an assignee or both."));
        if (request.Team is not null && desk.Team(request.Team) is null)
            return Problems.Invalid("team.unknown", Phrase.Of($"Det finns inget team ”{request.Team}”.", $"There is no team '{request.Team}'."));
        Agent? agent = null;
        if (request.Assignee is not (null or "none") && (agent = Find(request.Assignee, caller, desk)) is null)
            return Problems.Invalid("agent.unknown", Phrase.Of($"Det finns ingen aktiv handläggare ”{request.Assignee}”.", $"There is no active agent '{request.Assignee}'."));
        return await changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request.Team, agent, request.Reason, deciding));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? team, Agent? agent, string? reason, Deciding deciding)
    {
        item.MustBeOpen("assign");
        team ??= agent is null || agent.IsOf(item.Team) ? item.Team : agent.Teams.FirstOrDefault() ?? item.Team;
        return team == item.Team && agent?.Id == item.AssigneeId
            ? []
            : [new Assigned(deciding.Now, deciding.By, team, agent?.Id, agent?.Name, reason, deciding.Desk.Agent(item.AssigneeId)?.Name ?? deciding.Desk.Team(item.Team)?.Sv)];
    }

    private static Agent? Find(string who, Caller caller, DeskSetUp desk) => who == "me"
        ? desk.AgentOf(caller)
        : desk.Agents.FirstOrDefault(agent => agent.Active && (agent.Email.Equals(who, StringComparison.OrdinalIgnoreCase) || (Guid.TryParse(who, out var id) && agent.Id == id)));
}
