using System.Text.Json;
using Desk.Contracts;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Consumers;

/// <summary>
/// Keeps the copy of Routing's work on the ticket's row, so that lists and tickets are read here in one query. Every event of Routing carries
/// the whole work with a version; the newest wins, whatever order they come in.
/// </summary>
internal sealed class OnWorkChanged :
    IReactTo<TicketTriaged>, IReactTo<TicketReclassified>, IReactTo<TicketAssigned>, IReactTo<TicketEscalated>, IReactTo<TicketStatusChanged>,
    IReactTo<TicketResolved>, IReactTo<TicketClosed>, IReactTo<TargetMet>, IReactTo<TargetAtRisk>, IReactTo<TargetMissed>, IReactTo<UpdateDue>,
    IReactTo<WorkChanged>, IReactTo<TicketMerged>, IReactTo<TicketUnmerged>
{
    public Task ReactAsync(TicketTriaged happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketReclassified happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketAssigned happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketEscalated happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketStatusChanged happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketResolved happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketClosed happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TargetMet happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TargetAtRisk happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TargetMissed happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(UpdateDue happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(WorkChanged happened, Reaction reaction, CancellationToken cancellation)
        => Copy(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketMerged happened, Reaction reaction, CancellationToken cancellation)
        => CopyMerge(happened.TicketId, happened.At, happened.Work, reaction);

    public Task ReactAsync(TicketUnmerged happened, Reaction reaction, CancellationToken cancellation)
        => CopyMerge(happened.TicketId, happened.At, happened.Work, reaction);

    /// <summary>Who takes part in a merged ticket takes part where it goes on, for as long as it does. Read from the copy, so that order does not matter.</summary>
    private static Task CopyMerge(Guid ticketId, DateTimeOffset at, Work work, Reaction reaction)
    {
        Copy(ticketId, at, work, reaction);
        foreach (var sql in new[]
        {
            "delete from participant where from_ticket = $1 and ticket_id is distinct from (select merged_into from ticket where id = $1)",
            """
            insert into participant (ticket_id, email, from_ticket)
            select merged.merged_into, along.email, merged.id
            from ticket merged join ticket survivor on survivor.id = merged.merged_into
            cross join lateral (
                select email from person where person.id = merged.requester_id
                union select email from participant where participant.ticket_id = merged.id) as along
            where merged.id = $1 and along.email <> (select email from person where person.id = survivor.requester_id)
            on conflict do nothing
            """,
        })
        {
            reaction.Later(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticketId } } });
        }
        return Task.CompletedTask;
    }

    internal static Task Copy(Guid ticketId, DateTimeOffset at, Work work, Reaction reaction)
    {
        var command = new NpgsqlBatchCommand("""
            with copied as (
                update ticket set
                    work_version = @version, status = @status, waiting_for = @waitingFor, type = @type, category = @category, impact = @impact,
                    urgency = @urgency, priority = @priority, team = @team, team_name = @teamName, line = @line, assignee_id = @assigneeId,
                    assignee_name = @assignee, assignee_email = @assigneeEmail, next_step = @nextStep, next_step_at = @nextStepAt,
                    clocks = @clocks, due_at = coalesce(@dueAt, 'infinity'), updated_at = greatest(updated_at, @at),
                    merged_into = @mergedInto, merged_into_number = @mergedIntoNumber, ownership = @ownership
                where id = @ticket and work_version < @version)
            select from ticket where id = @ticket
            """);
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
        parameters.Add(new NpgsqlParameter<long>("version", work.Version));
        parameters.Add(new NpgsqlParameter<string>("status", Wording<TicketStatus>.Of(work.Status)));
        parameters.AddText("waitingFor", Wording<WaitingFor>.Of(work.WaitingFor));
        parameters.Add(new NpgsqlParameter<string>("type", Wording<TicketType>.Of(work.Type)));
        parameters.AddText("category", work.Category);
        parameters.Add(new NpgsqlParameter<string>("impact", Wording<Impact>.Of(work.Impact)));
        parameters.Add(new NpgsqlParameter<string>("urgency", Wording<Urgency>.Of(work.Urgency)));
        parameters.Add(new NpgsqlParameter<short>("priority", (short)work.Priority));
        parameters.AddText("team", work.Team);
        parameters.AddText("teamName", work.TeamName);
        parameters.AddText("line", Wording<Line>.Of(work.Line));
        parameters.AddId("assigneeId", work.AssigneeId);
        parameters.AddText("assignee", work.Assignee);
        parameters.AddText("assigneeEmail", work.AssigneeEmail);
        parameters.AddText("nextStep", work.NextStep);
        parameters.AddTime("nextStepAt", work.NextStepAt);
        parameters.Add(new NpgsqlParameter<string>("clocks", ClocksOf(work)));
        parameters.AddTime("dueAt", work.KeepBy ?? NextDue(work));
        parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        parameters.AddId("mergedInto", work.MergedInto?.Id);
        parameters.AddText("mergedIntoNumber", work.MergedInto?.Number);
        parameters.Add(new NpgsqlParameter<string>("ownership", Wording<Ownership>.Of(work.Ownership)));
        reaction.Later(command, found => _ = found > 0 ? found : throw new NotYetException($"There is no ticket {ticketId} here yet."));
        return Task.CompletedTask;
    }

    /// <summary>The earliest time something is promised for and not yet done; null when nothing is. For work said before Routing told by when to act.</summary>
    internal static DateTimeOffset? NextDue(Work work) => work.Targets
        .Where(target => target is { MetAt: null, Paused: false, DueAt: not null })
        .Min(target => target.DueAt);

    /// <summary>The clocks as the API shows them.</summary>
    internal static string ClocksOf(Work work) => JsonSerializer.Serialize(
        work.Targets.Select(target => new Clock(target.Kind, target.DueAt, target.MetAt, target.Missed, target.Paused)).ToArray(),
        typeof(Clock[]), IntakeJson.Written);
}
