using Desk.Contracts;
using Desk.Routing.Checklists;
using Desk.Routing.Clocks;
using Desk.Routing.Holders;
using Desk.Routing.Relations;
using Desk.Routing.SetUp;
using Desk.Routing.Triage;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Automation;

/// <summary>
/// What triggers make of what happened to a ticket. They are asked in their order, each sees what those before it did, and what they did may set off others, to a depth;
/// a trigger fires once in such a chain. Part of the change itself: under the ticket's lock, in its transaction, kept with it or not at all.
/// </summary>
internal static class Reacting
{
    /// <summary>So many triggers may set off one another.</summary>
    public const int Deepest = 3;

    /// <summary>So many firings a ticket may have in an hour.</summary>
    public const int MostInAnHour = 10;

    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    /// <summary>The facts that follow.</summary>
    /// <param name="after">The ticket after what happened.</param>
    /// <param name="known">How many of its facts were there before.</param>
    /// <param name="clocks">Its clocks after what happened.</param>
    public static IReadOnlyList<Fact> Decide(Dossier after, int known, IReadOnlyList<Clock> clocks, DeskSetUp desk, DateTimeOffset now)
    {
        if (desk.Triggers.Count == 0 || after.Item.MergedInto is not null || after.Facts.Count == 0)
            return [];
        var (so, from, fired) = (after, known, new HashSet<string>());
        var words = new Lazy<string>(() => CompiledRule.Flatten(after.Words));
        for (var depth = 1; ; depth++)
        {
            var moments = so.Facts.Skip(from).SelectMany(MomentsOf).ToList();
            from = so.Facts.Count;
            foreach (var trigger in desk.Triggers)
            {
                if (fired.Contains(trigger.Key) || OccasionOf(trigger, moments, depth == 1 ? after : null, clocks, desk, now) is not { } occasion || !trigger.Holds(so.Item, words, desk, now))
                    continue;
                var facts = Fire(trigger, occasion, depth, so, desk, now);
                if (facts.Count == 0)
                    continue;
                fired.Add(trigger.Key);
                so = so.With(facts, so.Version);
            }
            if (so.Facts.Count == from)
                return [.. so.Facts.Skip(after.Facts.Count)];
        }
    }

    /// <summary>When a trigger that waits for a time will next have its say; null when none will.</summary>
    public static DateTimeOffset? WakeAt(Dossier ticket, IReadOnlyList<Clock> clocks, DeskSetUp desk, DateTimeOffset now)
    {
        if (ticket.Item.MergedInto is not null || !desk.Triggers.Any(trigger => trigger.On.IsTime))
            return null;
        DateTimeOffset? first = null;
        var words = new Lazy<string>(() => CompiledRule.Flatten(ticket.Words));
        foreach (var trigger in desk.Triggers.Where(trigger => trigger.On.IsTime))
        {
            foreach (var (occasion, due) in Times.Of(trigger.On, ticket, clocks, desk))
            {
                if (HasFired(ticket, trigger, occasion))
                    continue;
                // A ticket that must be of an age is looked at when it is.
                var old = (trigger.All ?? []).Where(condition => condition is { Field: TicketField.Age, Is: Comparison.More })
                    .Select(condition => ticket.Item.RegisteredAt.AddHours(condition.Number!.Value).AddSeconds(1)).DefaultIfEmpty(due).Max();
                var at = old > due ? old : due;
                // What is due already and could not fire is asked again, but never at once.
                if (trigger.Holds(ticket.Item, words, desk, at > now ? at : now) && (at = at > now ? at : now.AddMinutes(1)) < (first ?? DateTimeOffset.MaxValue))
                    first = at;
            }
        }
        return first;
    }

    /// <summary>The events that a fact is to triggers. What machines write is none: two of them would talk for ever.</summary>
    internal static IEnumerable<(Moment Moment, TargetKind? Target)> MomentsOf(Fact fact)
    {
        Moment? moment = fact switch
        {
            Triaged => Moment.Registered,
            Reclassified => Moment.Reclassified,
            Assigned => Moment.Assigned,
            Escalated => Moment.Escalated,
            AgentWrote => Moment.AgentReplied,
            RequesterWrote { Automatic: false } => Moment.RequesterReplied,
            NoteWritten { By.Kind: not ActorKind.System } => Moment.NoteAdded,
            MailFailed => Moment.MailFailed,
            Resolved => Moment.Resolved,
            Reopened => Moment.Reopened,
            Closed => Moment.Closed,
            FellAtRisk => Moment.TargetAtRisk,
            FellDue => Moment.TargetMissed,
            _ => null,
        };
        if (moment is { } known)
            yield return (known, fact is FellAtRisk risk ? risk.Target : fact is FellDue due ? due.Target : null);
        if (fact is Opened or Paused or Resumed or Resolved or Reopened or Closed)
            yield return (Moment.StatusChanged, null);
    }

