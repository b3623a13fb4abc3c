using Desk.Routing.Triage;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.SetUp;

/// <summary>Looked: how many of the latest tickets. Holds: for how many of them. Items: some, with what the rule would make of them that they are not.</summary>
internal sealed record RulePreview(int Looked, int Holds, int Changes, IReadOnlyList<RuleHit> Items);

internal sealed record RuleHit(string Number, string Words, IReadOnlyDictionary<string, RuleChange> Would);

internal sealed record RuleChange(string? Is, string Would);

/// <summary>
/// <c>POST /routing/rules/preview</c>: a rule, on or off, is tried on past tickets before it is put in force. It is looked at alone: a rule before it, or what
/// the person claimed, may decide first.
/// </summary>
internal static class PreviewRule
{
    private const int MostLooked = 2000;
    private const int MostShown = 20;

    public static async Task<Results<Ok<RulePreview>, ProblemHttpResult>> HandleAsync(Rule rule, SetUpCache setUp, SetUpStore store, CancellationToken cancellation)
    {
        if (Checks.Rules(new Listed<Rule>([rule]), await setUp.GetAsync(cancellation)) is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return TypedResults.Ok(Of(rule, await store.PastAsync(MostLooked, cancellation)));
    }

    internal static RulePreview Of(Rule rule, IReadOnlyList<PastTicket> past)
    {
        var compiled = new CompiledRule(rule with { Off = false });
        var sets = new Dictionary<string, string?>
        {
            ["type"] = rule.Set.Type?.ToWord(),
            ["category"] = rule.Set.Category,
            ["impact"] = rule.Set.Impact?.ToWord(),
            ["urgency"] = rule.Set.Urgency?.ToWord(),
            ["team"] = rule.Set.Team,
        };
        var hits = past.Where(ticket => compiled.Holds(ticket.Contact, CompiledRule.Flatten(ticket.Contact.Subject)))
            .Select(ticket => new RuleHit(
                ticket.Number, ticket.Contact.Subject.Length > 120 ? ticket.Contact.Subject[..120] : ticket.Contact.Subject,
                sets.Where(set => set.Value is not null && set.Value != ticket.Is[set.Key]).ToDictionary(set => set.Key, set => new RuleChange(ticket.Is[set.Key], set.Value!))))
            .ToList();
        return new RulePreview(past.Count, hits.Count, hits.Count(hit => hit.Would.Count > 0), [.. hits.OrderByDescending(hit => hit.Would.Count > 0).Take(MostShown)]);
    }
}
