using Desk.Contracts;
using Desk.Routing.Automation;
using Desk.Routing.Checklists;
using Desk.Routing.Clocks;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>
/// All that a change leads to: the facts to keep, the state after them, what is told the other services, and when the ticket must be looked at again.
/// </summary>
internal sealed record Outcome(
    Dossier Before, Dossier After, IReadOnlyList<Fact> Facts, Contracts.Work Work, IReadOnlyList<object> Events, NextStep Next, DateTimeOffset? WakeAt)
{
    /// <summary>The promises that were fulfilled, in time or late.</summary>
    public IReadOnlyList<Clock> Fulfilled { get; private init; } = [];

    /// <summary>When it becomes a silent one; see <see cref="WorkItem.SilentAt"/>.</summary>
    public DateTimeOffset? SilentAt { get; private init; }

    private static readonly Actor TheDesk = new(ActorKind.System, null, null);
    private static readonly IReadOnlyList<Target> NoTargets = [];

    /// <summary>
    /// Takes what happened, and adds what time itself did: promises that are at risk or broken by now and have not been said to be. Every
    /// change passes here under the ticket's lock, so each is said once, whoever comes first. Last, what triggers make of it; none of history.
    /// </summary>
    public static Outcome Of(Dossier before, IReadOnlyList<Fact> happened, DeskSetUp desk, DateTimeOffset now, bool history = false)
    {
        var after = before.With(happened, before.Version);
        var clocks = Clocks(after, desk, now);
        var fallen = Fallen(after, clocks, now).ToList();
        IReadOnlyList<Fact> facts = [.. happened, .. fallen];
        after = before.With(facts, before.Version);
        if (!history && Reacting.Decide(after, before.Facts.Count, clocks, desk, now) is { Count: > 0 } reactions)
        {
            after = after.With(reactions, before.Version);
            clocks = Clocks(after, desk, now);
            // Other promises than before may hold now.
            facts = [.. facts, .. reactions, .. Fallen(after, clocks, now)];
            after = before.With(facts, before.Version);
        }

        var next = NextStep.Of(after.Item, clocks);
        var work = WorkOf(after.Item, before.Version + 1, clocks, next, desk, now);
        var met = Met(before, clocks, desk, now);
        var events = facts.Select(fact => EventOf(fact, facts, before.Item, after.Item, work)).OfType<object>()
            .Concat(met.Select(clock => new TargetMet(after.Item.TicketId, after.Item.Number, now, work, clock.Target, clock.DueAt!.Value, clock.MetAt!.Value, clock.Missed(now)))).ToList();
        events.AddRange(facts.OfType<Fired>().SelectMany(fired => SpokenOf(fired, after.Item)));
        if (events.Count == 0 && happened.Count > 0 && !SameButVersion(work, WorkOf(before, desk, now)))
            events.Add(new WorkChanged(after.Item.TicketId, after.Item.Number, now, work));

        // Without a word to the others the version stays: theirs must never lag behind one that nobody told them of.
        var version = events.Count > 0 ? before.Version + 1 : before.Version;
        return new Outcome(
            before, after with { Version = version }, facts, work with { Version = version }, events, next, Wake(after, clocks, desk, now))
        {
            SilentAt = after.Item.SilentAt(desk),
            Fulfilled = met,
        };
    }

    /// <summary>The copy that other services keep of a ticket as it stands.</summary>
    public static Contracts.Work WorkOf(Dossier dossier, DeskSetUp desk, DateTimeOffset now)
    {
        var clocks = Clocks(dossier, desk, now);
        return WorkOf(dossier.Item, dossier.Version, clocks, NextStep.Of(dossier.Item, clocks), desk, now);
    }

    private static Contracts.Work WorkOf(
        WorkItem item, long version, IReadOnlyList<Clock> clocks, NextStep next, DeskSetUp desk, DateTimeOffset now)
    {
        var (team, agent) = (desk.Team(item.Team), desk.Agent(item.AssigneeId));
        return new Contracts.Work(
            version, item.Status, item.WaitingFor, item.Type, item.Category, item.Impact, item.Urgency, item.Priority, item.Team, team?.Sv ?? item.Team,
            team?.Line, item.AssigneeId, agent?.Name, agent?.Email, next.Code, next.At,
            [.. ClockFold.Current(clocks).Select(clock => new Target(
                clock.Target, clock.IsPaused && !clock.Missed(now) ? null : clock.DueAt, clock.MetAt, clock.Missed(now), clock.IsPaused))],
            KeepBy.Of(item, clocks, now), item.MergedInto, item.Ownership);
    }

    /// <summary>Of a merged ticket nothing is promised. Its clocks go on unseen: an undone merge stretches no promise.</summary>
    private static IReadOnlyList<Clock> Clocks(Dossier dossier, DeskSetUp desk, DateTimeOffset now)
        => dossier.Item.MergedInto is null ? dossier.Clocks(desk, now) : [];

    private static bool SameButVersion(Contracts.Work one, Contracts.Work other)
        => one with { Version = 0, Targets = NoTargets } == other with { Version = 0, Targets = NoTargets } && one.Targets.SequenceEqual(other.Targets);

    private static IEnumerable<Fact> Fallen(Dossier dossier, IReadOnlyList<Clock> clocks, DateTimeOffset now)
    {
        foreach (var clock in clocks)
        {
            if (clock.DueAt is not { } due || Said<FellDue>(dossier, clock))
                continue;
            if (clock.Missed(now) || (!clock.IsOver && due <= now))
                yield return new FellDue(now, TheDesk, clock.Target, clock.Number, due);
            else if (!clock.IsOver && RiskAt(dossier, clock) <= now && !Said<FellAtRisk>(dossier, clock))
                yield return new FellAtRisk(now, TheDesk, clock.Target, clock.Number, due);
        }
    }

    internal static DateTimeOffset? RiskAt(Dossier dossier, Clock clock) => clock.WhenWorked(clock.Promise * (dossier.Item.Pledge?.AtRisk ?? 1));

    internal static bool Said<TFact>(Dossier dossier, Clock clock) where TFact : Fact => dossier.Facts.Any(fact => fact is TFact && fact switch
    {
        // A round that an undone merge took away may come again: what was due before it began was another.
        FellDue it => it.Target == clock.Target && it.Round == clock.Number && it.DueAt >= clock.StartedAt,
        FellAtRisk it => it.Target == clock.Target && it.Round == clock.Number && it.DueAt >= clock.StartedAt,
        _ => false,
    });

    /// <summary>The clocks that this change met.</summary>
    private static List<Clock> Met(Dossier before, IReadOnlyList<Clock> clocks, DeskSetUp desk, DateTimeOffset now)
    {
        var metBefore = Clocks(before, desk, now).Where(clock => clock.MetAt is not null).Select(clock => (clock.Target, clock.Number)).ToHashSet();
        return [.. clocks.Where(clock => clock is { MetAt: not null, DueAt: not null } && !metBefore.Contains((clock.Target, clock.Number)))];
    }

    private static object? EventOf(Fact fact, IReadOnlyList<Fact> all, WorkItem before, WorkItem after, Contracts.Work work)
    {
        var (id, number) = (after.TicketId, after.Number);
        return fact switch
        {
            Triaged it => new TicketTriaged(id, number, it.At, work, it.By, it.Certainty),
            Reclassified it => new TicketReclassified(id, number, it.At, work, it.By, it.Reason),
            // The first holder comes with the triage, the next team's with the escalation.
            Assigned it => all.Any(other => other is Triaged or Escalated) ? null : new TicketAssigned(id, number, it.At, work, it.By, it.Reason),
            Escalated it => new TicketEscalated(id, number, it.At, work, it.By, it.FromTeam, it.ToTeam, it.Reason),
            Opened it => new TicketStatusChanged(id, number, it.At, work, it.By, before.Status, null),
            Paused it => new TicketStatusChanged(id, number, it.At, work, it.By, before.Status, it.Reason),
            Resumed it => new TicketStatusChanged(id, number, it.At, work, it.By, before.Status, it.Reason),
            Reopened it => new TicketStatusChanged(id, number, it.At, work, it.By, before.Status, it.Reason),
            Resolved it => new TicketResolved(id, number, it.At, work, it.By, it.Solution),
            Closed it => new TicketClosed(id, number, it.At, work, it.By, it.Reason),
            FellAtRisk { Target: TargetKind.Update } it => new UpdateDue(id, number, it.At, work, it.DueAt),
            FellAtRisk it => new TargetAtRisk(id, number, it.At, work, it.Target, it.DueAt),
            FellDue it => new TargetMissed(id, number, it.At, work, it.Target, it.DueAt),
            FollowUpFellDue it => new UpdateDue(id, number, it.At, work, it.DueAt),
            Merged it => new TicketMerged(id, number, it.At, work, it.By, it.Into, it.Reason),
            Unmerged it => new TicketUnmerged(id, number, it.At, work, it.By, it.From, it.Reason),
            EscalationOffered or AskedIn or AskAnswered or Fired or StepsAdded or StepTicked or StepMoved or StepTaken => new WorkChanged(id, number, fact.At, work),
            Registered or Retargeted or RequesterWrote or AgentWrote or NoteWritten or MailFailed or TookIn or GaveBack or Linked or Unlinked => null,
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, null),
        };
    }

    /// <summary>What a trigger said, for those who carry it.</summary>
    private static IEnumerable<object> SpokenOf(Fired fired, WorkItem item) => (fired.Spoken ?? []).Select(said => said.As == Act.TellAgent
        ? (object)new AgentTold(said.Id, fired.At, said.To!, said.Name ?? said.To!, ToldAbout.Trigger, item.Ref, fired.Name, said.Sv, said.En)
        : new TriggerSpoke(said.Id, item.TicketId, item.Number, fired.At, fired.Name, said.As == Act.TellRequester, said.Sv, said.En));

    /// <summary>The next instant at which time alone will change something.</summary>
    private static DateTimeOffset? Wake(Dossier after, IReadOnlyList<Clock> clocks, DeskSetUp desk, DateTimeOffset now)
    {
        var times = new List<DateTimeOffset?> { Reacting.WakeAt(after, clocks, desk, now), after.Item.WaitsUntil, after.Item.ClosesAt, after.Item.TakenBackAt(desk), after.Item.HandedOverAt(desk), TimeBox.Of(after, desk)?.WakeAt(desk, after.Item.Category) };
        foreach (var clock in clocks)
        {
            // A paused clock wakes nobody.
            if (clock.IsOver || clock.DueAt is null || Said<FellDue>(after, clock))
                continue;
            times.Add(clock.DueAt);
            if (!Said<FellAtRisk>(after, clock))
                times.Add(RiskAt(after, clock));
        }
        return times.Min();
    }
}
