using Desk.Contracts;
using Desk.Intake.People;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Consumers;

/// <summary>Keeps who is an agent and which language people chose; the newest change wins. A person's own choice replaces our guess.</summary>
internal sealed class OnAccountChanged : IReactTo<AccountChanged>
{
    public async Task ReactAsync(AccountChanged happened, Reaction reaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            with kept as (
                insert into account (id, email, name, role, language, active, changed_at) values (@id, @email, @name, @role, @language, @active, @at)
                on conflict (id) do update set
                    email = excluded.email, name = excluded.name, role = excluded.role, language = excluded.language, active = excluded.active,
                    changed_at = excluded.changed_at
                where account.changed_at < excluded.changed_at
                returning email)
            update person set name = @name, language = @language, vouched = true, updated_at = @at
            from kept where person.email = kept.email
            """, reaction.Connection, reaction.Transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", happened.AccountId));
        command.Parameters.Add(new NpgsqlParameter<string>("email", EmailAddress.Normalise(happened.Email)));
        command.Parameters.Add(new NpgsqlParameter<string>("name", happened.Name));
        command.Parameters.Add(new NpgsqlParameter<string>("role", Wording<Role>.Of(happened.Role)));
        command.Parameters.Add(new NpgsqlParameter<string>("language", happened.Language));
        command.Parameters.Add(new NpgsqlParameter<bool>("active", happened.Active));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", happened.At));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
