using Desk.Contracts;
using Desk.Routing.Automation;
using Desk.Routing.Checklists;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Timeline;

/// <summary>
/// One thing that happened. Kind is the fact's name; Field says which, for <c>reclassified</c> (type, category, impact, urgency, priority) and for the
/// targets (<c>atRisk</c>, <c>missed</c>), and why the desk took a ticket from its holder (<c>assigned</c>: left, handBack, offDuty, shiftEnd, silent)
/// or sent it on (<c>escalated</c>: timeBox, or the level: lead, manager), or held a trigger back (<c>fired</c>: deep, hour); Text of <c>fired</c> has a line for each deed: its
/// act, its value, and after an exclamation mark why it was not done. From and To are what it moved between; Text is the reason, or the solution.
/// </summary>
internal sealed record TimelineItem(
    DateTimeOffset At, string Kind, TimelineActor Actor, string? Text = null, string? From = null, string? To = null, string? Field = null);

internal sealed record TimelineActor(ActorKind Kind, string? Name);

internal sealed record TimelineAnswer(IReadOnlyList<TimelineItem> Items);

/// <summary><c>GET /tickets/{number}/timeline</c>: everything that happened to a ticket, the oldest first.</summary>
internal static class ReadTimeline
{
    public static async Task<Results<Ok<TimelineAnswer>, ProblemHttpResult>> HandleAsync(
        string number, WorkStore store, SetUpCache setUp, CancellationToken cancellation)
        => await store.FindAsync(number, cancellation) is { } ticket
            ? TypedResults.Ok(new TimelineAnswer([.. ItemsOf(ticket, await setUp.GetAsync(cancellation))]))
            : Changes.NotFound(number);

    internal static IEnumerable<TimelineItem> ItemsOf(Dossier ticket, DeskSetUp desk)
    {
        var item = WorkItem.Nothing;
        foreach (var fact in ticket.Facts)
        {
            var before = item;
            item = item.After(fact);
            foreach (var line in ItemsOf(fact, before, item, desk))
                yield return line;
        }
    }

    /// <summary>The reason, and what the next team had to be told.</summary>
    private static string? Told(Escalated it, DeskSetUp desk)
        => it.Answers is not { Count: > 0 } answers ? it.Reason : string.Join('\n', answers
            .Select(answer => $"{desk.Team(it.ToTeam)?.Needs?.FirstOrDefault(need => need.Key == answer.Key)?.Sv ?? answer.Key}: {answer.Value}")
            .Prepend(it.Reason));

    internal static string Said(Done deed) => $"{deed.Act.ToWord()} {deed.Value}{(deed.Not is { } not ? $" !{not}" : "")}".Replace("  ", " ", StringComparison.Ordinal).TrimEnd();

    private static IEnumerable<TimelineItem> ItemsOf(Fact fact, WorkItem before, WorkItem after, DeskSetUp desk)
    {
        var actor = new TimelineActor(fact.By.Kind, fact.By.Name);
        return fact switch
        {
            Registered it => [Item("registered", to: it.Channel.ToWord())],
            Triaged it => [Item("triaged", it.Category, to: it.Priority.ToString())],
            Reclassified it => it.Changed.Select(change => Item("reclassified", it.Reason, change.Value.From, change.Value.To, change.Key)),
            Retargeted it => [Item("retargeted", from: before.Pledge?.Priority.ToString(), to: it.Pledge.Priority.ToString())],
            Assigned it => [Item("assigned", it.Reason, it.From, it.Assignee ?? NameOf(it.Team), it.Why)],
            Escalated it => [Item("escalated", Told(it, desk), NameOf(it.FromTeam), it.Level is null ? NameOf(it.ToTeam) : null, it.Level ?? it.Why)],
            EscalationOffered it => [Item("escalationOffered", to: NameOf(it.Team))],
            AskedIn it => [Item("askedIn", it.Question, to: it.Whom ?? NameOf(it.Team))],
            AskAnswered => [Item("askAnswered")],
            Opened => [Item("opened", from: before.Status.ToWord(), to: after.Status.ToWord())],
            Paused it => [Item("paused", it.Reason, before.Status.ToWord(), it.For.ToWord())],
            Resumed it => [Item("resumed", it.Reason, before.Status.ToWord(), after.Status.ToWord())],
            Resolved it => [Item("resolved", it.Solution, before.Status.ToWord(), after.Status.ToWord())],
            Reopened it => [Item("reopened", it.Reason, before.Status.ToWord(), after.Status.ToWord())],
            Closed it => [Item("closed", it.Reason, before.Status.ToWord(), after.Status.ToWord())],
            RequesterWrote it => [Item(it.Automatic ? "automaticReply" : "requesterWrote", from: before.TakenIn.FirstOrDefault(ticket => ticket.Id == it.Via)?.Number)],
            AgentWrote => [Item("agentWrote")],
            NoteWritten => [Item("noteWritten")],
            MailFailed it => [Item("mailFailed", it.Reason)],
            FellAtRisk it => [Item("atRisk", field: it.Target.ToWord())],
            FellDue it => [Item("missed", field: it.Target.ToWord())],
            FollowUpFellDue => [Item("followUpDue")],
            Merged it => [Item("merged", it.Reason, before.Status.ToWord(), it.Into.Number)],
            Unmerged it => [Item("unmerged", it.Reason, it.From.Number, after.Status.ToWord())],
            TookIn it => [Item("tookIn", it.Reason, it.Ticket.Number)],
            GaveBack it => [Item("gaveBack", it.Reason, to: it.Ticket.Number)],
            Linked it => [Item("linked", it.Reason, to: it.To.Number, field: it.As.ToWord())],
            Unlinked it => [Item("unlinked", it.Reason, from: it.From.Number)],
            Fired it => [Item("fired", string.Join('\n', it.Deeds.Select(Said)), $"{it.Version}", it.Name, it.HeldBack)],
            StepsAdded it => [Item("stepsAdded", string.Join(", ", it.Steps.Select(step => step.Text)), to: it.List)],
            StepTicked it => [Item(it.Done ? "stepDone" : "stepUndone", it.Text)],
            StepTaken it => [Item("stepTaken", it.Text)],
            StepMoved => [],
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, null),
        };

        TimelineItem Item(string kind, string? text = null, string? from = null, string? to = null, string? field = null)
            => new(fact.At, kind, actor, text, from, to, field);

        string? NameOf(string? team) => desk.Team(team)?.Sv ?? team;
    }
}
