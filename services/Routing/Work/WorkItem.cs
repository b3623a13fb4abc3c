using Desk.Contracts;
using Desk.Routing.Automation;
using Desk.Routing.Checklists;
using Desk.Routing.Relations;
using Desk.Routing.SetUp;

namespace Desk.Routing.Work;

/// <summary>Where a ticket stands: its facts, one after the other, applied to nothing.</summary>
internal sealed record WorkItem
{
    public static readonly WorkItem Nothing = new();

    public Guid TicketId { get; init; }
    public string Number { get; init; } = "";
    public DateTimeOffset RegisteredAt { get; init; }
    public Channel Channel { get; init; }
    public string RequesterEmail { get; init; } = "";
    public string? Organisation { get; init; }

    /// <summary>What the requester reads: <c>sv</c> or <c>en</c>.</summary>
    public string Language { get; init; } = "sv";

    /// <summary>The agreement of the door it came through, where its organisation has none of its own.</summary>
    public string? Agreement { get; init; }

    /// <summary>The requester was a VIP when it was registered.</summary>
    public bool Vip { get; init; }

    public Ownership Ownership { get; init; }
    public TicketStatus Status { get; init; }
    public WaitingFor? WaitingFor { get; init; }
    public TicketType Type { get; init; }
    public string? Category { get; init; }
    public Impact Impact { get; init; }
    public Urgency Urgency { get; init; }
    public Priority Priority { get; init; }
    public string? Team { get; init; }
    public Guid? AssigneeId { get; init; }
    public Pledge? Pledge { get; init; }

    /// <summary>Nobody holds it because the desk found nobody: it is handed out as soon as somebody is free.</summary>
    public bool Seeks { get; init; }

    /// <summary>Who was asked in and has not answered.</summary>
    public IReadOnlyList<AskedIn> Asks { get; init; } = [];

    /// <summary>When the requester last heard from a person of the desk.</summary>
    public DateTimeOffset SpokenAt { get; init; }

    /// <summary>When its holder got it, or last did something with it.</summary>
    public DateTimeOffset HolderHeardAt { get; init; }

    /// <summary>Nobody could tell what it is about: a human must look before anything else is worth doing.</summary>
    public bool Unsure { get; init; }

