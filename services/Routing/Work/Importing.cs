using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>
/// History of another desk becomes the facts that would have been written here. It is taken as it was: what our rules would have refused, such as a second
/// solution of what is solved, changes nothing; priority is what the history says, else what the matrix gives.
/// </summary>
internal static class Importing
{
    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    /// <summary>All that follows: the facts in the order of their times, with the promises that were at risk or broken when they were.</summary>
    public static Outcome Decide(Dossier before, TicketImported imported, DeskSetUp desk, DateTimeOffset now)
    {
        var facts = new List<Fact>();
        var item = before.Item;
        foreach (var happened in imported.Events.OrderBy(happened => happened.HappenedAt))
        {
            foreach (var fact in FactsOf(happened, item, imported, desk, now))
            {
                facts.Add(fact);
                item = item.After(fact);
            }
        }
        var after = before.With(facts, before.Version);
        facts = [.. facts.Concat(Fallen(after, desk, now)).OrderBy(fact => fact.At)];
        // A version a fact: what is counted later can be put in order with what was counted of history.
        return Outcome.Of(before with { Version = before.Version + Math.Max(facts.Count, 1) - 1 }, facts, desk, now, history: true);
    }

    /// <summary>What Analytics counts of it.</summary>
    public static IReadOnlyList<PastFact> Past(Dossier before, Outcome outcome, DeskSetUp desk, DateTimeOffset now)
    {
        var past = new List<PastFact>();
        var item = before.Item;
        var version = before.Version;
        foreach (var fact in outcome.Facts)
        {
            var from = item.Status;
            item = item.After(fact);
            version++;
            if (KindOf(fact, from) is var (kind, detail, due, missed))
                past.Add(new PastFact(kind, fact.At, version, item.Status, detail, due, missed));
        }
        var metBefore = before.Clocks(desk, now).Where(clock => clock.MetAt is not null).Select(clock => (clock.Target, clock.Number)).ToHashSet();
        foreach (var clock in outcome.After.Clocks(desk, now))
        {
            if (clock is { MetAt: { } met, DueAt: { } due } && !metBefore.Contains((clock.Target, clock.Number)))
                past.Add(new PastFact("met", met, version, item.Status, clock.Target.ToWord(), due, clock.Missed(now)));
        }
        return past;
    }

