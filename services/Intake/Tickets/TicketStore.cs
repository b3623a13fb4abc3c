using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>Reads tickets as a caller sees them.</summary>
internal sealed class TicketStore(NpgsqlDataSource database)
{
    private const string Columns = """
        ticket.id, ticket.number, ticket.subject, ticket.channel, ticket.status, ticket.waiting_for, ticket.type, ticket.category, ticket.impact,
        ticket.urgency, ticket.priority, ticket.team, ticket.team_name, ticket.line, ticket.assignee_email, ticket.assignee_name,
        person.id, person.email, person.name, person.phone, person.language, organisation.name,
        ticket.next_step, ticket.next_step_at, ticket.clocks, ticket.created_at, ticket.updated_at, ticket.work_version, ticket.due_at,
        ticket.merged_into_number, ticket.ownership, person.vip
        """;

    private const string Joins = """
        join person on person.id = ticket.requester_id
        left join organisation on organisation.id = person.organisation_id
        """;

    /// <summary>Null when there is none, or it is not the caller's to see.</summary>
    public async Task<TicketView?> ReadAsync(TicketNumber number, Caller caller, CancellationToken cancellation)
    {
        var visibility = Visibility.Of(caller);
        await using var command = database.CreateCommand(
            $"select {Columns} from ticket {Joins} where ticket.number = @number and {visibility.Condition}");
        command.Parameters.Add(new NpgsqlParameter<long>("number", number.Value));
        visibility.AddTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader, caller) : null;
    }

    /// <summary>As <see cref="ReadAsync(TicketNumber, Caller, CancellationToken)"/>, by id and for nobody in particular: for who holds a status link. A merged ticket is shown as the one it goes on in.</summary>
    public async Task<TicketView?> ReadAsync(Guid id, Caller caller, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from ticket {Joins} where ticket.id = coalesce((select merged_into from ticket asked where asked.id = @id), @id)");
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", id));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader, caller) : null;
    }

    /// <summary>At most <paramref name="limit"/> tickets in order, each with its key in that order.</summary>
    public async Task<List<(TicketView Ticket, long Key)>> ListAsync(TicketFilter filter, Caller caller, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.CommandText = filter.Query(Columns, Joins, Visibility.Of(caller), limit, command.Parameters);
        var found = new List<(TicketView, long)>(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var ticket = Read(reader, caller);
            found.Add((ticket, filter.Order switch
            {
                TicketOrder.Updated => ticket.UpdatedAt.UtcTicks,
                TicketOrder.Due => reader.GetTime(28).UtcTicks,
                TicketOrder.Priority => reader.GetInt16(10),
                _ => 0,
            }));
        }
        return found;
    }

    private static TicketView Read(NpgsqlDataReader reader, Caller caller)
    {
        var email = reader.GetString(17);
        var own = caller.IsAgent || string.Equals(email, caller.Email, StringComparison.OrdinalIgnoreCase);
        return new TicketView(
            reader.GetGuid(0), new TicketNumber(reader.GetInt64(1)).ToString(), reader.GetString(2), Wording<Channel>.Read(reader.GetString(3)),
            Wording<TicketStatus>.Read(reader.GetString(4)), ReadWord<WaitingFor>(reader, 5), Wording<TicketType>.Read(reader.GetString(6)),
            reader.GetText(7), Wording<Impact>.Read(reader.GetString(8)), Wording<Urgency>.Read(reader.GetString(9)),
            reader.GetInt16(10) is >= 1 and <= 5 and var priority ? (Priority)priority : null, reader.GetText(11), reader.GetText(12),
            ReadWord<Line>(reader, 13),
            // Requesters write to the desk, not to the agent: they see the name only.
            caller.IsAgent ? reader.GetText(14) : null, reader.GetText(15),
            new RequesterView(reader.GetGuid(16), email, reader.GetText(18), own ? reader.GetText(19) : null, reader.GetString(20), reader.GetText(21))
            { Vip = caller.IsAgent && reader.GetBoolean(31) ? true : null },
            reader.GetText(22), reader.GetTimeOrNull(23), new StoredClocks(reader.GetFieldValue<byte[]>(24)), reader.GetTime(25), reader.GetTime(26),
            reader.GetInt64(27))
        {
            MergedInto = reader.GetText(29),
            Ownership = Wording<Ownership>.Read(reader.GetString(30)),
        };
    }

    private static T? ReadWord<T>(NpgsqlDataReader reader, int ordinal) where T : struct, Enum
        => reader.IsDBNull(ordinal) ? null : Wording<T>.Read(reader.GetString(ordinal));
}