    private static string? OccasionOf(
        Trigger trigger, List<(Moment Moment, TargetKind? Target)> moments, Dossier? timed, IReadOnlyList<Clock> clocks, DeskSetUp desk, DateTimeOffset now)
    {
        if (!trigger.On.IsTime)
            return moments.Any(moment => moment.Moment == trigger.On.Event && (trigger.On.Target is not { } target || moment.Target == target)) ? "" : null;
        return timed is null ? null : Times.Of(trigger.On, timed, clocks, desk).Where(time => time.Due <= now && !HasFired(timed, trigger, time.Occasion)).Select(time => time.Occasion).FirstOrDefault();
    }

    private static bool HasFired(Dossier ticket, Trigger trigger, string occasion)
        => ticket.Facts.Any(fact => fact is Fired fired && fired.Trigger == trigger.Key && fired.Occasion == occasion);

    private static List<Fact> Fire(Trigger trigger, string occasion, int depth, Dossier ticket, DeskSetUp desk, DateTimeOffset now)
    {
        var heldBack = depth > Deepest ? "deep"
            : ticket.Facts.Count(fact => fact is Fired { HeldBack: null } fired && fired.At > now.AddHours(-1)) >= MostInAnHour ? "hour"
            : null;
        var (facts, deeds, spoken) = heldBack is null ? Do(trigger, ticket.Item, desk, now) : ([], [], []);
        // An event that leaves all as it was is no firing; a time that has come is, or it would come again.
        if (heldBack is null && !trigger.On.IsTime && deeds.All(deed => deed.Not == "already"))
            return [];
        return
        [
            new Fired(now, TheDesk, trigger.Key, trigger.Name, desk.TriggersVersion, trigger.On.Event, occasion.Length > 0 ? occasion : null, depth, deeds, spoken.Count > 0 ? spoken : null, heldBack),
            .. facts,
        ];
    }

    /// <summary>Each deed in its turn, by the same rules as a person's: what they forbid is not done, and it is said why.</summary>
    internal static (List<Fact> Facts, List<Done> Deeds, List<Saying> Spoken) Do(Trigger trigger, WorkItem item, DeskSetUp desk, DateTimeOffset now)
    {
        var (facts, deeds, spoken) = (new List<Fact>(), new List<Done>(), new List<Saying>());
        var deciding = new Deciding(desk, TheDesk, now, Standing.Nothing);
        foreach (var deed in trigger.Do)
        {
            string? not = null;
            try
            {
                if (Say(deed, item, desk) is { } said)
                {
                    spoken.Add(said);
                }
                else
                {
                    var follows = Follow(deed, trigger, item, deciding);
                    facts.AddRange(follows);
                    item = follows.Aggregate(item, (so, fact) => so.After(fact));
                    not = follows.Count == 0 ? "already" : null;
                }
            }
            catch (RuleBrokenException forbidden)
            {
                not = forbidden.Code;
            }
            deeds.Add(new Done(deed.Act, deed.Value, not));
        }
        return (facts, deeds, spoken);
    }

    private static Saying? Say(Deed deed, WorkItem item, DeskSetUp desk)
    {
        if (deed.Act is not (Act.Note or Act.TellRequester or Act.TellAgent))
            return null;
        var agent = deed.Act != Act.TellAgent ? null : deed.Value switch
        {
            "holder" => desk.Agent(item.AssigneeId) ?? desk.LeadOf(item.Team),
            "lead" => desk.LeadOf(item.Team),
            var email => desk.AgentAt(email),
        };
        if (deed.Act == Act.TellAgent && agent is null)
            throw new RuleBrokenException("agent.unknown", $"There is no active agent '{deed.Value}'.");
        return new Saying(Guid.CreateVersion7(), deed.Act, Fill(deed.Sv ?? deed.En ?? "", item, desk, "sv"), deed.En is { } en ? Fill(en, item, desk, "en") : null, agent?.Email, agent?.Name);
    }

