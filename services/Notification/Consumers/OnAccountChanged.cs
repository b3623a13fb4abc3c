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

    /// <summary>The language that somebody of the desk chose; Swedish until they have.</summary>
    public static async Task<string> LanguageOfAsync(Reaction reaction, string email, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select language from preference where email = lower($1)", reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = email } } };
        return await command.ExecuteScalarAsync(cancellation) as string ?? "sv";
    }
}
