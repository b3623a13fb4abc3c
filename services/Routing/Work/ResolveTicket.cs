using Desk.Routing.Checklists;
using Desk.Routing.Relations;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Work;

/// <summary>Solution is told the requester. ArticleId is the article that solved it. LeaveChildren: solve it though children of it are open. LeaveChecklist: though steps of its checklist are.</summary>
internal sealed record ResolveRequest(string? Solution, Guid? ArticleId, bool? LeaveChildren = null, bool? LeaveChecklist = null);

internal static class ResolveTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, Caller caller, Changes changes, WorkStore store, NpgsqlDataSource database, ResolveRequest? request = null)
    {
        var open = await Children.OpenOfAsync((await store.FindAsync(number, http.RequestAborted))?.Item, database, http.RequestAborted);
        return await changes.MakeAsync(http, number, caller, (item, deciding) =>
        {
            item.MustBeOver(open, request?.LeaveChildren == true, "Solve");
            item.MustHaveNothingLeft(request?.LeaveChecklist == true);
            return Decide(item, request?.Solution, request?.ArticleId, deciding);
        });
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, string? solution, Guid? articleId, Deciding deciding)
    {
        item.MustBeOpen("solve");
        return [new Resolved(deciding.Now, deciding.By, solution, articleId, deciding.CloseAt(item))];
    }
}
