using Desk.Intake.Requests;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.People;

/// <summary>Whom requesters belong to. A person is of an organisation when their mail domain, or one above it, is among its domains.</summary>
internal sealed record OrganisationView(Guid Id, string Name, IReadOnlyList<string> Domains, long People);

/// <summary>An organisation to make.</summary>
internal sealed record OrganisationInput(string? Name, IReadOnlyList<string?>? Domains);

internal static class Organisations
{
    /// <summary>All organisations, by name.</summary>
    public static async Task<Ok<Page<OrganisationView>>> ListAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select id, name, array(select domain from organisation_domain where organisation_id = organisation.id order by domain),
                   (select count(*) from person where organisation_id = organisation.id)
            from organisation order by name, id
            """);
        var organisations = new List<OrganisationView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            organisations.Add(new OrganisationView(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<string[]>(2), reader.GetInt64(3)));
        return TypedResults.Ok(new Page<OrganisationView>(organisations, null));
    }

    /// <summary>Makes an organisation: leads. People of its domains who have none yet belong to it from now on.</summary>
    public static async Task<IResult> PostAsync(
        Body<OrganisationInput> body, Caller caller, HttpContext http, Posting posting, TimeProvider clock)
    {
        if (body.Value is not { } input)
            return body.Faults.Answer();
        var name = input.Name?.Trim();
        body.Faults.Require(name is { Length: >= 1 and <= Limits.Name } && PlainText.IsClean(name), "name", $"name has 1 to {Limits.Name} characters.");
        var domains = input.Domains?.Select(domain => domain?.Trim().ToLowerInvariant() ?? "").Distinct().ToArray() ?? [];
        body.Faults.Require(domains is { Length: >= 1 and <= 50 } && domains.All(domain => EmailAddress.IsWellFormed("a@" + domain)), "domains",
            "domains has 1 to 50 mail domains, such as nordvik.example.");
        if (body.Faults.Any)
            return body.Faults.Answer();

        return await posting.RunAsync<OrganisationView>(http, caller, body.Bytes, async (transaction, cancellation) =>
        {
            var id = Guid.CreateVersion7(clock.GetUtcNow());
            try
            {
                var people = await InsertAsync(transaction.Connection!, id, name!, domains, clock.GetUtcNow(), cancellation);
                return Posted.At("/api/v1/organisations", new OrganisationView(id, name!, domains, people));
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return Problems.Conflict("organisation.domainTaken", Phrase.Of("En av domänerna är en annan organisations.", "One of these domains is another organisation's."));
            }
        });
    }

    /// <summary>Inserts within the connection's transaction. Returns how many people belong to it at once.</summary>
    internal static async Task<int> InsertAsync(
        NpgsqlConnection connection, Guid id, string name, string[] domains, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("insert into organisation (id, name, created_at) values ($1, $2, $3)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid> { TypedValue = id },
                        new NpgsqlParameter<string> { TypedValue = name },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = at },
                    },
                },
                new NpgsqlBatchCommand("insert into organisation_domain (domain, organisation_id) select unnest($2), $1")
                {
                    Parameters = { new NpgsqlParameter<Guid> { TypedValue = id }, new NpgsqlParameter<string[]> { TypedValue = domains } },
                },
                new NpgsqlBatchCommand("""
                    with joined as (
                        update person set organisation_id = $1, updated_at = $3
                        where organisation_id is null
                          and exists (select from unnest($2) as domain where split_part(email, '@', -1) = domain or email like '%.' || domain)
                        returning id)
                    select count(*)::int from joined
                    """)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid> { TypedValue = id },
                        new NpgsqlParameter<string[]> { TypedValue = domains },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = at },
                    },
                },
            },
        };
        return (int)(await batch.ExecuteScalarAsync(cancellation))!;
    }
}
