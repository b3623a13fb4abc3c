using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>What is left out stays. Priority is never set by hand: it follows from impact and urgency.</summary>
internal sealed record ReclassifyRequest(TicketType? Type, string? Category, Impact? Impact, Urgency? Urgency, string? Reason, Ownership? Ownership = null);

internal static class ReclassifyTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, ReclassifyRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        if (request.Category is not null && (await setUp.GetAsync(http.RequestAborted)).Category(request.Category) is null)
            return Problems.Invalid("category.unknown", Phrase.Of($"Det finns ingen kategori ”{request.Category}”.", $"There is no category '{request.Category}'."));
        return await changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request, deciding));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, ReclassifyRequest request, Deciding deciding)
    {
        item.MustNotBeClosed("change");
        var (desk, now, by) = (deciding.Desk, deciding.Now, deciding.By);
        var (type, category) = (request.Type ?? item.Type, request.Category ?? item.Category);
        var (impact, urgency) = (request.Impact ?? item.Impact, request.Urgency ?? item.Urgency);
        var ownership = request.Ownership ?? item.Ownership;
        var priority = desk.Matrix.Of(impact, urgency, item.Vip);

        var changed = new Dictionary<string, Move>();
        Compare("type", item.Type.ToWord(), type.ToWord());
        Compare("category", item.Category, category);
        Compare("impact", item.Impact.ToWord(), impact.ToWord());
        Compare("urgency", item.Urgency.ToWord(), urgency.ToWord());
        Compare("ownership", item.Ownership.ToWord(), ownership.ToWord());
        // The matrix may have been edited since: only a change of what it is read by moves the priority.
        if (!changed.ContainsKey("impact") && !changed.ContainsKey("urgency"))
            priority = item.Priority;
        Compare("priority", item.Priority.ToString(), priority.ToString());
        if (changed.Count == 0)
            return [];

        List<Fact> facts = [new Reclassified(now, by, type, category, impact, urgency, priority, request.Reason, changed, ownership)];
        var pledge = desk.PledgeTo(item.Organisation, category, priority, item.Agreement);
        if (item.IsOpen && (priority != item.Priority || pledge.Agreement != item.Pledge?.Agreement))
            facts.Add(new Retargeted(now, by, pledge));
        // Nobody could tell whose it was; now somebody has.
        if (item is { Unsure: true, IsOpen: true } && desk.Category(category)?.Team is { } team && team != item.Team)
        {
            var holder = deciding.HolderOf(item with { Category = category }, team);
            facts.Add(new Assigned(now, by, team, holder?.Id, holder?.Name, null, desk.Team(item.Team)?.Sv));
        }
        return facts;

        void Compare(string what, string? from, string? to)
        {
            if (from != to)
                changed[what] = new Move(from, to);
        }
    }
}