    private static IReadOnlyList<Fact> FactsOf(ImportedEvent happened, WorkItem item, TicketImported imported, DeskSetUp desk, DateTimeOffset now)
    {
        var (at, by) = (happened.HappenedAt, happened.By);
        if (happened.Kind is ImportedKind.Registered)
            return item.Number.Length > 0 ? [] : Registration(happened, imported, desk);
        if (item.Number.Length == 0)
            return [];
        return happened.Kind switch
        {
            ImportedKind.Opened when item.Status == TicketStatus.New => [new Opened(at, by)],
            ImportedKind.Assigned when item.Status != TicketStatus.Closed => Assignment(happened, item, desk),
            ImportedKind.Reclassified when item.Status != TicketStatus.Closed => Reclassification(happened, item, desk),
            ImportedKind.Paused when item.IsOpen => [new Paused(at, by, happened.WaitingFor ?? WaitingFor.Requester, Until(happened, item, desk, now), happened.Text)],
            ImportedKind.Resumed when item.Status == TicketStatus.Waiting => [new Resumed(at, by, happened.Text)],
            ImportedKind.Resolved when item.IsOpen => [new Resolved(at, by, happened.Text, null, At(at, desk).CloseAt(item))],
            ImportedKind.Reopened when !item.IsOpen => [new Reopened(at, by, happened.Text)],
            ImportedKind.Closed when item.Status != TicketStatus.Closed => [new Closed(at, by, happened.Text)],
            ImportedKind.RequesterMessage => [new RequesterWrote(at, by, happened.MessageId ?? Guid.Empty, false)],
            ImportedKind.AgentMessage when item.Status == TicketStatus.New => [new AgentWrote(at, by, happened.MessageId ?? Guid.Empty), new Opened(at, by)],
            ImportedKind.AgentMessage => [new AgentWrote(at, by, happened.MessageId ?? Guid.Empty)],
            ImportedKind.Note => [new NoteWritten(at, by, happened.MessageId ?? Guid.Empty)],
            ImportedKind.Opened or ImportedKind.Assigned or ImportedKind.Reclassified or ImportedKind.Paused or ImportedKind.Resumed or ImportedKind.Resolved
                or ImportedKind.Reopened or ImportedKind.Closed or ImportedKind.Registered => [],
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.Kind, null),
        };
    }

    private static IReadOnlyList<Fact> Registration(ImportedEvent happened, TicketImported imported, DeskSetUp desk)
    {
        var (at, requester) = (happened.HappenedAt, imported.Requester);
        var (impact, urgency) = (happened.Impact ?? Impact.One, happened.Urgency ?? Urgency.Medium);
        var priority = happened.Priority ?? desk.Matrix.Of(impact, urgency);
        var category = desk.Category(happened.Category) is { } known ? known.Key : happened.Category;
        var team = happened.Team ?? desk.Category(category)?.Team ?? desk.Teams[0].Key;
        List<Fact> facts =
        [
            new Registered(
                at, new Actor(ActorKind.Requester, requester.Id, requester.Name ?? requester.Email), imported.TicketId, imported.Number, imported.Channel, requester.Email,
                requester.Name, requester.Language, requester.Organisation, []),
            new Triaged(
                at, TheDesk, happened.Type ?? TicketType.Incident, category, impact, urgency, priority, team, null, desk.PledgeTo(requester.Organisation, category, priority),
                new Dictionary<string, string> { ["category"] = "imported" }),
        ];
        if (happened.Assignee is not null || happened.AssigneeName is not null)
            facts.AddRange(Assignment(happened with { Team = team }, WorkItem.Of(facts), desk));
        return facts;
    }

    /// <summary>An agent who is not of this desk is named in the timeline, and the team holds the ticket.</summary>
    private static IReadOnlyList<Fact> Assignment(ImportedEvent happened, WorkItem item, DeskSetUp desk)
    {
        var agent = happened.Assignee is { } email ? desk.Agents.FirstOrDefault(agent => agent.Email.Equals(email, StringComparison.OrdinalIgnoreCase)) : null;
        var team = happened.Team ?? item.Team;
        return team == item.Team && agent?.Id == item.AssigneeId && happened.AssigneeName is null
            ? []
            : [new Assigned(happened.HappenedAt, happened.By, team, agent?.Id, agent?.Name ?? happened.AssigneeName, happened.Text)];
    }

    private static IReadOnlyList<Fact> Reclassification(ImportedEvent happened, WorkItem item, DeskSetUp desk)
    {
        var (type, category) = (happened.Type ?? item.Type, happened.Category ?? item.Category);
        var (impact, urgency) = (happened.Impact ?? item.Impact, happened.Urgency ?? item.Urgency);
        var priority = happened.Priority ?? (impact == item.Impact && urgency == item.Urgency ? item.Priority : desk.Matrix.Of(impact, urgency));
        var changed = new Dictionary<string, Move>();
        Compare("type", item.Type.ToWord(), type.ToWord());
        Compare("category", item.Category, category);
        Compare("impact", item.Impact.ToWord(), impact.ToWord());
        Compare("urgency", item.Urgency.ToWord(), urgency.ToWord());
        Compare("priority", item.Priority.ToString(), priority.ToString());
        if (changed.Count == 0)
            return [];
        var reclassified = new Reclassified(happened.HappenedAt, happened.By, type, category, impact, urgency, priority, happened.Text, changed);
        return priority != item.Priority && item.IsOpen
            ? [reclassified, new Retargeted(happened.HappenedAt, happened.By, desk.PledgeTo(item.Organisation, category, priority, item.Agreement))]
            : [reclassified];

        void Compare(string what, string? from, string? to)
        {
            if (from != to)
                changed[what] = new Move(from, to);
        }
    }

    /// <summary>Nobody is asked after, or mailed, for a pause whose time ran out on the other desk: it begins anew here.</summary>
    private static DateTimeOffset? Until(ImportedEvent happened, WorkItem item, DeskSetUp desk, DateTimeOffset now)
        => happened.Until is { } until && until > now ? until : At(now, desk).FollowUpAt(item);

    private static IEnumerable<Fact> Fallen(Dossier after, DeskSetUp desk, DateTimeOffset now)
    {
        foreach (var clock in after.Clocks(desk, now))
        {
            if (clock.DueAt is not { } due)
                continue;
            var end = clock.MetAt ?? clock.EndedAt ?? now;
            if (!Outcome.Said<FellAtRisk>(after, clock) && Outcome.RiskAt(after, clock) is { } risk && risk < due && risk <= end)
                yield return new FellAtRisk(risk, TheDesk, clock.Target, clock.Number, due);
            if (!Outcome.Said<FellDue>(after, clock) && clock.Missed(now))
                yield return new FellDue(due, TheDesk, clock.Target, clock.Number, due);
        }
    }

    private static (string Kind, string? Detail, DateTimeOffset? Due, bool? Missed)? KindOf(Fact fact, TicketStatus from) => fact switch
    {
        Registered it => ("registered", it.Channel.ToWord(), null, null),
        Triaged => ("triaged", null, null, null),
        Reclassified => ("reclassified", null, null, null),
        Assigned => ("assigned", null, null, null),
        Opened or Paused or Resumed => ("statusChanged", from.ToWord(), null, null),
        Reopened => ("reopened", from.ToWord(), null, null),
        Resolved => ("resolved", null, null, null),
        Closed => ("closed", null, null, null),
        RequesterWrote => ("requesterReplied", null, null, null),
        AgentWrote => ("agentReplied", null, null, null),
        FellAtRisk it => ("atRisk", it.Target.ToWord(), it.DueAt, null),
        FellDue it => ("missed", it.Target.ToWord(), it.DueAt, true),
        _ => null,
    };

    private static Deciding At(DateTimeOffset at, DeskSetUp desk) => new(desk, TheDesk, at, Standing.Nothing);
}
