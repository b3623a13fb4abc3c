using Desk.Contracts;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Relations;

/// <summary>To is the number of the other ticket.</summary>
internal sealed record LinkRequest(string? To, string? Reason);

/// <summary>Two tickets are shown with each other. Links hold whatever the status of either: they tell what belongs together, and change no work.</summary>
internal static class LinkTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, LinkRequest request, Caller caller, Changes changes)
    {
        if (string.IsNullOrWhiteSpace(request.To))
            return Problems.Invalid("link.to", "Say which ticket it belongs together with: its number.");
        var to = request.To.Trim().ToUpperInvariant();
        if (to.Equals(number, StringComparison.OrdinalIgnoreCase))
            throw new RuleBrokenException("link.self", "A ticket cannot be linked to itself.");
        return await changes.MakeTogetherAsync(http, number, _ => to, caller, (one, other, deciding) => Decide(one.Item, other.Item, request.Reason, deciding));
    }

    internal static (IReadOnlyList<Fact> One, IReadOnlyList<Fact> Other) Decide(WorkItem one, WorkItem other, string? reason, Deciding deciding)
        => one.Links.Any(link => link.To.Id == other.TicketId)
            ? ([], [])
            : ([new Linked(deciding.Now, deciding.By, Ref(other), LinkKind.Related, reason)], [new Linked(deciding.Now, deciding.By, Ref(one), LinkKind.Related, reason)]);

    private static TicketRef Ref(WorkItem item) => new(item.TicketId, item.Number);
}
