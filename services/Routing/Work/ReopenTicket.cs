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
            ? Reopening(item, reason, deciding)
            : throw new RuleBrokenException("ticket.open", Phrase.Of($"{item.Number} är redan öppet.", $"{item.Number} is open already."));
    }

    /// <summary>What was solved and opened again once already did not hold: the next line takes it, where there is one.</summary>
    internal static IReadOnlyList<Fact> Reopening(WorkItem item, string? reason, Deciding deciding)
    {
        var reopened = new Reopened(deciding.Now, deciding.By, reason);
        return item.Reopenings > 0 && deciding.Desk.NextAfter(item.Team, item.Category)?.Key is { } next && next != item.Team
            ? [reopened, .. EscalateTicket.Decide(item.After(reopened), next, "Opened again for the second time.", deciding with { By = new Actor(ActorKind.System, null, null) })]
            : [reopened];
    }
}
