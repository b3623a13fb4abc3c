using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>Who takes part in a ticket: its requester and those copied in. They see it and may answer in it.</summary>
internal static class Participants
{
    /// <summary>Their addresses in normal form, the requester's first.</summary>
    public static Task<IReadOnlyList<string>> OfAsync(NpgsqlTransaction transaction, Guid ticketId, CancellationToken cancellation) => ReadAsync(transaction, """
        select person.email from ticket join person on person.id = ticket.requester_id where ticket.id = $1
        union all
        (select email from participant where ticket_id = $1 order by email)
        """, ticketId, cancellation);

    /// <summary>The requesters of the tickets that were merged into this one.</summary>
    public static Task<IReadOnlyList<string>> RequestersMergedInAsync(NpgsqlTransaction transaction, Guid ticketId, CancellationToken cancellation) => ReadAsync(transaction,
        "select distinct person.email from ticket merged join person on person.id = merged.requester_id where merged.merged_into = $1 order by 1", ticketId, cancellation);

    /// <summary>Addresses must be in normal form. Who came along with a merged ticket takes part for their own sake from now on.</summary>
    public static NpgsqlBatchCommand Add(Guid ticketId, IReadOnlyList<string> addresses) => new("""
        insert into participant (ticket_id, email) select distinct $1, unnest($2) on conflict (ticket_id, email) do update set from_ticket = null where participant.from_ticket is not null
        """)
    { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticketId }, new NpgsqlParameter<string[]> { TypedValue = [.. addresses] } } };

    private static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlTransaction transaction, string query, Guid ticketId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(query, transaction.Connection, transaction) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticketId } } };
        var addresses = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            addresses.Add(reader.GetString(0));
        return addresses;
    }
}
