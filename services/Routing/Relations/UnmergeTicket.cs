using Desk.Contracts;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Relations;

internal sealed record UnmergeRequest(string? Reason);

/// <summary>Undoes a merge: status, holder, clocks and participants of both are as if it had not been.</summary>
internal static class UnmergeTicket
{
    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, UnmergeRequest? request = null)
        => changes.MakeTogetherAsync(http, number, item => SurvivorOf(item).Number, caller, (merged, _, deciding) => Decide(merged.Item, request?.Reason, deciding));

    internal static (IReadOnlyList<Fact> Merged, IReadOnlyList<Fact> Survivor) Decide(WorkItem merged, string? reason, Deciding deciding) => (
        [new Unmerged(deciding.Now, deciding.By, SurvivorOf(merged), reason)],
        [new GaveBack(deciding.Now, deciding.By, merged.Ref, reason)]);

    private static TicketRef SurvivorOf(WorkItem item)
        => item.MergedInto ?? throw new RuleBrokenException("ticket.notMerged", Phrase.Of($"{item.Number} är inte hopslaget med ett annat ärende.", $"{item.Number} is not merged into another ticket."));
}
