using Desk.Gateway.Accounts;
using Npgsql;

namespace Desk.Gateway.Sessions;

/// <summary>Sessions are rows: deleting one signs that browser out.</summary>
internal sealed class SessionStore(NpgsqlDataSource database, TimeProvider clock)
{
    // A working day and a little more for who can see other people's tickets; a fortnight for who sees only their own.
    private static readonly TimeSpan AgentsLifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan RequestersLifetime = TimeSpan.FromDays(14);

    /// <summary>The secret for the cookie, and when it ends.</summary>
    public async Task<(string Secret, DateTimeOffset ExpiresAt)> StartAsync(
        NpgsqlConnection connection, Account account, string way, string? address, CancellationToken cancellation)
    {
        var secret = Secret.Make();
        var now = clock.GetUtcNow();
        var ends = now + (account.Role == Contracts.Role.Requester ? RequestersLifetime : AgentsLifetime);
        await using var command = new NpgsqlCommand(
            "insert into session (id, account_id, secret_hash, way, address, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)", connection)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() }, new() { Value = account.Id }, new() { Value = Secret.Hash(secret) }, new() { Value = way },
                new() { Value = (object?)address ?? DBNull.Value }, new() { Value = now }, new() { Value = ends },
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
        return (secret, ends);
    }

    public async Task<(string Secret, DateTimeOffset ExpiresAt)> StartAsync(Account account, string way, string? address, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await StartAsync(connection, account, way, address, cancellation);
    }

    public Task<Session?> FindBySecretAsync(string secret, CancellationToken cancellation) => FindAsync("secret_hash = $1", Secret.Hash(secret), cancellation);

    public Task<Session?> FindByIdAsync(Guid id, CancellationToken cancellation) => FindAsync("session.id = $1", id, cancellation);

    public async Task EndAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from session where id = $1");
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<Session?> FindAsync(string where, object value, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select session.id, account.id, email, name, role, language, expires_at
            from session join account on account.id = account_id and active
            where {where} and expires_at > $2
            """);
        command.Parameters.Add(new() { Value = value });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new Session(
                row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), RoleWords.Read(row.GetString(4))!.Value, row.GetString(5),
                row.GetFieldValue<DateTimeOffset>(6))
            : null;
    }
}
