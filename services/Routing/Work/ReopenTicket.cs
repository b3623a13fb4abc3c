using Desk.Contracts;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

internal sealed record ReopenRequest(string? Reason);

internal static class ReopenTicket
{
    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, ReopenRequest? request = null)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request?.Reason, deciding));

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? reason, Deciding deciding)
    {
        item.MustNotBeClosed("reopen");
        return item.Status == TicketStatus.Resolved
            ? [new Reopened(deciding.Now, deciding.By, reason)]
            : throw new RuleBrokenException("ticket.open", $"{item.Number} is open already.");
    }
}
