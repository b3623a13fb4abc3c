using Desk.Contracts;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

internal sealed record ResumeRequest(string? Reason);

internal static class ResumeTicket
{
    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, ResumeRequest? request = null)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request?.Reason, deciding));

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? reason, Deciding deciding)
        => item.Status == TicketStatus.Waiting
            ? [new Resumed(deciding.Now, deciding.By, reason)]
            : throw new RuleBrokenException("ticket.notWaiting", Phrase.Of($"{item.Number} väntar inte på något.", $"{item.Number} does not wait for anything."));
}
