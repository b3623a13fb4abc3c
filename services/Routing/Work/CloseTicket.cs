using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

internal sealed record CloseRequest(string? Reason);

internal static class CloseTicket
{
    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, CloseRequest? request = null)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request?.Reason, deciding));

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? reason, Deciding deciding)
    {
        item.MustNotBeClosed("close");
        return [new Closed(deciding.Now, deciding.By, reason)];
    }
}
