using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Remembers the language that somebody chose for their account.</summary>
internal sealed class OnAccountChanged : IReactTo<AccountChanged>
{
    public async Task ReactAsync(AccountChanged happened, Reaction reaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into preference (email, language, said_at) values (lower($1), $2, $3)
            on conflict (email) do update set language = excluded.language, said_at = excluded.said_at where preference.said_at <= excluded.said_at
            """, reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = happened.Email }, new() { Value = happened.Language }, new() { Value = happened.At } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
