using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Relations;

internal sealed record UnlinkRequest(string? From, string? Reason);

internal static class UnlinkTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, UnlinkRequest request, Caller caller, Changes changes)
        => string.IsNullOrWhiteSpace(request.From)
            ? Problems.Invalid("link.from", Phrase.Of("Säg vilket ärende det inte hör ihop med: dess nummer.", "Say which ticket it does not belong together with: its number."))
            : await changes.MakeTogetherAsync(
                http, number, _ => WorkItem.NumberOf(request.From), caller, (one, other, deciding) => Decide(one.Item, other.Item, request.Reason, deciding));

    internal static (IReadOnlyList<Fact> One, IReadOnlyList<Fact> Other) Decide(WorkItem one, WorkItem other, string? reason, Deciding deciding)
        => one.Links.All(link => link.To.Id != other.TicketId)
            ? throw new RuleBrokenException("link.none", Phrase.Of($"{one.Number} och {other.Number} är inte kopplade.", $"{one.Number} and {other.Number} are not linked."))
            : ([new Unlinked(deciding.Now, deciding.By, other.Ref, reason)],
                [new Unlinked(deciding.Now, deciding.By, one.Ref, reason)]);
}
