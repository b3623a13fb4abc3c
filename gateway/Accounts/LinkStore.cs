using Desk.Contracts;
using Desk.Gateway.Sessions;
using Desk.Messaging;
using Npgsql;

namespace Desk.Gateway.Accounts;

/// <summary>One-time links for requesters: kept as hashes, good once, for <see cref="Lifetime"/>.</summary>
internal sealed class LinkStore(NpgsqlDataSource database, AccountStore accounts, SessionStore sessions, Outbox outbox, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private const int MostInWindow = 3;

    /// <summary>
    /// Makes a link and says so; Notification mails it. Nothing is mailed to an agent, who has a password, nor to an address that has had
    /// several just now: the reason is for the audit only, and the same work is done all the same.
    /// </summary>
    public async Task<string> AskAsync(string email, string language, string? returnUrl, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var account = await accounts.FindAsync(transaction, email, cancellation);
        var now = clock.GetUtcNow();
        var (token, accountId) = (Secret.Make(), account?.Id ?? Guid.CreateVersion7());
        await using var insert = new NpgsqlCommand(
            """
            with before as (select count(*) as links from sign_in_link where email = $4 and created_at > $9),
            new as (
                insert into sign_in_link (id, token_hash, account_id, email, language, return_url, created_at, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8))
            select links from before
            """, connection, transaction);
        foreach (var value in new object?[]
            { Guid.CreateVersion7(), Secret.Hash(token), accountId, email, account?.Language ?? language, returnUrl, now, now + Lifetime, now - Window })
        {
            insert.Parameters.Add(new() { Value = value ?? DBNull.Value, DataTypeName = value is null ? "text" : null });
        }
        var before = (long)(await insert.ExecuteScalarAsync(cancellation))!;
        var reason = account is { Role: not Role.Requester } ? "has a password" : account is { Active: false } ? "inactive" : before >= MostInWindow ? "too many" : "";
        if (reason.Length == 0)
        {
            await outbox.SayAsync(
                transaction, accountId,
                new SignInLinkRequested(accountId, email, account?.Name, account?.Language ?? language, token, now + Lifetime, now), cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return reason;
    }

    /// <summary>
    /// Uses the link up and signs its holder in, making the account if this is the first time: who reads the mailbox owns the address.
    /// Null when the link is unknown, used, or out of date, or the account may not use one.
    /// </summary>
    public async Task<(Account Account, string Secret, DateTimeOffset Ends, string? ReturnUrl)?> UseAsync(
        string token, string? address, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        Account fresh;
        string? returnUrl;
        await using (var use = new NpgsqlCommand(
            """
            update sign_in_link set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2
            returning account_id, email, language, return_url
            """, connection, transaction)
        { Parameters = { new() { Value = Secret.Hash(token) }, new() { Value = now } } })
        await using (var row = await use.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation))
                return null;
            fresh = new Account { Id = row.GetGuid(0), Email = row.GetString(1), Name = row.GetString(1), Role = Role.Requester, Language = row.GetString(2) };
            returnUrl = row.IsDBNull(3) ? null : row.GetString(3);
        }

        var account = await accounts.FindAsync(transaction, fresh.Email, cancellation);
        if (account is null)
        {
            await accounts.AddAsync(transaction, fresh, cancellation);
            // Another link of the same address may have made it a moment before.
            account = await accounts.FindAsync(transaction, fresh.Email, cancellation);
        }
        if (account is not { Active: true, Role: Role.Requester })
            return null;
        var (secret, ends) = await sessions.StartAsync(connection, account, "link", address, cancellation);
        await transaction.CommitAsync(cancellation);
        return (account, secret, ends, returnUrl);
    }
}
