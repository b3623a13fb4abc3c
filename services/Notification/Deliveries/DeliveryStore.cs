using System.Diagnostics;
using System.Text.Json;
using Desk.Messaging;
using Desk.Notification.Letters;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Notification.Deliveries;

internal sealed class DeliveryStore(Outbox outbox, TimeProvider clock)
{
    private const string Columns =
        "id, ticket_id, number, message_id, kind, automatic, recipient, cc, language, facts, mail_id, mail_message_id, in_reply_to, refs, tries, created_at, traceparent, "
        + "(select ticket.team from ticket where ticket.id = delivery.ticket_id)";

    /// <summary>In the receiver's own language, if they chose one.</summary>
    public async Task AddAsync(NpgsqlTransaction transaction, Delivery delivery, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into delivery (
                id, ticket_id, number, message_id, kind, automatic, recipient, cc, language, facts, mail_id, mail_message_id, in_reply_to, refs, due_at,
                created_at, traceparent)
            values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce((select preference.language from preference where email = lower($7)), $9), $10, $11, $12, $13, $14,
                $15, $15, $16)
            on conflict (mail_message_id) do nothing
            """, transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = delivery.Id },
                new() { Value = (object?)delivery.TicketId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                Text(delivery.Number),
                new() { Value = (object?)delivery.MessageId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = delivery.Kind },
                new() { Value = delivery.Automatic },
                new() { Value = delivery.Recipient },
                new() { Value = delivery.Cc.ToArray() },
                new() { Value = delivery.Language },
                new() { Value = JsonSerializer.Serialize(delivery.Facts, FactsJson.Default.Facts), NpgsqlDbType = NpgsqlDbType.Json },
                new() { Value = delivery.MailId },
                new() { Value = delivery.MailMessageId },
                Text(delivery.InReplyTo),
                new() { Value = delivery.References.ToArray() },
                new() { Value = clock.GetUtcNow() },
                Text(delivery.Traceparent ?? Activity.Current?.Id),
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Those due, locked until the transaction ends: a process that dies in between gives them back at once.</summary>
    public async Task<List<Delivery>> TakeDueAsync(NpgsqlTransaction transaction, int most, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from delivery where state = 'pending' and due_at <= $1 order by due_at limit $2 for update skip locked",
            transaction.Connection, transaction)
        { Parameters = { new() { Value = clock.GetUtcNow() }, new() { Value = most } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var due = new List<Delivery>();
        while (await row.ReadAsync(cancellation))
            due.Add(Read(row));
        return due;
    }

    /// <summary>What came of the tries, and what the others hear of it, in one round trip.</summary>
    public async Task RecordAsync(NpgsqlTransaction transaction, IReadOnlyCollection<Outcome> outcomes, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var sent = outcomes.Where(outcome => outcome.Sent).ToList();
        if (sent.Count > 0)
        {
            batch.BatchCommands.Add(new(
                """
                update delivery set state = 'sent', sent_at = one.at, tries = tries + 1, reason = one.remark,
                    facts = case when kind = 'link' then '{}' else facts end -- a sign-in link is kept no longer than it must
                from unnest($1, $2, $3) as one (delivery, at, remark) where id = one.delivery
                """)
            {
                Parameters =
                {
                    new() { Value = sent.Select(outcome => outcome.Delivery.Id).ToArray() },
                    new() { Value = sent.Select(outcome => outcome.At).ToArray() },
                    new() { Value = sent.Select(outcome => outcome.Reason).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            });
        }
        if (sent.Where(outcome => outcome.Delivery.Facts.Files is { Count: > 0 }).Select(outcome => outcome.Delivery.MessageId!.Value).ToArray() is { Length: > 0 } carried)
            batch.BatchCommands.Add(new("delete from reply_file where message_id = any($1)") { Parameters = { new() { Value = carried } } });
        foreach (var failed in outcomes.Where(outcome => !outcome.Sent))
        {
            batch.BatchCommands.Add(new("update delivery set state = $2, due_at = coalesce($3, due_at), tries = tries + 1, reason = $4 where id = $1")
            {
                Parameters =
                {
                    new() { Value = failed.Delivery.Id },
                    new() { Value = failed.AgainAt is null ? "failed" : "pending" },
                    new() { Value = (object?)failed.AgainAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                    Text(failed.Reason),
                },
            });
        }
        var current = Activity.Current;
        foreach (var outcome in outcomes)
        {
            // The trace of each ticket goes on in what is said of it, though many deliveries share this transaction.
            Activity.Current = outcome.Span ?? current;
            var about = outcome.Delivery.TicketId ?? outcome.Delivery.Id;
            batch.BatchCommands.Add(outcome.Sent ? outbox.Say(about, outcome.Delivered()) : outbox.Say(about, outcome.Failed()));
        }
        Activity.Current = current;
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The mail that a bounce is about: by its id if the bounce named one, else the last that went to that address about the ticket.</summary>
    public async Task<Delivery?> FindBouncedAsync(
        NpgsqlTransaction transaction, Guid? mail, Guid? ticket, string address, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Columns} from delivery
            where (mail_id = $1 or message_id = $1 or ($1 is null and ticket_id = $2)) and (lower(recipient) = lower($3) or $3 = any (cc))
              and ($2 is null or ticket_id = $2)
            order by created_at desc limit 1 for update
            """, transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = (object?)mail ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = (object?)ticket ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = address },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    /// <summary>What a new mail about the ticket answers to: the last one sent about it, after all before it.</summary>
    public async Task<IReadOnlyList<string>> ThreadAsync(NpgsqlTransaction transaction, Guid ticket, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(refs, '{}') || case when mail_message_id is null then '{}' else array[mail_message_id] end
                || array(select d.mail_message_id from delivery d where d.ticket_id = $1 and d.kind <> 'link' order by d.created_at desc limit 1)
            from ticket where id = $1
            """, transaction.Connection, transaction)
        { Parameters = { new() { Value = ticket } } };
        return await command.ExecuteScalarAsync(cancellation) is string[] thread ? thread : [];
    }

    private static Delivery Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3),
        row.GetString(4), row.GetBoolean(5), row.GetString(6), row.GetFieldValue<string[]>(7), row.GetString(8),
        JsonSerializer.Deserialize(row.GetString(9), FactsJson.Default.Facts)!, row.GetGuid(10), row.GetString(11),
        row.IsDBNull(12) ? null : row.GetString(12), row.IsDBNull(13) ? [] : row.GetFieldValue<string[]>(13), row.GetInt32(14),
        row.GetFieldValue<DateTimeOffset>(15), row.IsDBNull(16) ? null : row.GetString(16))
    {
        Team = row.IsDBNull(17) ? null : row.GetString(17),
    };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
