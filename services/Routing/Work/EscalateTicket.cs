using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Work;

/// <summary>
/// Without a team it goes to the next: the one this team escalates to, else the one that knows the category. To is <c>lead</c> or <c>manager</c>: it stays
/// with the team, and who answers for the team takes it. Answers: to what the next team must be told, by the question's key.
/// </summary>
internal sealed record EscalateRequest(string? Team, string? Reason, string? To = null, IReadOnlyDictionary<string, string>? Answers = null);

internal static class EscalateTicket
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, EscalateRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Problems.Invalid("escalate.reason", Phrase.Of("Säg varför: nästa team börjar därifrån.", "Say why: the next team starts from it."));
        if (request.Team is not null && desk.Team(request.Team) is null)
            return Problems.Invalid("team.unknown", Phrase.Of($"Det finns inget team ”{request.Team}”.", $"There is no team '{request.Team}'."));
        if (request.To is not (null or "lead" or "manager") || request is { To: not null, Team: not null })
            return Problems.Invalid("escalate.to", Phrase.Of("Ange ett team, eller to: lead eller manager.", "Give a team, or to: lead or manager."));
        return await changes.MakeAsync(http, number, caller, (item, deciding) => request.To is { } level
            ? Raise(item, level, request.Reason, deciding)
            : Decide(item, request.Team, request.Reason, deciding, request.Answers));
    }

    internal static IReadOnlyList<Fact> Decide(
        WorkItem item, string? team, string? reason, Deciding deciding, IReadOnlyDictionary<string, string>? answers = null)
    {
        item.MustBeOpen("escalate");
        var desk = deciding.Desk;
        var next = team ?? desk.NextAfter(item.Team, item.Category)?.Key;
        if (next is null || next == item.Team)
            throw new RuleBrokenException("escalate.nowhere", team is null ? Phrase.Of("Inget nästa team är känt: säg vilket.", "No next team is known: name the team.") : Phrase.Of($"{item.Number} är redan hos det teamet.", $"{item.Number} is with that team already."));
        if (deciding.By.Kind == ActorKind.Agent)
        {
            if (desk.Team(item.Team)?.Model == DeskModel.NoLines && desk.Agent(deciding.By.Id)?.Role == Role.Agent)
                throw new RuleBrokenException("escalate.noLines", Phrase.Of("Det här teamet behåller det som det tar: fråga in någon som kan mer, eller gå till gruppledaren.", "This team keeps what it takes: ask somebody who knows more in, or go to the lead."));
            var missing = (desk.Team(next)?.Needs ?? []).Where(need => need.Required && string.IsNullOrWhiteSpace(answers?.GetValueOrDefault(need.Key))).ToList();
            if (missing.Count > 0)
                throw new RuleBrokenException("escalate.needs", Phrase.Of($"{desk.Team(next)!.Sv} måste få veta: {string.Join(" ", missing.Select(need => $"{need.Sv} ({need.Key})"))}", $"{desk.Team(next)!.En} must be told: {string.Join(" ", missing.Select(need => $"{need.En} ({need.Key})"))}"));
        }
        return HandOn(item, next, reason, deciding, answers, null);
    }

    /// <summary>To another team and, where it hands out, to somebody of it.</summary>
    internal static IReadOnlyList<Fact> HandOn(
        WorkItem item, string team, string? reason, Deciding deciding, IReadOnlyDictionary<string, string>? answers, string? why)
    {
        List<Fact> facts = [new Escalated(deciding.Now, deciding.By, item.Team, team, reason, Answers: answers, Why: why)];
        if (deciding.HolderOf(item, team) is { } holder)
            facts.Add(new Assigned(deciding.Now, deciding.By, team, holder.Id, holder.Name, null));
        return facts;
    }

    /// <summary>Up, not on: it stays with the team, and its lead or manager takes it.</summary>
    internal static IReadOnlyList<Fact> Raise(WorkItem item, string level, string? reason, Deciding deciding)
    {
        item.MustBeOpen("escalate");
        var desk = deciding.Desk;
        if (item.Team is not { } team || (level == "lead" ? desk.LeadOf(team) : desk.ManagerOf(team)) is not { } person)
            throw new RuleBrokenException("escalate.nobody", Phrase.Of($"{item.Number} har ingen {(level == "lead" ? "gruppledare" : "chef")} att gå till.", $"{item.Number} has no {level} to go to."));
        if (person.Id == item.AssigneeId)
            throw new RuleBrokenException("escalate.nowhere", Phrase.Of($"{item.Number} är redan hos {person.Name}.", $"{item.Number} is with {person.Name} already."));
        return
        [
            new Escalated(deciding.Now, deciding.By, team, team, reason, level),
            new Assigned(deciding.Now, deciding.By, team, person.Id, person.Name, null),
        ];
    }
}
