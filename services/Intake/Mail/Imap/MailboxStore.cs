using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake.Mail.Imap;

/// <summary>How far a mailbox has been read.</summary>
internal sealed record MailboxPlace(uint? UidValidity, uint LastUid);

/// <summary>How the reading of a mailbox goes.</summary>
internal sealed record MailboxState(
    string Name, uint? UidValidity, uint LastUid, long Taken, IReadOnlyList<long> PassedOver, DateTimeOffset? LastSuccessAt, string? LastError, DateTimeOffset? LastErrorAt);

/// <summary>
/// The SQL of polled mailboxes. Of several processes one at a time has the turn of a mailbox: a row with a time at which the turn ends, unless it is
/// renewed. Not an advisory lock, which would keep a connection to the database for each mailbox and be lost with it unseen.
/// </summary>
internal static class MailboxStore
{
    /// <summary>How long the mailbox of a process that was killed waits for another.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(60);

    /// <summary>Null while another process has the turn.</summary>
    public static async Task<MailboxPlace?> TakeTurnAsync(NpgsqlDataSource database, string name, Guid holder, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            insert into mailbox (name, holder, held_until) values ($1, $2, now() + $3)
            on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
            where mailbox.held_until < now() or mailbox.holder = excluded.holder
            returning uid_validity, last_uid
            """);
        Add(command, Text(name), Id(holder), Span(Turn));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new MailboxPlace(row.IsDBNull(0) ? null : (uint)row.GetInt64(0), (uint)row.GetInt64(1)) : null;
    }

    /// <summary>Everything up to this uid is accounted for; the turn goes on. False when another process has it by now.</summary>
    public static async Task<bool> ReachedAsync(
        NpgsqlDataSource database, string name, Guid holder, uint uidValidity, uint lastUid, int taken, IReadOnlyList<uint> passedOver, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            update mailbox set uid_validity = $3, last_uid = $4, taken = taken + $5,
                   passed_over = case when uid_validity is distinct from $3 then '{}' else passed_over end || $6,
                   last_success_at = $7, held_until = now() + $8
            where name = $1 and holder = $2
            """);
        Add(command,
            Text(name), Id(holder), new NpgsqlParameter<long> { TypedValue = uidValidity }, new NpgsqlParameter<long> { TypedValue = lastUid },
            new NpgsqlParameter<int> { TypedValue = taken }, new NpgsqlParameter<long[]> { TypedValue = [.. passedOver.Select(uid => (long)uid)] },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = at }, Span(Turn));
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    public static async Task FailedAsync(NpgsqlDataSource database, string name, string error, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update mailbox set last_error = $2, last_error_at = $3 where name = $1");
        Add(command, Text(name), Text(error), new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The turn is anybody's.</summary>
    public static async Task LeaveAsync(NpgsqlDataSource database, string name, Guid holder, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update mailbox set holder = null, held_until = '-infinity' where name = $1 and holder = $2");
        Add(command, Text(name), Id(holder));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<IReadOnlyDictionary<string, MailboxState>> ListAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select name, uid_validity, last_uid, taken, passed_over, last_success_at, last_error, last_error_at from mailbox");
        var states = new Dictionary<string, MailboxState>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            states[row.GetString(0)] = new MailboxState(
                row.GetString(0), row.IsDBNull(1) ? null : (uint)row.GetInt64(1), (uint)row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<long[]>(4),
                row.GetTimeOrNull(5), row.GetText(6), row.GetTimeOrNull(7));
        }
        return states;
    }

    private static void Add(NpgsqlCommand command, params NpgsqlParameter[] parameters) => command.Parameters.AddRange(parameters);

    private static NpgsqlParameter Text(string value) => new NpgsqlParameter<string> { TypedValue = value };

    private static NpgsqlParameter Id(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    private static NpgsqlParameter Span(TimeSpan value) => new NpgsqlParameter<TimeSpan> { NpgsqlDbType = NpgsqlDbType.Interval, TypedValue = value };
}
