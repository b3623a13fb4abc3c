using System.Text.Json;
using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Holders;
using Desk.Routing.Priorities;
using Desk.Routing.Shifts;
using Desk.Routing.Triage;
using Npgsql;

namespace Desk.Routing.SetUp;

/// <summary>A document of the set-up, and its version.</summary>
internal readonly record struct StoredDocument(string Json, long Version);

internal sealed record DocumentVersion(long Version, DateTimeOffset At, string By);

/// <summary>A ticket as it came in, and what it is now.</summary>
internal sealed record PastTicket(string Number, Contact Contact, IReadOnlyDictionary<string, string?> Is);

/// <summary>Documents and agents, as rows.</summary>
internal sealed class SetUpStore(NpgsqlDataSource database)
{
    /// <summary>The whole set-up in one round trip.</summary>
    public async Task<DeskSetUp> LoadAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("select version from setup_version"));
        batch.BatchCommands.Add(new("select distinct on (kind) kind, version, document::text from setup_document where kind <> 'calendars' order by kind, version desc"));
        batch.BatchCommands.Add(new("select version, document::text from setup_document where kind = 'calendars' order by version"));
        batch.BatchCommands.Add(new("select id, email, name, role, active, presence, teams, skills::text, capacity::text from agent order by name, id"));
        batch.BatchCommands.Add(new("""
            select absence.id, agent.email, first_day, last_day, reason, (select email from agent other where other.id = substitute_id)
            from absence join agent on agent.id = absence.agent_id where last_day > current_date - 400 order by first_day, absence.id
            """));
        batch.BatchCommands.Add(new("select rotation, day, agent.email from swap join agent on agent.id = swap.agent_id order by day"));
        batch.BatchCommands.Add(new("select trigger from trigger_stop where resumed_at is null"));
        await using var rows = await batch.ExecuteReaderAsync(cancellation);

        await rows.ReadAsync(cancellation);
        var version = rows.GetInt64(0);
        await rows.NextResultAsync(cancellation);

        var documents = new Dictionary<string, string>();
        var triggersVersion = 0L;
        while (await rows.ReadAsync(cancellation))
        {
            documents[rows.GetString(0)] = rows.GetString(2);
            if (rows.GetString(0) == "triggers")
                triggersVersion = rows.GetInt64(1);
        }
        await rows.NextResultAsync(cancellation);

        var calendars = new Dictionary<(string, long), Calendar>();
        var calendarsVersion = 0L;
        while (await rows.ReadAsync(cancellation))
        {
            calendarsVersion = rows.GetInt64(0);
            foreach (var spec in JsonSerializer.Deserialize(rows.GetString(1), RoutingJson.Plain.ListedCalendarSpec)!.Items)
                calendars[(spec.Key!, calendarsVersion)] = spec.Build().Calendar!;
        }
        await rows.NextResultAsync(cancellation);

        var agents = new List<Agent>();
        while (await rows.ReadAsync(cancellation))
        {
            agents.Add(new Agent(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), Words.Read<Role>(rows.GetString(3)) ?? Role.Agent, rows.GetBoolean(4),
                Words.Read<Presence>(rows.GetString(5)) ?? Presence.Away, rows.GetFieldValue<string[]>(6),
                LevelsOf(rows.GetString(7)), LevelsOf(rows.GetString(8))));
        }

        await rows.NextResultAsync(cancellation);

        var absences = new List<Absence>();
        while (await rows.ReadAsync(cancellation))
        {
            absences.Add(new Absence(
                rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<DateOnly>(2), rows.GetFieldValue<DateOnly>(3), rows.IsDBNull(4) ? null : rows.GetString(4),
                rows.IsDBNull(5) ? null : rows.GetString(5)));
        }
        await rows.NextResultAsync(cancellation);

        var swaps = new List<Swap>();
        while (await rows.ReadAsync(cancellation))
            swaps.Add(new Swap(rows.GetString(0), rows.GetFieldValue<DateOnly>(1), rows.GetString(2)));
        await rows.NextResultAsync(cancellation);

        var stopped = new HashSet<string>();
        while (await rows.ReadAsync(cancellation))
            stopped.Add(rows.GetString(0));

        return new DeskSetUp
        {
            Version = version,
            CalendarsVersion = calendarsVersion,
            Teams = JsonSerializer.Deserialize(documents["teams"], RoutingJson.Plain.ListedTeam)!.Items,
            Categories = JsonSerializer.Deserialize(documents["categories"], RoutingJson.Plain.ListedCategory)!.Items,
            Agreements = JsonSerializer.Deserialize(documents["agreements"], RoutingJson.Plain.ListedAgreementSpec)!.Items,
            Rules = [.. JsonSerializer.Deserialize(documents["rules"], RoutingJson.Plain.ListedRule)!.Items.Select(rule => new CompiledRule(rule))],
            Matrix = JsonSerializer.Deserialize(documents["matrix"], RoutingJson.Plain.MatrixDocument) is { } matrix ? new Matrix(matrix.Cells, matrix.Vip) : throw new JsonException("The matrix is null."),
            Agents = agents,
            Duties = new DutyPlan(
                JsonSerializer.Deserialize(documents["shifts"], RoutingJson.Plain.ListedShift)!.Items,
                JsonSerializer.Deserialize(documents["rotations"], RoutingJson.Plain.ListedRotation)!.Items, absences, swaps,
                calendars.Where(calendar => calendar.Key.Item2 == calendarsVersion).ToDictionary(calendar => calendar.Key.Item1, calendar => calendar.Value)),
            Skills = JsonSerializer.Deserialize(documents["skills"], RoutingJson.Plain.ListedSkill)!.Items,
            Calendars = calendars,
            Triggers = [.. JsonSerializer.Deserialize(documents["triggers"], RoutingJson.Plain.ListedTrigger)!.Items.Where(trigger => !trigger.Off && !stopped.Contains(trigger.Key))],
            TriggersVersion = triggersVersion,
            Checklists = JsonSerializer.Deserialize(documents["checklists"], RoutingJson.Plain.ListedChecklistSpec)!.Items,
        };
    }

    /// <summary>Every version of a document, the newest first.</summary>
    public async Task<IReadOnlyList<DocumentVersion>> VersionsAsync(string kind, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select version, changed_at, changed_by from setup_document where kind = $1 order by version desc limit $2");
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = most });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var versions = new List<DocumentVersion>();
        while (await rows.ReadAsync(cancellation))
            versions.Add(new DocumentVersion(rows.GetInt64(0), rows.GetFieldValue<DateTimeOffset>(1), rows.GetString(2)));
        return versions;
    }

    /// <summary>A document as it was; null when it never had that version.</summary>
    public async Task<string?> ReadAsync(string kind, long version, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select document::text from setup_document where kind = $1 and version = $2");
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = version });
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>The latest contacts, as far as triage looked at them, and what they are now.</summary>
    public async Task<IReadOnlyList<PastTicket>> PastAsync(int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select number, channel, requester_email, organisation, words, type, category, impact, urgency, team from work_item order by registered_at desc limit $1");
        command.Parameters.Add(new() { Value = most });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var past = new List<PastTicket>();
        while (await rows.ReadAsync(cancellation))
        {
            past.Add(new PastTicket(
                rows.GetString(0), new Contact(Words.Read<Channel>(rows.GetString(1)) ?? Channel.Web, rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetString(3), rows.GetString(4), ""),
                new Dictionary<string, string?>
                {
                    ["type"] = rows.GetString(5),
                    ["category"] = rows.IsDBNull(6) ? null : rows.GetString(6),
                    ["impact"] = rows.GetString(7),
                    ["urgency"] = rows.GetString(8),
                    ["team"] = rows.IsDBNull(9) ? null : rows.GetString(9),
                }));
        }
        return past;
    }

    public async Task<long> VersionAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select version from setup_version");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<StoredDocument> ReadAsync(string kind, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select document::text, version from setup_document where kind = $1 order by version desc limit 1");
        command.Parameters.Add(new() { Value = kind });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        await rows.ReadAsync(cancellation);
        return new StoredDocument(rows.GetString(0), rows.GetInt64(1));
    }

    /// <summary>
    /// Puts a document in force, if the one before it is still the version given. Promises hang on calendars and agreements, and patience with
    /// holders on teams: a change of those wakes every open ticket, so that each is looked at anew. Null when somebody else was first.
    /// </summary>
    public async Task<long?> WriteAsync(string kind, string document, long? expected, string by, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // The one row is the lock: two who change the set-up at once go one after the other.
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        batch.BatchCommands.Add(new("""
            insert into setup_document (kind, version, document, changed_at, changed_by)
            select $1, max(version) + 1, $2::json, $4, $5 from setup_document where kind = $1 having $3::bigint is null or max(version) = $3
            returning version
            """)
        {
            Parameters =
            {
                new() { Value = kind }, new() { Value = document }, new() { Value = (object?)expected ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
                new() { Value = now }, new() { Value = by },
            },
        });
        if (kind is "calendars" or "agreements" or "teams")
        {
            batch.BatchCommands.Add(new("update work_item set wake_at = $1 where status in ('new', 'open', 'waiting')")
            { Parameters = { new() { Value = now } } });
        }
        if (kind == "triggers")
            batch.BatchCommands.Add(WakeForTriggers(now));
        if (await batch.ExecuteScalarAsync(cancellation) is not long version)
            return null;
        await transaction.CommitAsync(cancellation);
        return version;
    }

    /// <summary>
    /// A trigger may have its time come on any ticket that is not closed. Not at once: a watcher that still remembers the triggers as they were would
    /// find nothing to do, and let the ticket lie.
    /// </summary>
    public static NpgsqlBatchCommand WakeForTriggers(DateTimeOffset now) => new("update work_item set wake_at = least(wake_at, $1) where status <> 'closed'")
    { Parameters = { new() { Value = now + SetUpCache.SeenEverywhere } } };

    /// <summary>Sets what is asked for; null leaves it. What is handed back is woken, to be handed on. False when there is no such agent.</summary>
    public async Task<bool> WriteAgentAsync(Guid id, AgentRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        var (presence, teams) = (request.Presence, request.Teams);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("""
            update agent set presence = coalesce($2, presence), teams = coalesce($3, teams), skills = coalesce($4, skills), capacity = coalesce($5, capacity) where id = $1
            """)
        {
            Parameters =
            {
                new() { Value = id },
                new() { Value = (object?)presence?.ToWord() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = (object?)teams?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text },
                Levels(request.Skills),
                Levels(request.Capacity),
            },
        });
        if (presence == Presence.HandBack)
        {
            batch.BatchCommands.Add(new("update work_item set wake_at = $2 where assignee_id = $1 and status in ('new', 'open', 'waiting')")
            { Parameters = { new() { Value = id }, new() { Value = now + SetUpCache.SeenEverywhere } } });
        }
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        await batch.ExecuteNonQueryAsync(cancellation);
        return batch.BatchCommands[0].RecordsAffected > 0;
    }

    private static NpgsqlParameter Levels(IReadOnlyDictionary<string, int>? levels) => new()
    {
        Value = levels is null ? DBNull.Value : JsonSerializer.Serialize(levels, RoutingJson.Plain.IReadOnlyDictionaryStringInt32),
        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb,
    };

    private static IReadOnlyDictionary<string, int> LevelsOf(string json) => JsonSerializer.Deserialize(json, RoutingJson.Plain.IReadOnlyDictionaryStringInt32)!;

    /// <summary>
    /// The account as an agent. Teams are only given to one who is new here. When a holder leaves, the tickets they hold are woken, to be handed on.
    /// An older word on the account than the one known changes nothing.
    /// </summary>
    public static async Task WriteAccountAsync(
        NpgsqlTransaction transaction, AccountChanged account, IReadOnlyList<string> teams, DateTimeOffset now, CancellationToken cancellation)
    {
        var active = account.Active && account.Role != Role.Requester;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new("""
            insert into agent (id, email, name, role, active, teams, changed_at)
            select $1, $2, $3, $4, $5, $6, $7 where $5 or exists (select from agent where id = $1)
            on conflict (id) do update set email = excluded.email, name = excluded.name, role = excluded.role, active = excluded.active, changed_at = excluded.changed_at
            where agent.changed_at <= excluded.changed_at
            """)
        {
            Parameters =
            {
                new() { Value = account.AccountId }, new() { Value = account.Email }, new() { Value = account.Name }, new() { Value = account.Role.ToWord() },
                new() { Value = active }, new() { Value = teams.ToArray() }, new() { Value = account.At.ToUniversalTime() },
            },
        });
        if (!active)
        {
            // Not at once: a watcher that still remembers the account as open would find all well and let the ticket lie.
            batch.BatchCommands.Add(new("update work_item set wake_at = $2 where assignee_id = $1 and status in ('new', 'open', 'waiting')")
            { Parameters = { new() { Value = account.AccountId }, new() { Value = now + SetUpCache.SeenEverywhere } } });
        }
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