    /// <summary>Never the requester's own words: a stranger could have the desk mail them to anybody.</summary>
    private static string Fill(string text, WorkItem item, DeskSetUp desk, string language) => text
        .Replace("{number}", item.Number, StringComparison.Ordinal)
        .Replace("{team}", (language == "sv" ? desk.Team(item.Team)?.Sv : desk.Team(item.Team)?.En) ?? "Desk", StringComparison.Ordinal)
        .Replace("{agent}", desk.Agent(item.AssigneeId)?.Name ?? "Desk", StringComparison.Ordinal);

    private static IReadOnlyList<Fact> Follow(Deed deed, Trigger trigger, WorkItem item, Deciding deciding) => deed.Act switch
    {
        Act.SetType => ReclassifyTicket.Decide(item, new(Words.Read<TicketType>(deed.Value), null, null, null, trigger.Name), deciding),
        Act.SetCategory => ReclassifyTicket.Decide(item, new(null, Known(deciding.Desk.Category(deed.Value)?.Key, "category.unknown", deed), null, null, trigger.Name), deciding),
        Act.SetImpact => ReclassifyTicket.Decide(item, new(null, null, Words.Read<Impact>(deed.Value), null, trigger.Name), deciding),
        Act.SetUrgency => ReclassifyTicket.Decide(item, new(null, null, null, Words.Read<Urgency>(deed.Value), trigger.Name), deciding),
        Act.SetOwnership => ReclassifyTicket.Decide(item, new(null, null, null, null, trigger.Name, Words.Read<Ownership>(deed.Value)), deciding),
        Act.AssignTeam => AssignTicket.Decide(item, Known(deciding.Desk.Team(deed.Value)?.Key, "team.unknown", deed), null, trigger.Name, deciding),
        Act.AssignAgent => AssignTicket.Decide(item, null, Known(deciding.Desk.AgentAt(deed.Value), "agent.unknown", deed), trigger.Name, deciding),
        Act.Escalate when deed.Value is "lead" or "manager" => EscalateTicket.Raise(item, deed.Value, trigger.Name, deciding),
        // Who of the next team has it, the desk says in a moment, when it knows how they stand.
        Act.Escalate => [.. EscalateTicket.Decide(item, deed.Value is null ? null : Known(deciding.Desk.Team(deed.Value)?.Key, "team.unknown", deed), trigger.Name, deciding).Where(fact => fact is Escalated)],
        Act.Checklist => Checklist.Take(item, Known(deciding.Desk.Checklists.FirstOrDefault(list => list.Key == deed.Value), "checklist.unknown", deed), deciding),
        Act.Pause => item.Status == TicketStatus.Waiting && item.WaitingFor == Words.Read<WaitingFor>(deed.Value) ? [] : PauseTicket.Decide(item, Words.Read<WaitingFor>(deed.Value) ?? WaitingFor.Requester, null, trigger.Name, deciding),
        Act.Resume => ResumeTicket.Decide(item, trigger.Name, deciding),
        Act.Resolve => Over(item, "solve", () => ResolveTicket.Decide(item, Fill((item.Language == "en" ? deed.En : null) ?? deed.Sv ?? deed.En ?? trigger.Name, item, deciding.Desk, item.Language), null, deciding)),
        Act.Close => Over(item, "close", () => CloseTicket.Decide(item, trigger.Name, deciding)),
        _ => throw new ArgumentOutOfRangeException(nameof(deed), deed.Act, null),
    };

    /// <summary>What a person would be asked about is not done by a machine.</summary>
    private static IReadOnlyList<Fact> Over(WorkItem item, string what, Func<IReadOnlyList<Fact>> decide)
    {
        if (item.Links.Any(link => link.Kind == LinkKind.Child))
            throw new RuleBrokenException("ticket.openChildren", $"{item.Number} has children: a person must {what} it.");
        item.MustHaveNothingLeft(leaveThem: false);
        return decide();
    }

    private static T Known<T>(T? known, string code, Deed deed) where T : class => known ?? throw new RuleBrokenException(code, $"There is no '{deed.Value}'.");
}
