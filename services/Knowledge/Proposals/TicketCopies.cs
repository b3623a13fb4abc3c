using Desk.Contracts;
using Desk.Messaging;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Knowledge.Proposals;

/// <summary>The SQL of what is kept of tickets and problems: copies, each as new as the newest event that was heard of it.</summary>
internal static class TicketCopies
{
    /// <summary>How the ticket stands now. An older word than the one that is kept changes nothing.</summary>
    public static NpgsqlBatchCommand Work(Guid ticket, Work work) => new("""
        update ticket set category = $2, status = $3, work_version = $4, merged = $5, team = $6, changed_at = clock_timestamp() where id = $1 and work_version < $4
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = ticket }, new() { Value = (object?)work.Category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter<string> { TypedValue = Word(work.Status) }, new NpgsqlParameter<long> { TypedValue = work.Version },
            new NpgsqlParameter<bool> { TypedValue = work.MergedInto is not null },
            new() { Value = (object?)work.Team ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    public static void KeepWork(Reaction reaction, Guid ticket, string number, Work work)
    {
        reaction.Later(Work(ticket, work));
        reaction.Later(
            new NpgsqlBatchCommand("select from ticket where id = $1") { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket } } },
            rows => MustBeKnown(rows, number));
    }

    /// <summary>The ticket is solved: with what, and so are the articles proven that were used on it.</summary>
    public static void KeepSolved(Reaction reaction, TicketResolved happened)
    {
        reaction.Later(Work(happened.TicketId, happened.Work));
        reaction.Later(
            new NpgsqlBatchCommand("update ticket set solved_at = $2, solution = coalesce($3, solution), gap_looked = false, changed_at = clock_timestamp() where id = $1")
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = happened.TicketId }, new NpgsqlParameter<DateTimeOffset> { TypedValue = happened.At },
                    new() { Value = (object?)happened.Solution ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                },
            },
            rows => MustBeKnown(rows, happened.Number));
        reaction.Later(OfTicket("update proposal set solved_at = $2 where ticket_id = $1 and used_at is not null and misled_at is null", happened.TicketId, happened.At));
    }

    /// <summary>The ticket came back: what was used on it did not solve it.</summary>
    public static void KeepReopened(Reaction reaction, TicketStatusChanged happened)
    {
        KeepWork(reaction, happened.TicketId, happened.Number, happened.Work);
        reaction.Later(OfTicket("update ticket set solved_at = null, changed_at = clock_timestamp() where id = $1 and solved_at <= $2", happened.TicketId, happened.At));
        reaction.Later(OfTicket("update proposal set misled_at = $2, solved_at = null where ticket_id = $1 and used_at <= $2 and misled_at is null", happened.TicketId, happened.At));
    }

    /// <summary>A ticket of another desk, as it stands after what happened to it there.</summary>
    public static NpgsqlBatchCommand KeepHistory(TicketImported happened, int mostText)
    {
        var last = happened.Events.LastOrDefault(one => one.Kind is ImportedKind.Resolved or ImportedKind.Closed or ImportedKind.Reopened);
        var solved = happened.Events.LastOrDefault(one => one.Kind == ImportedKind.Resolved);
        var solution = string.IsNullOrWhiteSpace(solved?.Text) ? happened.Events.LastOrDefault(one => one.Kind == ImportedKind.AgentMessage)?.Text : solved.Text;
        return new NpgsqlBatchCommand("""
            insert into ticket (id, number, language, subject, text, registered_at, proposed_at, category, solved_at, solution)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (id) do update set solved_at = excluded.solved_at, solution = coalesce(excluded.solution, ticket.solution), changed_at = clock_timestamp()
            """)
        {
            Parameters =
            {
                new() { Value = happened.TicketId }, new() { Value = happened.Number }, new() { Value = happened.Requester.Language },
                new() { Value = happened.Subject }, new() { Value = happened.Text[..Math.Min(happened.Text.Length, mostText)] },
                new() { Value = happened.RegisteredAt.ToUniversalTime() }, new() { Value = happened.At.ToUniversalTime() },
                new() { Value = (object?)happened.Events.LastOrDefault(one => one.Category is not null)?.Category ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new()
                {
                    Value = last is null or { Kind: ImportedKind.Reopened } || solved is null ? DBNull.Value : solved.HappenedAt.ToUniversalTime(),
                    NpgsqlDbType = NpgsqlDbType.TimestampTz,
                },
                new() { Value = (object?)solution?[..Math.Min(solution.Length, mostText)] ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
    }

    /// <summary>An article solved it there, or misled, when the ticket came back after. One that is not published here is passed over.</summary>
    public static NpgsqlBatchCommand KeepProof(TicketImported happened, ImportedEvent solved)
    {
        var back = happened.Events.FirstOrDefault(one => one.Kind is ImportedKind.Reopened && one.HappenedAt >= solved.HappenedAt);
        return new NpgsqlBatchCommand("""
            insert into proposal (ticket_id, article_id, rank, score, snippet, shown_at, opened_at, used_at, solved_at, misled_at)
            select $1, article_id, 1, 0, '', $2, $2, $2, case when $3::timestamptz is null then $2 end, $3
            from published where slug = $4 or title = $4 order by slug = $4 desc limit 1
            on conflict (ticket_id, article_id) do nothing
            """)
        {
            Parameters =
            {
                new() { Value = happened.TicketId }, new() { Value = solved.HappenedAt.ToUniversalTime() },
                new() { Value = (object?)back?.HappenedAt.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = solved.Article! },
            },
        };
    }

    public static NpgsqlBatchCommand KeepProblem(ProblemChanged happened) => new("""
            insert into problem (id, number, version, title, status, major, workaround, tickets) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (id) do update set version = excluded.version, title = excluded.title, status = excluded.status, major = excluded.major,
                workaround = excluded.workaround, tickets = excluded.tickets where problem.version < excluded.version
            """)
    {
        Parameters =
            {
                new() { Value = happened.ProblemId }, new() { Value = happened.Number }, new() { Value = happened.Version }, new() { Value = happened.Title },
                new() { Value = happened.Status }, new() { Value = happened.Major },
                new() { Value = (object?)happened.Workaround ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = happened.Tickets.ToArray() },
            },
    };

    private static NpgsqlBatchCommand OfTicket(string sql, Guid ticket, DateTimeOffset at) => new(sql)
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket }, new NpgsqlParameter<DateTimeOffset> { TypedValue = at } },
    };

    private static void MustBeKnown(ulong rows, string number)
    {
        if (rows == 0)
            throw new NotYetException($"TicketRegistered of {number}");
    }

    private static string Word(TicketStatus status) => status switch
    {
        TicketStatus.New => "new",
        TicketStatus.Open => "open",
        TicketStatus.Waiting => "waiting",
        TicketStatus.Resolved => "resolved",
        TicketStatus.Closed => "closed",
    };
}
