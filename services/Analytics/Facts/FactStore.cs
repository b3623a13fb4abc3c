using Desk.Contracts;
using Desk.Messaging;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Analytics.Facts;

/// <summary>
/// Writes facts, and folds them into the ticket's current row, in one round trip for all the reactions in a transaction. Every fold is one
/// that does not mind order: the higher version, the later time.
/// </summary>
internal static class FactStore
{
    public static Task Keep(Reaction reaction, Fact fact) => Write(reaction, [Insert(fact)]);

    public static Task KeepRegistration(Reaction reaction, Fact fact, string subject) => Write(
        reaction,
        [
            Insert(fact),
            new NpgsqlBatchCommand("""
                insert into ticket (id, number, subject, registered_at) values ($1, $2, $3, $4)
                on conflict (id) do update set subject = excluded.subject, registered_at = excluded.registered_at
                """)
            { Parameters = { Of(fact.TicketId!.Value), Of(fact.Number!), Of(subject), Of(fact.At) } },
        ]);

    /// <summary>An agent wrote to the requester.</summary>
    public static Task KeepSpoken(Reaction reaction, Fact fact) => Write(
        reaction,
        [
            Insert(fact),
            new NpgsqlBatchCommand("""
                insert into ticket (id, number, spoke_at) values ($1, $2, $3)
                on conflict (id) do update set spoke_at = greatest(ticket.spoke_at, excluded.spoke_at)
                """)
            { Parameters = { Of(fact.TicketId!.Value), Of(fact.Number!), Of(fact.At) } },
        ]);

    /// <summary>A mail got its outcome, or another: it counts once, with the last.</summary>
    public static Task KeepMail(Reaction reaction, Fact fact, Guid mailId, int revision) => Write(
        reaction,
        [
            Insert(fact),
            new NpgsqlBatchCommand("""
                insert into mail (id, received_at, outcome, revision) values ($1, $2, $3, $4)
                on conflict (id) do update set outcome = excluded.outcome, revision = excluded.revision where mail.revision < excluded.revision
                """)
            { Parameters = { Of(mailId), Of(fact.At), Of(fact.Detail!), Of(revision) } },
        ]);

    /// <summary>An event that carries the work item.</summary>
    public static Task KeepWork(Reaction reaction, Fact fact)
    {
        var commands = new List<NpgsqlBatchCommand> { Insert(fact), Fold(fact) };
        if (fact.Kind == Kinds.Resolved)
        {
            // The latest solution, whichever comes last to our ears; it counts while the newest work says that the ticket is over.
            commands.Add(new NpgsqlBatchCommand("update ticket set resolved_at = greatest(resolved_at, $2) where id = $1")
            {
                Parameters = { Of(fact.TicketId!.Value), Of(fact.At) },
            });
        }
        return Write(reaction, commands);
    }

