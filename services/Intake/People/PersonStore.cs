using Desk.Contracts;
using Desk.Intake.Tickets;
using Npgsql;

namespace Desk.Intake.People;

/// <summary>People and the organisations they belong to.</summary>
internal static class PersonStore
{
    /// <summary>The person of an address, made if new, with the organisation of the mail domain. The address must be in normal form.</summary>
    public static NpgsqlBatchCommand FindOrMake(Correspondent who, string language, DateTimeOffset at)
    {
        var command = new NpgsqlBatchCommand("""
            with known as (select id, email, name, phone, language, organisation_id from person where email = @email),
            home as (
                select organisation_id from organisation_domain where domain = any(@domains) order by length(domain) desc limit 1),
            made as (
                insert into person (id, email, name, phone, language, organisation_id, created_at, updated_at)
                select @id, @email, coalesce(@name, (select name from account where email = @email limit 1)), @phone,
                       coalesce((select language from account where email = @email limit 1), @language), (select organisation_id from home), @at, @at
                where not exists (select from known)
                on conflict (email) do update set email = excluded.email
                returning id, email, name, phone, language, organisation_id)
            select who.id, email, who.name, phone, language, organisation.id, organisation.name
            from (select * from known union all select * from made) as who left join organisation on organisation.id = who.organisation_id
            """);
        command.Parameters.Add(new NpgsqlParameter<string>("email", who.Email));
        command.Parameters.Add(new NpgsqlParameter<string[]>("domains", EmailAddress.DomainAndParents(who.Email)));
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", Guid.CreateVersion7(at)));
        command.Parameters.AddText("name", who.Name);
        command.Parameters.AddText("phone", who.Phone);
        command.Parameters.Add(new NpgsqlParameter<string>("language", language));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        return command;
    }

    /// <summary>Reads id, email, name, phone, language, organisation id and name, from the first column on.</summary>
    public static Person Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetText(2), reader.GetText(3), reader.GetString(4), reader.GetId(5), reader.GetText(6));
}
