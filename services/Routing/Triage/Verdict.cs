using Desk.Contracts;
using Desk.Routing.SetUp;

namespace Desk.Routing.Triage;

/// <summary>What the classifier thinks: the likeliest category and how sure it is, 0 to 1.</summary>
internal readonly record struct Guess(string Category, double Certainty);

/// <summary>
/// What was decided of a contact, and for each thing by what (<c>claimed</c>, <c>rule:NAME</c>, <c>learned</c>, <c>unsure</c>, <c>default</c>, <c>vip</c>): what the person said themselves, then the rules
/// in their order, then what was learned from solved tickets, and a human where none of them knows.
/// </summary>
internal sealed record Verdict(
    TicketType Type, string? Category, Impact Impact, Urgency Urgency, Priority Priority, string Team, double? Certainty, IReadOnlyDictionary<string, string> Why)
{
    /// <summary>Below this the classifier does not guess: a human looks. Chosen in docs/adr/0030-triage.md.</summary>
    public const double SureEnough = 0.3;

    private const string Unknown = "other";

    public static Verdict Of(Contact contact, DeskSetUp desk, Func<string, Guess?> guess)
    {
        var words = contact.Subject + "\n" + contact.Text;
        var flat = CompiledRule.Flatten(words);
        var rules = desk.Rules.Where(rule => rule.Holds(contact, flat)).Select(rule => rule.Rule).ToList();
        var why = new Dictionary<string, string>();

        var type = Pick("type", contact.Type, rule => rule.Type) ?? TicketType.Incident;
        var impact = Pick("impact", contact.Impact, rule => rule.Impact) ?? Impact.One;
        var urgency = Pick("urgency", contact.Urgency, rule => rule.Urgency) ?? Urgency.Medium;

        var claimed = desk.Category(contact.Category) is { Retired: false } known ? known.Key : null;
        var category = claimed ?? rules.Select(rule => rule.Set.Category).FirstOrDefault(key => desk.Category(key) is not null);
        double? certainty = null;
        if (category is not null)
        {
            why["category"] = claimed is not null ? "claimed" : "rule:" + rules.First(rule => rule.Set.Category == category).Name;
        }
        else if (guess(words) is { } guessed && desk.Category(guessed.Category) is { Retired: false } learned)
        {
            certainty = Math.Round(guessed.Certainty, 3);
            why["category"] = guessed.Certainty >= SureEnough ? "learned" : "unsure";
            category = guessed.Certainty >= SureEnough ? learned.Key : Unknown;
        }
        else
        {
            why["category"] = "unsure";
            category = Unknown;
        }

        var found = desk.Category(category);
        var ruled = rules.FirstOrDefault(rule => desk.Team(rule.Set.Team) is not null);
        var asked = desk.Team(contact.Team)?.Key;
        why["team"] = asked is not null ? "claimed" : ruled is not null ? "rule:" + ruled.Name : "category";
        var priority = desk.Matrix.Of(impact, urgency, contact.Vip);
        if (priority != desk.Matrix.Of(impact, urgency))
            why["priority"] = "vip";
        return new Verdict(
            type, found?.Key, impact, urgency, priority, asked ?? ruled?.Set.Team ?? found?.Team ?? desk.Teams[0].Key, certainty, why);

        T? Pick<T>(string what, T? said, Func<RuleSet, T?> sets) where T : struct
        {
            if (said is not null)
            {
                why[what] = "claimed";
                return said;
            }
            var rule = rules.FirstOrDefault(rule => sets(rule.Set) is not null);
            why[what] = rule is null ? "default" : "rule:" + rule.Name;
            return rule is null ? null : sets(rule.Set);
        }
    }
}
