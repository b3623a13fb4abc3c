using Desk.Contracts;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>What one must know of a ticket to write in it. Version is of the work on it: what <c>ETag</c> says and <c>If-Match</c> is held against.</summary>
internal sealed record TicketHead(Guid Id, TicketNumber Number, string Subject, long Version, Person Requester)
{
    /// <summary>It is over for good, or the one that goes on with it is: what is written now is a new matter.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The ticket that goes on with this one.</summary>
    public TicketRef? MergedInto { get; init; }

    /// <summary>The origin of the ticket that goes on with this one, after its end.</summary>
    public Origin ContinuedBy(Correspondent by)
        => new(MergedInto ?? new TicketRef(Id, Number.ToString()), new Actor(ActorKind.Requester, null, by.Name ?? by.Email), null, Continues: true);

    /// <summary>The columns and joins; goes before <c>where</c>.</summary>
    public const string Select = """
        select ticket.id, ticket.number, ticket.subject, ticket.work_version,
               person.id, person.email, person.name, person.phone, person.language, organisation.id, organisation.name,
               ticket.merged_into, ticket.merged_into_number, coalesce((select status from ticket survivor where survivor.id = ticket.merged_into), ticket.status) = 'closed'
        from ticket
        join person on person.id = ticket.requester_id
        left join organisation on organisation.id = person.organisation_id
        """;

    /// <summary>The ticket by its number, whoever asks: for mail, and for what the desk itself does. Endpoints use the caller's view.</summary>
    public static Task<TicketHead?> FindAsync(NpgsqlTransaction transaction, TicketNumber number, CancellationToken cancellation)
        => ReadAsync(new NpgsqlCommand($"{Select} where ticket.number = $1", transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<long> { TypedValue = number.Value } } }, cancellation);

    /// <inheritdoc cref="FindAsync(NpgsqlTransaction, TicketNumber, CancellationToken)"/>
    public static Task<TicketHead?> FindAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellation)
        => ReadAsync(new NpgsqlCommand($"{Select} where ticket.id = $1", transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } }, cancellation);

    public static async Task<TicketHead?> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return await reader.ReadAsync(cancellation) ? Read(reader) : null;
        }
    }

    /// <summary>From the first of the columns of <see cref="Select"/> on.</summary>
    public static TicketHead Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), new TicketNumber(reader.GetInt64(1)), reader.GetString(2), reader.GetInt64(3),
        new Person(reader.GetGuid(4), reader.GetString(5), reader.GetText(6), reader.GetText(7), reader.GetString(8), reader.GetId(9), reader.GetText(10)))
    {
        MergedInto = reader.GetId(11) is { } into ? new TicketRef(into, reader.GetString(12)) : null,
        IsClosed = reader.GetBoolean(13),
    };
}
