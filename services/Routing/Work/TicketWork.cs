using Desk.Contracts;

namespace Desk.Routing.Work;

/// <summary>The part of a ticket that this room owns, as the public API shows it. Assignee is an agent's e-mail.</summary>
internal sealed record TicketWork(
    Guid Id, string Number, TicketStatus Status, WaitingFor? WaitingFor, TicketType Type, string? Category, Impact Impact, Urgency Urgency, Priority Priority,
    string? Team, string? TeamName, Line? Line, string? Assignee, string? AssigneeName, string? NextStep, DateTimeOffset? NextStepAt,
    IReadOnlyList<TicketClock> Clocks, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version, string? MergedInto, Ownership Ownership)
{
    public static TicketWork Of(WorkItem item, Contracts.Work work) => new(
        item.TicketId, item.Number, work.Status, work.WaitingFor, work.Type, work.Category, work.Impact, work.Urgency, work.Priority, work.Team, work.TeamName,
        work.Line, work.AssigneeEmail, work.Assignee, work.NextStep, work.NextStepAt,
        [.. work.Targets.Select(target => new TicketClock(target.Kind, target.DueAt, target.MetAt, target.Missed, target.Paused))],
        item.RegisteredAt, item.UpdatedAt, work.Version, work.MergedInto?.Number, work.Ownership);
}

internal sealed record TicketClock(TargetKind Target, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, bool Paused);
