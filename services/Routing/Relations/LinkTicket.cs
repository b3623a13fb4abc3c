using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Relations;

/// <summary>To is the number of the other ticket. As: what that is to this one, <c>related</c> unless told, <c>parent</c> or <c>child</c>.</summary>
internal sealed record LinkRequest(string? To, LinkKind? As, string? Reason);

/// <summary>
/// Two tickets are shown with each other. Links hold whatever the status of either: they tell what belongs together. A child is a part of its parent's matter,
/// and a parent is not solved before its children.
/// </summary>
internal static class LinkTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, LinkRequest request, Caller caller, Changes changes)
    {
        if (string.IsNullOrWhiteSpace(request.To))
            return Problems.Invalid("link.to", Phrase.Of("Säg vilket ärende det hör ihop med: dess nummer.", "Say which ticket it belongs together with: its number."));
        if (request.As is not (null or LinkKind.Related or LinkKind.Parent or LinkKind.Child))
            return Problems.Invalid("link.as", Phrase.Of("Ett ärende är related, parent eller child; de andra slagen kommer av vad som görs med ärenden.", "A ticket is related, parent or child; the other kinds come of what is done with tickets."));
        var to = WorkItem.NumberOf(request.To);
        if (to.Equals(number, StringComparison.OrdinalIgnoreCase))
            throw new RuleBrokenException("link.self", Phrase.Of("Ett ärende kan inte kopplas till sig självt.", "A ticket cannot be linked to itself."));
        return await changes.MakeTogetherAsync(
            http, number, _ => to, caller, (one, other, deciding) => Decide(one.Item, other.Item, request.As ?? LinkKind.Related, request.Reason, deciding));
    }

    internal static (IReadOnlyList<Fact> One, IReadOnlyList<Fact> Other) Decide(WorkItem one, WorkItem other, LinkKind kind, string? reason, Deciding deciding)
    {
        if (one.Links.Any(link => link.To.Id == other.TicketId && (link.Kind == kind || kind == LinkKind.Related)))
            return ([], []);
        var (parent, child) = kind == LinkKind.Child ? (one, other) : (other, one);
        if (kind is LinkKind.Parent or LinkKind.Child)
        {
            if (child.Links.FirstOrDefault(link => link.Kind == LinkKind.Parent && link.To.Id != parent.TicketId) is { } elder)
                throw new RuleBrokenException("link.parent", Phrase.Of($"{child.Number} är redan del av ett annat: {elder.To.Number}.", $"{child.Number} has a parent already: {elder.To.Number}."));
            // One level: whoever reads the parent sees all there is to wait for.
            if (child.Links.Any(link => link.Kind == LinkKind.Child) || parent.Links.Any(link => link.Kind == LinkKind.Parent && link.To.Id != child.TicketId))
                throw new RuleBrokenException("link.chain", Phrase.Of("Ett delärende har inga egna delar: koppla dem till samma ärende.", "A child has no children: link them to the same parent."));
        }
        return (
            [new Linked(deciding.Now, deciding.By, other.Ref, kind, reason)],
            [new Linked(deciding.Now, deciding.By, one.Ref, kind switch { LinkKind.Child => LinkKind.Parent, LinkKind.Parent => LinkKind.Child, _ => kind }, reason)]);
    }
}
