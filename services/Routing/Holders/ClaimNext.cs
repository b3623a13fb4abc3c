using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Holders;

/// <summary>
/// <c>POST /routing/next</c>: the ticket that the caller should work on next: of those that nobody in their teams holds, and those handed to
/// them that they have not begun, the one whose promises press most. It is theirs when the answer comes; two who ask at once get different
/// ones. 204 when there is none.
/// </summary>
internal static class ClaimNext
{
    public static async Task<Results<Ok<TicketWork>, NoContent, ProblemHttpResult>> HandleAsync(HttpContext http, Caller caller, Changes changes, SetUpCache setUp, WorkStore store)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (desk.AgentOf(caller) is not { } me)
            return Problems.Forbidden("agents.unknown", "Only an agent of the desk is given tickets.");
        return await changes.ClaimAsync(
            http, caller, (transaction, now) => store.LockNextAsync(transaction, me, desk, now, http.RequestAborted), (item, deciding) => Decide(item, me, deciding));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, Agent me, Deciding deciding)
        => item.AssigneeId == me.Id ? [] : [new Assigned(deciding.Now, deciding.By, item.Team, me.Id, me.Name, null, deciding.Desk.Team(item.Team)?.Sv)];
}