    /// <summary>When a waiting ticket goes on, or is asked after.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>When a solved ticket is closed by the desk itself.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>How often it was thought to be solved and was not.</summary>
    public int Reopenings { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The ticket that goes on with this one.</summary>
    public TicketRef? MergedInto { get; init; }

    /// <summary>How it stood when it was merged: what an undo brings back.</summary>
    public WorkItem? BeforeMerge { get; init; }

    /// <summary>Tickets that were merged into this one.</summary>
    public IReadOnlyList<TicketRef> TakenIn { get; init; } = [];

    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>The checklist, in its order.</summary>
    public IReadOnlyList<ChecklistStep> Steps { get; init; } = [];

    /// <summary>What another ticket knows it by.</summary>
    public TicketRef Ref => new(TicketId, Number);

    /// <summary>A ticket's number as it is stored, of what somebody typed.</summary>
    public static string NumberOf(string typed) => typed.Trim().ToUpperInvariant();

    public bool IsOpen => Status is TicketStatus.New or TicketStatus.Open or TicketStatus.Waiting;

    public static WorkItem Of(IEnumerable<Fact> facts) => facts.Aggregate(Nothing, (item, fact) => item.After(fact));

    public WorkItem After(Fact fact)
    {
        var after = Applied(fact);
        // Reopened, resumed and solved the requester is told, too.
        if (fact is Registered or AgentWrote or Resolved or Reopened or Resumed)
            after = after with { SpokenAt = fact.At };
        return after.AssigneeId is { } holder && (holder != AssigneeId || fact.By.Id == holder || fact is Resumed) ? after with { HolderHeardAt = fact.At } : after;
    }

    /// <summary>
    /// When nobody will have spoken to the requester for longer than the update promise, whether or not its clock runs: a wait for a supplier is no reason to
    /// be silent. Null while it is the requester's turn, or a time is agreed.
    /// </summary>
    public DateTimeOffset? SilentAt(DeskSetUp desk)
        => this is { IsOpen: true, Pledge: { Promises.Update: { } promise } pledge, WaitingFor: null or Contracts.WaitingFor.Supplier }
            ? desk.Terms(pledge).Calendar.Add(SpokenAt, promise)
            : null;

    /// <summary>When it is taken back from its holder, should nothing be heard of them until then; null when it is not.</summary>
    public DateTimeOffset? TakenBackAt(DeskSetUp desk)
        => this is { Status: TicketStatus.New or TicketStatus.Open, AssigneeId: not null, Pledge: { } pledge } && desk.Team(Team)?.TakeBackAfter is { } patience
            ? desk.Terms(pledge).Calendar.Add(HolderHeardAt, patience)
            : null;

    /// <summary>
    /// When it is handed to who is on duty, because the shift of its holder is over and they have done nothing with it since: the most pressing always, the
    /// rest where the team wants that. Null when it is not.
    /// </summary>
    public DateTimeOffset? HandedOverAt(DeskSetUp desk)
        => this is { Status: TicketStatus.New or TicketStatus.Open, AssigneeId: { } holder } && desk.Team(Team) is { } team && (Priority == Priority.P1 || team.HandsOver) && desk.Agent(holder) is { } agent
            ? desk.Duties.HandsOverAt(agent, team.Key, HolderHeardAt)
            : null;

    private WorkItem Applied(Fact fact) => fact switch
    {
        Registered it => this with
        {
            TicketId = it.TicketId,
            Number = it.Number,
            RegisteredAt = it.At,
            Channel = it.Channel,
            RequesterEmail = it.RequesterEmail,
            Organisation = it.Organisation,
            Language = it.Language,
            Agreement = it.Agreement,
            Vip = it.Vip,
            Status = TicketStatus.New,
            UpdatedAt = it.At,
        },
        Triaged it => this with
        {
            Type = it.Type,
            Category = it.Category,
            Impact = it.Impact,
            Urgency = it.Urgency,
            Priority = it.Priority,
            Team = it.Team,
            Pledge = it.Pledge,
            Unsure = it.Why.GetValueOrDefault("category") == "unsure",
            Seeks = true,
            UpdatedAt = it.At,
        },
        Reclassified it => this with
        {
            Type = it.Type,
            Category = it.Category,
            Impact = it.Impact,
            Urgency = it.Urgency,
            Priority = it.Priority,
            Ownership = it.Ownership,
            Unsure = false,
            UpdatedAt = it.At,
        },
        Retargeted it => this with { Pledge = it.Pledge, UpdatedAt = it.At },
        // Who gives it to a team means the team: only the desk itself goes on looking for an agent.
        Assigned it => this with { Team = it.Team, AssigneeId = it.AssigneeId, Seeks = it.AssigneeId is null && it.By.Kind == ActorKind.System, UpdatedAt = it.At },
        Escalated it => this with { Team = it.ToTeam, AssigneeId = null, Seeks = true, UpdatedAt = it.At },
        Opened it => this with { Status = TicketStatus.Open, Unsure = false, UpdatedAt = it.At },
        Paused it => this with { Status = TicketStatus.Waiting, WaitingFor = it.For, WaitsUntil = it.Until, UpdatedAt = it.At },
        Resumed it => this with { Status = TicketStatus.Open, WaitingFor = null, WaitsUntil = null, UpdatedAt = it.At },
        Resolved it => this with
        {
            Status = TicketStatus.Resolved,
            WaitingFor = null,
            WaitsUntil = null,
            ResolvedAt = it.At,
            ClosesAt = it.ClosesAt,
            Unsure = false,
            UpdatedAt = it.At,
        },
        Reopened it => this with { Status = TicketStatus.Open, ResolvedAt = null, ClosesAt = null, Reopenings = Reopenings + 1, UpdatedAt = it.At },
        Closed it => this with { Status = TicketStatus.Closed, WaitingFor = null, WaitsUntil = null, ClosesAt = null, UpdatedAt = it.At },
        FollowUpFellDue it => this with { WaitsUntil = it.NextAt },
        RequesterWrote or AgentWrote => this with { UpdatedAt = fact.At },
        AskedIn it => this with { Asks = [.. Asks, it] },
        AskAnswered it => this with { Asks = [.. Asks.Where(ask => ask.AskId != it.AskId)] },
        NoteWritten or MailFailed or FellAtRisk or FellDue or EscalationOffered or Fired => this,
        StepsAdded or StepTicked or StepMoved or StepTaken => this with { Steps = Steps.After(fact) },
        Merged it => this with
        {
            Status = TicketStatus.Closed,
            WaitingFor = null,
            WaitsUntil = null,
            MergedInto = it.Into,
            BeforeMerge = this,
            UpdatedAt = it.At,
        },
        // Links may have been made and broken meanwhile.
        Unmerged it => BeforeMerge! with { Links = Links, HolderHeardAt = it.At, UpdatedAt = it.At },
        TookIn it => this with { TakenIn = [.. TakenIn, it.Ticket], UpdatedAt = it.At },
        GaveBack it => this with { TakenIn = [.. TakenIn.Where(ticket => ticket != it.Ticket)], UpdatedAt = it.At },
        Linked it => this with { Links = [.. Links.Where(link => link.To != it.To), new Link(it.To, it.As)] },
        Unlinked it => this with { Links = [.. Links.Where(link => link.To != it.From)] },
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, null),
    };
}
