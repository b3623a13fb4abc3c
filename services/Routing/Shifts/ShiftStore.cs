using Npgsql;
using NpgsqlTypes;

namespace Desk.Routing.Shifts;

/// <summary>What was said when a shift was handed over.</summary>
internal sealed record HandOverNote(Guid Id, string Shift, string Words, string By, DateTimeOffset At);

/// <summary>Absences, swaps and hand-overs, as rows. Each change of who is on duty moves the set-up's version, so that every process sees it.</summary>
internal sealed class ShiftStore(NpgsqlDataSource database)
{
    public Task AddAbsencesAsync(
        Guid agent, IReadOnlyList<(Guid Id, DateOnly From, DateOnly To, string? Reason, string? Uid)> absences, Guid? substitute, string by, DateTimeOffset now,
        CancellationToken cancellation)
        => ChangeAsync(
            """
            insert into absence (id, agent_id, first_day, last_day, reason, uid, substitute_id, made_by, made_at)
            select id, $1, first_day, last_day, reason, uid, $2, $3, $4 from unnest($5, $6, $7, $8, $9) as given (id, first_day, last_day, reason, uid)
            on conflict (agent_id, uid) do update set first_day = excluded.first_day, last_day = excluded.last_day, reason = excluded.reason
            """, cancellation,
            new() { Value = agent }, new() { Value = (object?)substitute ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = by }, new() { Value = now },
            new() { Value = absences.Select(absence => absence.Id).ToArray() }, new() { Value = absences.Select(absence => absence.From).ToArray() },
            new() { Value = absences.Select(absence => absence.To).ToArray() },
            new() { Value = absences.Select(absence => absence.Reason).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new() { Value = absences.Select(absence => absence.Uid).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });

    public Task RemoveAbsenceAsync(Guid id, CancellationToken cancellation) => ChangeAsync("delete from absence where id = $1", cancellation, new NpgsqlParameter { Value = id });

    public Task SwapAsync(string rotation, DateOnly date, Guid agent, string by, DateTimeOffset now, CancellationToken cancellation) => ChangeAsync(
        """
        insert into swap (rotation, day, agent_id, made_by, made_at) values ($1, $2, $3, $4, $5)
        on conflict (rotation, day) do update set agent_id = excluded.agent_id, made_by = excluded.made_by, made_at = excluded.made_at
        """, cancellation, new() { Value = rotation }, new() { Value = date }, new() { Value = agent }, new() { Value = by }, new() { Value = now });

    public Task UnswapAsync(string rotation, DateOnly date, CancellationToken cancellation)
        => ChangeAsync("delete from swap where rotation = $1 and day = $2", cancellation, new() { Value = rotation }, new() { Value = date });

    public async Task HandOverAsync(HandOverNote note, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("insert into hand_over (id, shift, words, made_by, made_at) values ($1, $2, $3, $4, $5)");
        foreach (var value in (object[])[note.Id, note.Shift, note.Words, note.By, note.At])
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<IReadOnlyList<HandOverNote>> HandOversAsync(int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select id, shift, words, made_by, made_at from hand_over order by made_at desc limit $1");
        command.Parameters.Add(new() { Value = most });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var notes = new List<HandOverNote>();
        while (await rows.ReadAsync(cancellation))
            notes.Add(new HandOverNote(rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetFieldValue<DateTimeOffset>(4)));
        return notes;
    }

    /// <summary>The number of the link to an agent's duties that is in force; renewed, all before it are dead.</summary>
    public async Task<int> FeedAsync(Guid agent, bool renew, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(renew ? "update agent set feed = feed + 1 where id = $1 returning feed" : "select feed from agent where id = $1");
        command.Parameters.Add(new() { Value = agent });
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task ChangeAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var batch = database.CreateBatch();
        var change = new NpgsqlBatchCommand(sql);
        change.Parameters.AddRange(parameters);
        batch.BatchCommands.Add(change);
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
