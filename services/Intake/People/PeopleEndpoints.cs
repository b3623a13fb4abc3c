using Desk.Intake.Requests;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.People;

/// <summary>Somebody the desk knows. <c>openTickets</c> is given for one person, not in lists.</summary>
internal sealed record PersonView(
    Guid Id, string Email, string? Name, string? Phone, string Language, Guid? OrganisationId, string? Organisation, DateTimeOffset CreatedAt,
    long? OpenTickets, bool Vip);

/// <summary>What a lead says of a person.</summary>
internal sealed record PersonInput(bool? Vip);

internal static class PeopleEndpoints
{
    private const string Order = "people";

    private const string Columns = """
        person.id, person.email, person.name, person.phone, person.language, organisation.id, organisation.name, person.created_at, person.vip
        """;

    /// <summary>People whose name or address has these letters, newest first.</summary>
    /// <param name="q">Part of a name or of an address.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">1 to 200; 25 unless told.</param>
    public static async Task<Results<Ok<Page<PersonView>>, ProblemHttpResult>> ListAsync(
        NpgsqlDataSource database, CancellationToken cancellation, string? q = null, string? after = null, int? limit = null)
    {
        var faults = new Faults();
        var most = Paging.Limit(limit, faults);
        var place = Cursor.Read(after, Order, faults);
        faults.Require(q is null || (q.Length <= 200 && PlainText.IsClean(q)), "q", "q has at most 200 characters.");
        if (faults.Any)
            return faults.Answer();

        var sought = q?.Trim() is { Length: > 0 } text
            ? $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%"
            : null;
        await using var command = database.CreateCommand($"""
            select {Columns}, null::bigint from person left join organisation on organisation.id = person.organisation_id
            where person.id < @after {(sought is null ? "" : "and (person.email || ' ' || coalesce(person.name, '')) ilike @sought")}
            order by person.id desc limit @limit
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid>("after", place?.Id ?? Guid.AllBitsSet));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", most + 1));
        if (sought is not null)
            command.Parameters.Add(new NpgsqlParameter<string>("sought", sought));
        var people = new List<PersonView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            people.Add(Read(reader));
        if (people.Count <= most)
            return TypedResults.Ok(new Page<PersonView>(people, null));
        people.RemoveAt(most);
        return TypedResults.Ok(new Page<PersonView>(people, new Cursor(Order, 0, people[^1].Id).ToString()));
    }

    /// <summary>One person, with how many of their tickets are open.</summary>
    public static async Task<Results<Ok<PersonView>, ProblemHttpResult>> ReadAsync(
        Guid id, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select {Columns}, (select count(*) from ticket where requester_id = person.id and not over)
            from person left join organisation on organisation.id = person.organisation_id where person.id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? TypedResults.Ok(Read(reader))
            : NotThere();
    }

    /// <summary>Makes somebody a VIP, or no longer: leads only. It holds for the tickets they register from now on.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> PatchAsync(
        Guid id, PersonInput input, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update person set vip = coalesce($2, vip), updated_at = $3 where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)input.Vip ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Boolean });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        return await command.ExecuteNonQueryAsync(cancellation) > 0 ? TypedResults.NoContent() : NotThere();
    }

    private static ProblemHttpResult NotThere() => Problems.NotFound("person.unknown", "There is no such person.");

    private static PersonView Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetText(2), reader.GetText(3), reader.GetString(4), reader.GetId(5), reader.GetText(6),
        reader.GetTime(7), reader.IsDBNull(9) ? null : reader.GetInt64(9), reader.GetBoolean(8));
}
