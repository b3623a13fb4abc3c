using System.Text.Json;
using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Automation;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Routing.Work;

/// <summary>
/// Tickets as rows. Whoever changes one first locks its row (<see cref="LockAsync(NpgsqlTransaction, Guid, CancellationToken)"/>), so that changes
/// of a ticket come one after the other and each sees the one before.
/// </summary>
internal sealed class WorkStore(NpgsqlDataSource database, Outbox outbox)
{
    private const int MostWordsKept = 4000;

    public Task<Dossier?> LockAsync(NpgsqlTransaction transaction, Guid ticketId, CancellationToken cancellation)
        => ReadAsync(transaction.Connection!, transaction, "ticket_id", ticketId, " for update", cancellation);

    public Task<Dossier?> LockAsync(NpgsqlTransaction transaction, string number, CancellationToken cancellation)
        => ReadAsync(transaction.Connection!, transaction, "number", number, " for update", cancellation);

    /// <summary>As it is now, without a lock: to show, not to change.</summary>
    public async Task<Dossier?> FindAsync(string number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, null, "number", number, "", cancellation);
    }

    /// <summary>Locks these tickets, in the order of their ids; key is the column that the values are of. What is not there is left out.</summary>
    public async Task<IReadOnlyList<Dossier>> LockAllAsync(NpgsqlTransaction transaction, string key, Array values, CancellationToken cancellation)
    {
        if (values.Length == 0)
            return [];
        await using var command = new NpgsqlCommand(
            $"select ticket_id, version, words from work_item where {key} = any($1) order by ticket_id for update", transaction.Connection, transaction)
        { Parameters = { new() { Value = values } } };
        return [.. (await DossiersAsync(command, cancellation)).Select(ticket => ticket.Dossier)];
    }

    /// <summary>Locks some tickets that are due to be looked at, passing over those that somebody else holds.</summary>
    public async Task<IReadOnlyList<(Guid TicketId, Dossier Dossier)>> LockDueAsync(
        NpgsqlTransaction transaction, DateTimeOffset now, int most, CancellationToken cancellation)
    {
        await using var due = new NpgsqlCommand(
            "select ticket_id, version, words from work_item where wake_at <= $1 order by wake_at limit $2 for update skip locked", transaction.Connection, transaction)
        { Parameters = { new() { Value = now }, new() { Value = most } } };
        return await DossiersAsync(due, cancellation);
    }

    /// <summary>The latest to be registered, as they are now: to look at, not to change.</summary>
    public async Task<IReadOnlyList<Dossier>> LatestAsync(int most, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var latest = new NpgsqlCommand("select ticket_id, version, words from work_item order by registered_at desc limit $1", connection) { Parameters = { new() { Value = most } } };
        return [.. (await DossiersAsync(latest, cancellation)).Select(ticket => ticket.Dossier)];
    }

    /// <summary>The facts are read by a statement of their own: it sees what was committed by whoever held the locks before.</summary>
    private static async Task<IReadOnlyList<(Guid TicketId, Dossier Dossier)>> DossiersAsync(NpgsqlCommand locking, CancellationToken cancellation)
    {
        var versions = new List<(Guid Id, long Version, string Words)>();
        await using (var rows = await locking.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                versions.Add((rows.GetGuid(0), rows.GetInt64(1), rows.GetString(2)));
        }
        if (versions.Count == 0)
            return [];

        var facts = versions.ToDictionary(ticket => ticket.Id, _ => new List<Fact>());
        await using var read = new NpgsqlCommand(
            "select ticket_id, fact::text from timeline where ticket_id = any($1) order by ticket_id, seq", locking.Connection, locking.Transaction)
        { Parameters = { new() { Value = versions.ConvertAll(ticket => ticket.Id) } } };
        await using (var rows = await read.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                facts[rows.GetGuid(0)].Add(FactOf(rows.GetString(1)));
        }
        return [.. versions.Select(ticket => (ticket.Id, new Dossier(ticket.Version, facts[ticket.Id]) { Words = ticket.Words }))];
    }

    /// <summary>Some that seek a holder in these teams, those whose promises press most first.</summary>
    public async Task<IReadOnlyList<(Guid TicketId, string Team, Seeking Ticket)>> SeekingAsync(string[] teams, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select ticket_id, team, category, channel, registered_at from work_item where seeks and team = any($1) order by promise_at limit $2");
        command.Parameters.Add(new() { Value = teams });
        command.Parameters.Add(new() { Value = most });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var seeking = new List<(Guid, string, Seeking)>();
        while (await rows.ReadAsync(cancellation))
        {
            seeking.Add((rows.GetGuid(0), rows.GetString(1), new Seeking(
                rows.IsDBNull(2) ? null : rows.GetString(2), Words.Read<Channel>(rows.GetString(3)) ?? Channel.Web, rows.GetFieldValue<DateTimeOffset>(4))));
        }
        return seeking;
    }

    /// <summary>Who had the latest ticket of this requester that anybody had.</summary>
    public static async Task<Guid?> HelperAsync(NpgsqlTransaction transaction, string requester, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select assignee_id from work_item where requester_email = $1 and assignee_id is not null order by registered_at desc limit 1",
            transaction.Connection, transaction)
        { Parameters = { new() { Value = requester } } };
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

    /// <summary>
    /// Locks what an agent should do next: of what is theirs and not begun, and what nobody of their teams holds, the one whose promises press most.
    /// What somebody else is just taking is passed over.
    /// </summary>
    public async Task<Dossier?> LockNextAsync(NpgsqlTransaction transaction, Agent agent, DeskSetUp desk, DateTimeOffset now, CancellationToken cancellation)
    {
        var teams = desk.Teams.Where(team => agent.IsOf(team.Key)).ToList();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new("""
            select ticket_id, promise_at from work_item where assignee_id = $1 and status = 'new'
            order by promise_at, registered_at limit 1 for update skip locked
            """)
        { Parameters = { new() { Value = agent.Id } } });
        batch.BatchCommands.Add(new("""
            select ticket_id, promise_at
            from work_item join unnest($1, $2) as mine (team, anybody_from) using (team)
            where assignee_id is null and status in ('new', 'open') and (category is null or category <> all($3) or registered_at <= anybody_from)
            order by promise_at, registered_at limit 1 for update of work_item skip locked
            """)
        {
            Parameters =
            {
                new() { Value = teams.Select(team => team.Key).ToArray() },
                new() { Value = teams.Select(team => team.SkillForMinutes is { } minutes ? now.AddMinutes(-minutes) : DateTimeOffset.MaxValue.AddYears(-1)).ToArray() },
                new() { Value = desk.Categories.Where(category => !Choice.MayTake(desk, agent, category.Key)).Select(category => category.Key).ToArray() },
            },
        });
        var found = new List<(Guid Id, DateTimeOffset? KeepBy)>();
        await using (var rows = await batch.ExecuteReaderAsync(cancellation))
        {
            do
            {
                while (await rows.ReadAsync(cancellation))
                    found.Add((rows.GetGuid(0), rows.IsDBNull(1) ? null : rows.GetFieldValue<DateTimeOffset>(1)));
            }
            while (await rows.NextResultAsync(cancellation));
        }
        return found.Count == 0 ? null : await LockAsync(transaction, found.MinBy(ticket => ticket.KeepBy ?? DateTimeOffset.MaxValue).Id, cancellation);
    }

    /// <summary>What registers and triages: the row, the timeline and the events.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Insert(Outcome outcome, string words)
    {
        var item = outcome.After.Item;
        var insert = new NpgsqlBatchCommand("""
            insert into work_item (ticket_id, version, status, waiting_for, type, category, impact, urgency, priority, team, assignee_id, updated_at, next_step,
                next_step_at, wake_at, seeks, promise_at, silent_at, number, requester_email, organisation, channel, registered_at, words)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
            """);
        AddState(insert.Parameters, outcome);
        foreach (var value in (object?[])[item.Number, item.RequesterEmail, item.Organisation, item.Channel.ToWord(), item.RegisteredAt,
            words.Length > MostWordsKept ? words[..MostWordsKept] : words])
        {
            insert.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }
        return [insert, .. Told(outcome), .. outcome.Events.Select(happened => Say(item.TicketId, happened))];
    }

    /// <summary>As <see cref="Insert"/>, or as a change when words is null, of history: what it leads to is said in one event in place of its own.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Import(Outcome outcome, string? words, WorkImported said)
    {
        outcome = outcome with { Events = [] };
        var commands = new List<NpgsqlBatchCommand>();
        if (words is null)
        {
            commands.AddRange(Change(outcome));
        }
        else
        {
            commands.AddRange(Insert(outcome, words));
            if (outcome.Facts.Any(fact => fact is Resolved))
                commands.Add(Lesson(outcome.After.Item.TicketId));
            if (outcome.Fulfilled.Count > 0)
                commands.Add(Fulfil(outcome));
        }
        commands.Add(outbox.Say(outcome.After.Item.TicketId, said));
        return commands;
    }

    /// <summary>Adds what a change leads to, to go with others in one round trip.</summary>
    public void Add(NpgsqlBatch batch, Outcome outcome, bool withEvents = true)
    {
        foreach (var command in Change(outcome, withEvents))
            batch.BatchCommands.Add(command);
    }

    private IEnumerable<NpgsqlBatchCommand> Change(Outcome outcome, bool withEvents = true)
    {
        var item = outcome.After.Item;
        var update = new NpgsqlBatchCommand("""
            update work_item set version = $2, status = $3, waiting_for = $4, type = $5, category = $6, impact = $7, urgency = $8, priority = $9, team = $10,
                assignee_id = $11, updated_at = $12, next_step = $13, next_step_at = $14, wake_at = $15, seeks = $16, promise_at = $17,
                silent_at = $18, stuck_at = null
            where ticket_id = $1
            """);
        AddState(update.Parameters, outcome);
        yield return update;
        foreach (var command in outcome.Facts.Count > 0 ? Told(outcome) : [])
            yield return command;
        if (outcome.Facts.Any(fact => fact is Resolved || (fact is Reclassified && item.Status == TicketStatus.Resolved)))
        {
            yield return Lesson(item.TicketId);
        }
        if (outcome.Fulfilled.Count > 0)
            yield return Fulfil(outcome);
        foreach (var ask in outcome.Facts.OfType<AskedIn>())
        {
            yield return new("insert into ask (id, ticket_id, number, team, agent_id, question, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            {
                Parameters =
                {
                    new() { Value = ask.AskId }, new() { Value = item.TicketId }, new() { Value = item.Number },
                    new() { Value = (object?)ask.Team ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = (object?)ask.AgentId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                    new() { Value = ask.Question }, new() { Value = ask.By.Name ?? "" }, new() { Value = ask.At },
                },
            };
        }
        foreach (var answer in outcome.Facts.OfType<AskAnswered>())
            yield return new("update ask set answered_at = $2 where id = $1") { Parameters = { new() { Value = answer.AskId }, new() { Value = answer.At } } };
        // Nobody is asked about what is over.
        if (!item.IsOpen && outcome.Before.Item is { IsOpen: true, Asks.Count: > 0 })
            yield return new("update ask set answered_at = $2 where ticket_id = $1 and answered_at is null") { Parameters = { new() { Value = item.TicketId }, new() { Value = item.UpdatedAt } } };
        if (withEvents)
        {
            foreach (var happened in outcome.Events)
                yield return Say(item.TicketId, happened);
        }
    }

    /// <summary>The promises that were fulfilled, for the pace of the desk.</summary>
    private static NpgsqlBatchCommand Fulfil(Outcome outcome)
    {
        var (item, clocks) = (outcome.After.Item, outcome.Fulfilled);
        return new("""
            insert into fulfilled (ticket_id, target, round, team, priority, promise_seconds, used_seconds, met_at)
            select $1, target, round, $2, $3, promise, used, met from unnest($4, $5, $6, $7, $8) as given (target, round, promise, used, met)
            on conflict (ticket_id, target, round) do update set used_seconds = excluded.used_seconds, promise_seconds = excluded.promise_seconds, met_at = excluded.met_at
            """)
        {
            Parameters =
            {
                new() { Value = item.TicketId }, new() { Value = (object?)item.Team ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = (short)item.Priority },
                new() { Value = clocks.Select(clock => clock.Target.ToWord()).ToArray() }, new() { Value = clocks.Select(clock => clock.Number).ToArray() },
                new() { Value = clocks.Select(clock => clock.Promise.TotalSeconds).ToArray() },
                new() { Value = clocks.Select(clock => clock.Worked(clock.MetAt!.Value).TotalSeconds).ToArray() },
                new() { Value = clocks.Select(clock => clock.MetAt!.Value.ToUniversalTime()).ToArray() },
            },
        };
    }

    private static NpgsqlBatchCommand Lesson(Guid ticketId) => new("""
        insert into lesson (ticket_id, category, words)
        select ticket_id, category, words from work_item where ticket_id = $1 and category is not null and category <> 'other' and words <> ''
        on conflict (ticket_id) do update set id = default, category = excluded.category, learned_at = now()
        """)
    { Parameters = { new() { Value = ticketId } } };

    public async Task SaveAsync(NpgsqlTransaction transaction, Outcome outcome, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        Add(batch, outcome);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>As <see cref="SaveAsync"/>; the echo comes when Intake has the change. Null when nothing was said.</summary>
    public async Task<Echo?> SaveAndAwaitAsync(NpgsqlTransaction transaction, Outcome outcome, CancellationToken cancellation)
    {
        await using (var batch = new NpgsqlBatch(transaction.Connection, transaction))
        {
            Add(batch, outcome, withEvents: false);
            // Every event of a change carries the same snapshot: the echo of the first is enough.
            foreach (var happened in outcome.Events.Skip(1))
                batch.BatchCommands.Add(Say(outcome.After.Item.TicketId, happened));
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        return outcome.Events.Count == 0 ? null : await SayAndAwaitAsync(transaction, outcome.After.Item.TicketId, outcome.Events[0], cancellation);
    }

    private static async Task<Dossier?> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string key, object value, string locking, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new($"select version, words from work_item where {key} = $1{locking}") { Parameters = { new() { Value = value } } });
        // A statement of its own: it sees what was committed by whoever held the lock before.
        batch.BatchCommands.Add(new($"select fact::text from timeline where ticket_id = (select ticket_id from work_item where {key} = $1) order by seq")
        { Parameters = { new() { Value = value } } });
        await using var rows = await batch.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
            return null;
        var (version, words) = (rows.GetInt64(0), rows.GetString(1));
        await rows.NextResultAsync(cancellation);
        var facts = new List<Fact>();
        while (await rows.ReadAsync(cancellation))
            facts.Add(FactOf(rows.GetString(0)));
        return new Dossier(version, facts) { Words = words };
    }

    private static Fact FactOf(string json) => JsonSerializer.Deserialize(json, RoutingJson.Plain.Fact)!;

    private static void AddState(NpgsqlParameterCollection parameters, Outcome outcome)
    {
        var item = outcome.After.Item;
        foreach (var value in (object?[])[item.TicketId, outcome.After.Version, item.Status.ToWord(), item.WaitingFor?.ToWord(), item.Type.ToWord(),
            item.Category, item.Impact.ToWord(), item.Urgency.ToWord(), (short)item.Priority, item.Team])
        {
            parameters.Add(new() { Value = value ?? DBNull.Value });
        }
        parameters.Add(new() { Value = (object?)item.AssigneeId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = item.UpdatedAt });
        parameters.Add(new() { Value = (object?)outcome.Next.Code ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        parameters.Add(new() { Value = (object?)outcome.Next.At ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = (object?)outcome.WakeAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = item is { Seeks: true, IsOpen: true, AssigneeId: null } });
        parameters.Add(new() { Value = (object?)outcome.Work.KeepBy ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        parameters.Add(new() { Value = (object?)outcome.SilentAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
    }

    private static IEnumerable<NpgsqlBatchCommand> Told(Outcome outcome)
    {
        var (facts, first) = (outcome.Facts, outcome.Before.Facts.Count);
        yield return new("""
            insert into timeline (ticket_id, seq, at, kind, fact)
            select $1, given.seq, given.at, given.fact::json ->> 'kind', given.fact::json from unnest($2, $3, $4) as given (seq, at, fact)
            """)
        {
            Parameters =
            {
                new() { Value = outcome.After.Item.TicketId },
                new() { Value = Enumerable.Range(first, facts.Count).ToArray() },
                new() { Value = facts.Select(fact => fact.At.ToUniversalTime()).ToArray() },
                new() { Value = facts.Select(fact => JsonSerializer.Serialize(fact, RoutingJson.Plain.Fact)).ToArray() },
            },
        };
        foreach (var fired in facts.OfType<Fired>())
            yield return Count(fired, outcome.After.Item);
    }

    /// <summary>Counted over all tickets: more than a trigger may, and it is stopped.</summary>
    private static NpgsqlBatchCommand Count(Fired fired, WorkItem item) => new(
        "insert into trigger_firing (trigger, ticket_id, number, at, held_back) values ($1, $2, $3, $4, $5)")
    {
        Parameters =
        {
            new() { Value = fired.Trigger }, new() { Value = item.TicketId }, new() { Value = item.Number }, new() { Value = fired.At.ToUniversalTime() },
            new() { Value = (object?)fired.HeldBack ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    private NpgsqlBatchCommand Say(Guid about, object happened) => happened switch
    {
        TicketTriaged it => outbox.Say(about, it),
        TicketReclassified it => outbox.Say(about, it),
        TicketAssigned it => outbox.Say(about, it),
        TicketEscalated it => outbox.Say(about, it),
        TicketStatusChanged it => outbox.Say(about, it),
        TicketResolved it => outbox.Say(about, it),
        TicketClosed it => outbox.Say(about, it),
        TicketMerged it => outbox.Say(about, it),
        TicketUnmerged it => outbox.Say(about, it),
        TargetMet it => outbox.Say(about, it),
        TargetAtRisk it => outbox.Say(about, it),
        TargetMissed it => outbox.Say(about, it),
        UpdateDue it => outbox.Say(about, it),
        WorkChanged it => outbox.Say(about, it),
        TriggerSpoke it => outbox.Say(about, it),
        AgentTold it => outbox.Say(about, it),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, null),
    };

    private Task<Echo> SayAndAwaitAsync(NpgsqlTransaction transaction, Guid about, object happened, CancellationToken cancellation)
    {
        return happened switch
        {
            TicketReclassified it => Await(it),
            TicketAssigned it => Await(it),
            TicketEscalated it => Await(it),
            TicketStatusChanged it => Await(it),
            TicketResolved it => Await(it),
            TicketClosed it => Await(it),
            TicketMerged it => Await(it),
            TicketUnmerged it => Await(it),
            TargetMet it => Await(it),
            TargetAtRisk it => Await(it),
            TargetMissed it => Await(it),
            UpdateDue it => Await(it),
            WorkChanged it => Await(it),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, null),
        };

        Task<Echo> Await<TEvent>(TEvent it) where TEvent : class => outbox.SayAndAwaitAsync(transaction, about, it, "intake", cancellation);
    }
}
