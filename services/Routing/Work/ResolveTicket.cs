using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>Solution is told the requester. ArticleId is the article that solved it.</summary>
internal sealed record ResolveRequest(string? Solution, Guid? ArticleId);

internal static class ResolveTicket
{
    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, ResolveRequest? request = null)
        => changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request?.Solution, request?.ArticleId, deciding));

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? solution, Guid? articleId, Deciding deciding)
    {
        item.MustBeOpen("solve");
        return [new Resolved(deciding.Now, deciding.By, solution, articleId, deciding.CloseAt(item))];
    }
}
