using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Relations;

/// <summary>
/// Into is the number of the ticket that goes on. Strangers: the requesters may read each other's words though they are of no common organisation.
/// </summary>
internal sealed record MergeRequest(string? Into, bool? Strangers, string? Reason);

/// <summary>
/// Two tickets about one matter become one. The merged ticket is closed and points at the other, whose holder, promises and status stay;
/// its words are read there, and whoever writes to it is heard there. See docs/adr/0200-merge.md.
/// </summary>
internal static class MergeTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, MergeRequest request, Caller caller, Changes changes)
    {
        if (string.IsNullOrWhiteSpace(request.Into))
            return Problems.Invalid("merge.into", Phrase.Of("Säg vilket ärende som fortsätter: dess nummer.", "Say which ticket goes on: its number."));
        var into = WorkItem.NumberOf(request.Into);
        if (into.Equals(number, StringComparison.OrdinalIgnoreCase))
            throw new RuleBrokenException("merge.self", Phrase.Of("Ett ärende kan inte slås ihop med sig självt.", "A ticket cannot be merged into itself."));
        return await changes.MakeTogetherAsync(
            http, number, _ => into, caller, (from, survivor, deciding) => Decide(from, survivor, request.Strangers == true, request.Reason, deciding));
    }

    internal static (IReadOnlyList<Fact> Merged, IReadOnlyList<Fact> Survivor) Decide(
        Dossier from, Dossier survivor, bool strangers, string? reason, Deciding deciding)
    {
        var (merged, into) = (from.Item, survivor.Item);
        merged.MustBeOpen("merge");
        // One step is all that an undo and a reader must follow.
        if (merged.TakenIn.Count > 0)
            throw new RuleBrokenException("merge.chain", Phrase.Of($"{merged.TakenIn[0].Number} slogs ihop med {merged.Number}: slå ihop {into.Number} med det i stället, eller ångra det först.", $"{merged.TakenIn[0].Number} was merged into {merged.Number}: merge {into.Number} into it instead, or undo that first."));
        if (into.MergedInto is { } beyond)
            throw new RuleBrokenException("merge.chain", Phrase.Of($"{into.Number} är självt hopslaget, med {beyond.Number}: slå ihop med det.", $"{into.Number} was itself merged, into {beyond.Number}: merge into that one."));
        into.MustBeOpen("merge into");
        if (!strangers && !MayReadEachOther(merged, into))
        {
            throw new RuleBrokenException(
                "merge.strangers", Phrase.Of("Beställarna hör inte till samma organisation och skulle läsa varandras ord. Säg att de får, eller koppla ärendena i stället.", "Their requesters are of no common organisation and would read each other's words. Say that they may, or link the tickets instead."));
        }

        var unanswered = ClockFold.Current(from.Clocks(deciding.Desk, deciding.Now))
            .Any(clock => clock is { Target: TargetKind.Answer or TargetKind.Reply, IsOver: false });
        return (
            [new Merged(deciding.Now, deciding.By, into.Ref, reason)],
            [new TookIn(deciding.Now, deciding.By, merged.Ref, unanswered, reason)]);
    }

    private static bool MayReadEachOther(WorkItem one, WorkItem other)
        => one.RequesterEmail.Equals(other.RequesterEmail, StringComparison.OrdinalIgnoreCase)
            || (one.Organisation is not null && one.Organisation == other.Organisation);
}
