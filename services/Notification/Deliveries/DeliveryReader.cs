using Npgsql;

namespace Desk.Notification.Deliveries;

/// <summary>A delivery as agents see it. MailMessageId is without angle brackets; dueAt is when a pending one is tried.</summary>
internal sealed record DeliveryView(
    Guid Id, string? Ticket, string Kind, string To, IReadOnlyList<string> Cc, string Language, string State, int Tries, string? Reason,
    string MailMessageId, DateTimeOffset CreatedAt, DateTimeOffset? DueAt, DateTimeOffset? SentAt);

/// <summary>Next is the <c>after</c> of the next page.</summary>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, Guid? Next);

/// <summary>Reads deliveries for the API. What a letter said is in the ticket's conversation, not here; a sign-in link is nowhere.</summary>
internal sealed class DeliveryReader(NpgsqlDataSource database)
{
    private const string Columns =
        """
        select id, number, kind, recipient, cc, language, state, tries, reason, mail_message_id,
            created_at, case when state = 'pending' then due_at end, sent_at
        from delivery
        """;

    public async Task<List<DeliveryView>> ListAsync(string? ticket, string? state, Guid? after, int limit, CancellationToken cancellation)
    {
        var where = new List<string>();
        await using var command = database.CreateCommand();
        void Where(string condition, object value)
        {
            command.Parameters.Add(new() { Value = value });
            where.Add($"{condition} ${command.Parameters.Count}");
        }
        if (ticket is not null)
            Where("number =", ticket);
        if (state is not null)
            Where("state =", state);
        if (after is { } last)
            Where("id <", last);
        command.CommandText = $"{Columns}{(where.Count > 0 ? " where " + string.Join(" and ", where) : "")} order by id desc limit {limit}";
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var found = new List<DeliveryView>();
        while (await row.ReadAsync(cancellation))
            found.Add(Read(row));
        return found;
    }

    public async Task<DeliveryView?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Columns + " where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    private static DeliveryView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<string[]>(4), row.GetString(5),
        row.GetString(6), row.GetInt32(7), row.IsDBNull(8) ? null : row.GetString(8), row.GetString(9), row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11), row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12));
}