    public static Task KeepHistory(Reaction reaction, WorkImported history, Guid messageId)
    {
        var facts = history.Facts;
        DateTimeOffset? Last(string kind) => facts.Where(fact => fact.Kind == kind).Select(fact => (DateTimeOffset?)fact.HappenedAt).Max();
        return Write(reaction,
        [
            new NpgsqlBatchCommand("""
                insert into fact (message_id, kind, at, ticket_id, number, detail, version, status, priority, team, category, assignee_id, due_at, missed)
                select id, kind, at, $1, $2, detail, version, status, $3, $4, $5, $6, due_at, missed
                from unnest($7, $8, $9, $10, $11, $12, $13, $14) as given (id, kind, at, detail, version, status, due_at, missed)
                """)
            {
                Parameters =
                {
                    Of(history.TicketId), Of(history.Number), Of((short)history.Work.Priority), OrNull(history.Work.Team, NpgsqlDbType.Text),
                    OrNull(history.Work.Category, NpgsqlDbType.Text), OrNull(history.Work.AssigneeId, NpgsqlDbType.Uuid),
                    Of(facts.Select(_ => Guid.CreateVersion7()).ToArray()), Of(facts.Select(fact => fact.Kind).ToArray()),
                    Of(facts.Select(fact => fact.HappenedAt.ToUniversalTime()).ToArray()),
                    new() { Value = facts.Select(fact => fact.Detail).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    Of(facts.Select(fact => fact.Version).ToArray()), Of(facts.Select(fact => Status(fact.Status)).ToArray()),
                    new() { Value = facts.Select(fact => fact.DueAt?.ToUniversalTime()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                    new() { Value = facts.Select(fact => fact.Missed).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
                },
            },
            Fold(new Fact(messageId, Kinds.Registered, history.RegisteredAt, history.TicketId, history.Number, Work: history.Work)),
            new NpgsqlBatchCommand("""
                update ticket set subject = $2, registered_at = $3, spoke_at = greatest(spoke_at, $4), resolved_at = greatest(resolved_at, $5) where id = $1
                """)
            {
                Parameters =
                {
                    Of(history.TicketId), Of(history.Subject), Of(history.RegisteredAt), OrNull(Last(Kinds.AgentReplied), NpgsqlDbType.TimestampTz),
                    OrNull(Last(Kinds.Resolved), NpgsqlDbType.TimestampTz),
                },
            },
        ]);
    }

    private static NpgsqlBatchCommand Insert(Fact fact) => new("""
        insert into fact (message_id, kind, at, ticket_id, number, detail, version, status, priority, team, category, assignee_id, due_at, missed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict (message_id) do nothing
        """)
    {
        Parameters =
        {
            Of(fact.MessageId), Of(fact.Kind), Of(fact.At), OrNull(fact.TicketId, NpgsqlDbType.Uuid), OrNull(fact.Number, NpgsqlDbType.Text),
            OrNull(fact.Detail, NpgsqlDbType.Text), OrNull(fact.Work?.Version, NpgsqlDbType.Bigint), OrNull(fact.Work is null ? null : Status(fact.Work), NpgsqlDbType.Text),
            OrNull((short?)fact.Work?.Priority, NpgsqlDbType.Smallint), OrNull(fact.Work?.Team, NpgsqlDbType.Text),
            OrNull(fact.Work?.Category, NpgsqlDbType.Text), OrNull(fact.Work?.AssigneeId, NpgsqlDbType.Uuid),
            OrNull(fact.DueAt, NpgsqlDbType.TimestampTz), OrNull(fact.Missed, NpgsqlDbType.Boolean),
        },
    };

    private static NpgsqlBatchCommand Fold(Fact fact)
    {
        var work = fact.Work!;
        var answer = work.Targets.FirstOrDefault(target => target.Kind == TargetKind.Answer);
        var resolution = work.Targets.FirstOrDefault(target => target.Kind == TargetKind.Resolution);
        var due = work.Targets.Where(target => target is { MetAt: null, Paused: false, DueAt: not null }).Min(target => target.DueAt);
        return new NpgsqlBatchCommand("""
            insert into ticket (id, number, version, status, priority, team, team_name, next_step, due_at, answer_due_at, answer_met_at, answer_missed,
                resolution_due_at, resolution_missed, merged)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            on conflict (id) do update set
                version = excluded.version, status = excluded.status, priority = excluded.priority, team = excluded.team,
                team_name = excluded.team_name, next_step = excluded.next_step, due_at = excluded.due_at, answer_due_at = excluded.answer_due_at,
                answer_met_at = excluded.answer_met_at, answer_missed = excluded.answer_missed,
                resolution_due_at = excluded.resolution_due_at, resolution_missed = excluded.resolution_missed, merged = excluded.merged
            where ticket.version < excluded.version
            """)
        {
            Parameters =
            {
                Of(fact.TicketId!.Value), Of(fact.Number!), Of(work.Version), Of(Status(work)), Of((short)work.Priority),
                OrNull(work.Team, NpgsqlDbType.Text), OrNull(work.TeamName, NpgsqlDbType.Text), OrNull(work.NextStep, NpgsqlDbType.Text),
                OrNull(due, NpgsqlDbType.TimestampTz), OrNull(answer?.DueAt, NpgsqlDbType.TimestampTz), OrNull(answer?.MetAt, NpgsqlDbType.TimestampTz),
                OrNull(answer?.Missed, NpgsqlDbType.Boolean), OrNull(resolution?.DueAt, NpgsqlDbType.TimestampTz),
                OrNull(resolution?.Missed, NpgsqlDbType.Boolean), Of(work.MergedInto is not null),
            },
        };
    }

    private static string Status(Work work) => Status(work.Status);

    private static string Status(TicketStatus status) => status switch
    {
        TicketStatus.New => "new",
        TicketStatus.Open => "open",
        TicketStatus.Waiting => "waiting",
        TicketStatus.Resolved => "resolved",
        TicketStatus.Closed => "closed",
    };

    private static Task Write(Reaction reaction, IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        foreach (var command in commands)
            reaction.Later(command);
        return Task.CompletedTask;
    }

    private static NpgsqlParameter Of<T>(T value) where T : notnull => new NpgsqlParameter<T> { TypedValue = value };

    private static NpgsqlParameter Of(DateTimeOffset value) => new NpgsqlParameter<DateTimeOffset> { TypedValue = value.ToUniversalTime() };

    private static NpgsqlParameter OrNull(object? value, NpgsqlDbType type) => new()
    {
        Value = value switch { null => DBNull.Value, DateTimeOffset at => at.ToUniversalTime(), _ => value },
        NpgsqlDbType = type,
    };
}
