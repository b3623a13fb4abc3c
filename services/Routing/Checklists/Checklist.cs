using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Checklists;

/// <summary>Steps that belong to a kind of matter: put on a ticket of one of the categories (with those under them) and of the type as it comes in, or by hand. Without either, only by hand.</summary>
internal sealed record ChecklistSpec(string Key, string Name, IReadOnlyList<string> Items, IReadOnlyList<string>? Categories = null, TicketType? Type = null)
{
    public bool IsFor(TicketType type, string? category)
        => (Categories is { Count: > 0 } || Type is not null)
            && (Type is null || Type == type)
            && (Categories is not { Count: > 0 } || (category is not null && Categories.Any(named => category == named || category.StartsWith(named + ".", StringComparison.Ordinal))));
}

/// <summary>A step of a ticket. Done says by whom and when, null while it is open.</summary>
internal sealed record ChecklistStep(Guid Id, string Text, Tick? Done = null);

internal sealed record Tick(DateTimeOffset At, string? By);

/// <summary>Steps were put on the ticket. List is the checklist they are of.</summary>
internal sealed record StepsAdded(DateTimeOffset At, Actor By, IReadOnlyList<ChecklistStep> Steps, string? List = null) : Fact(At, By);

/// <summary>A step was done; or was not, after all.</summary>
internal sealed record StepTicked(DateTimeOffset At, Actor By, Guid StepId, string Text, bool Done) : Fact(At, By);

/// <summary>A step stands at another place, counted from 0.</summary>
internal sealed record StepMoved(DateTimeOffset At, Actor By, Guid StepId, int To) : Fact(At, By);

internal sealed record StepTaken(DateTimeOffset At, Actor By, Guid StepId, string Text) : Fact(At, By);

/// <summary>What becomes of the steps of a ticket.</summary>
internal static class Checklist
{
    public const int Most = 100;
    public const int Longest = 300;

    public static IReadOnlyList<ChecklistStep> After(this IReadOnlyList<ChecklistStep> steps, Fact fact) => fact switch
    {
        StepsAdded it => [.. steps, .. it.Steps],
        StepTicked it => [.. steps.Select(step => step.Id == it.StepId ? step with { Done = it.Done ? new Tick(it.At, it.By.Name) : null } : step)],
        StepTaken it => [.. steps.Where(step => step.Id != it.StepId)],
        StepMoved it when steps.FirstOrDefault(step => step.Id == it.StepId) is { } moved => Placed([.. steps.Where(step => step.Id != it.StepId)], moved, it.To),
        _ => steps,
    };

    /// <summary>The steps of the checklists for this kind of matter, as it comes in.</summary>
    public static IEnumerable<Fact> For(TicketType type, string? category, DeskSetUp desk, Actor by, DateTimeOffset now)
        => desk.Checklists.Where(list => list.IsFor(type, category)).Select(list => new StepsAdded(now, by, StepsOf(list), list.Name));

    /// <summary>A checklist is put on a ticket once: what it has of it already stays.</summary>
    public static IReadOnlyList<Fact> Take(WorkItem item, ChecklistSpec list, Deciding deciding)
    {
        item.MustNotBeClosed("change");
        var missing = StepsOf(list).Where(step => item.Steps.All(known => known.Text != step.Text)).ToList();
        return missing.Count == 0 ? [] : [new StepsAdded(deciding.Now, deciding.By, missing, list.Name)];
    }

    public static IReadOnlyList<Fact> Add(WorkItem item, IReadOnlyList<string> texts, Deciding deciding)
    {
        item.MustNotBeClosed("change");
        return item.Steps.Count + texts.Count > Most
            ? throw new RuleBrokenException("checklist.full", Phrase.Of($"Högst {Most} steg.", $"At most {Most} steps."))
            : [new StepsAdded(deciding.Now, deciding.By, [.. texts.Select(text => new ChecklistStep(Guid.CreateVersion7(deciding.Now), text.Trim()))])];
    }

    public static IReadOnlyList<Fact> Change(WorkItem item, Guid id, bool? done, int? place, Deciding deciding)
    {
        item.MustNotBeClosed("change");
        var step = Find(item, id);
        var facts = new List<Fact>();
        if (done is { } ticked && ticked != step.Done is not null)
            facts.Add(new StepTicked(deciding.Now, deciding.By, id, step.Text, ticked));
        if (place is { } to && to != item.Steps.ToList().IndexOf(step))
            facts.Add(new StepMoved(deciding.Now, deciding.By, id, to));
        return facts;
    }

    public static IReadOnlyList<Fact> Take(WorkItem item, Guid id, Deciding deciding)
    {
        item.MustNotBeClosed("change");
        return [new StepTaken(deciding.Now, deciding.By, id, Find(item, id).Text)];
    }

    /// <exception cref="RuleBrokenException"><c>checklist.open</c>.</exception>
    public static void MustHaveNothingLeft(this WorkItem item, bool leaveThem)
    {
        if (!leaveThem && item.Steps.Count(step => step.Done is null) is > 0 and var left)
            throw new RuleBrokenException("checklist.open", Phrase.Of($"{item.Number} har {left} öppna steg på sin checklista. Gör dem först, eller säg att de får vara kvar.", $"{item.Number} has {left} open steps on its checklist. Do them first, or say that they may be left."));
    }

    private static ChecklistStep Find(WorkItem item, Guid id) => item.Steps.FirstOrDefault(step => step.Id == id)
        ?? throw new RuleBrokenException("checklist.unknown", Phrase.Of($"{item.Number} har inget sådant steg.", $"{item.Number} has no such step."));

    private static List<ChecklistStep> StepsOf(ChecklistSpec list) => [.. list.Items.Select(text => new ChecklistStep(Guid.CreateVersion7(), text))];

    private static List<ChecklistStep> Placed(List<ChecklistStep> others, ChecklistStep step, int to)
    {
        others.Insert(Math.Clamp(to, 0, others.Count), step);
        return others;
    }
}
