using Desk.Contracts;
using Desk.Messaging;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Desk.Gateway.Accounts;

/// <summary>
/// ASP.NET Core Identity's store, on plain SQL. The user name is the e-mail address. What others must know (<see cref="AccountChanged"/>) is said in
/// the transaction that changes it; wrong passwords are counted by columns of their own and are nobody else's business.
/// </summary>
internal sealed class AccountStore(NpgsqlDataSource database, Outbox outbox, TimeProvider clock)
    : IUserPasswordStore<Account>, IUserLockoutStore<Account>
{
    private const string Columns = "id, email, name, role, language, password_hash, failed_count, locked_until, active";

    public async Task<IdentityResult> CreateAsync(Account account, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await AddAsync(transaction, account, cancellation))
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(account.Email));
        await transaction.CommitAsync(cancellation);
        return IdentityResult.Success;
    }

    /// <summary>False when the address has an account already.</summary>
    public async Task<bool> AddAsync(NpgsqlTransaction transaction, Account account, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into account (id, email, name, role, language, password_hash, active, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (email) do nothing
            """, transaction.Connection, transaction)
        {
            Parameters =
            {
                new() { Value = account.Id }, new() { Value = account.Email }, new() { Value = account.Name }, new() { Value = account.Role.Word() },
                new() { Value = account.Language }, new() { Value = (object?)account.PasswordHash ?? DBNull.Value }, new() { Value = account.Active },
                new() { Value = clock.GetUtcNow() },
            },
        };
        if (await insert.ExecuteNonQueryAsync(cancellation) == 0)
            return false;
        await outbox.SayAsync(transaction, account.Id, Changed(account), cancellation);
        return true;
    }

    /// <summary>An account that is no longer active loses its sessions in the same breath.</summary>
    public async Task<IdentityResult> UpdateAsync(Account account, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // What others were told is what the row holds: only a difference is an event, so a wrong password is none.
        if (await FindAsync(connection, "id = $1 for update", account.Id, cancellation) is not { } before)
            return IdentityResult.Failed(new IdentityError { Code = "account.gone", Description = "The account is gone." });
        await using (var update = new NpgsqlCommand(
            "update account set email = $2, name = $3, role = $4, language = $5, password_hash = $6, active = $7 where id = $1", connection, transaction)
        {
            Parameters =
            {
                new() { Value = account.Id }, new() { Value = account.Email }, new() { Value = account.Name }, new() { Value = account.Role.Word() },
                new() { Value = account.Language }, new() { Value = (object?)account.PasswordHash ?? DBNull.Value }, new() { Value = account.Active },
            },
        })
        {
            await update.ExecuteNonQueryAsync(cancellation);
        }
        if (!account.Active || account.Role != before.Role)
        {
            await using var signOut = new NpgsqlCommand("delete from session where account_id = $1", connection, transaction)
            { Parameters = { new() { Value = account.Id } } };
            await signOut.ExecuteNonQueryAsync(cancellation);
        }
        if (Differs(account, before))
            await outbox.SayAsync(transaction, account.Id, Changed(account), cancellation);
        await transaction.CommitAsync(cancellation);
        return IdentityResult.Success;
    }

    public async Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, "email = $1", normalizedUserName.ToLowerInvariant(), cancellation);
    }

    public async Task<Account?> FindByIdAsync(string userId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, "id = $1", Guid.Parse(userId), cancellation);
    }

    public Task<Account?> FindAsync(NpgsqlTransaction transaction, string email, CancellationToken cancellation)
        => FindAsync(transaction.Connection!, "email = $1", email, cancellation);

    /// <summary>By address, up to <paramref name="limit"/> after the one given.</summary>
    public async Task<List<Account>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from account where email > $1 order by email limit $2");
        command.Parameters.Add(new() { Value = after ?? "" });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var accounts = new List<Account>();
        while (await reader.ReadAsync(cancellation))
            accounts.Add(Read(reader));
        return accounts;
    }

    /// <summary>
    /// One attempt at a time for an address, over all gateways: without this, a burst of guesses sent at once would all be checked before the
    /// first wrong one is counted. Dispose to let the next one in.
    /// </summary>
    public async Task<IAsyncDisposable> TakeTurnAsync(string email, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellation);
            await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))", connection, transaction)
            { Parameters = { new() { Value = email } } };
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        return connection;
    }

    public async Task<int> IncrementAccessFailedCountAsync(Account account, CancellationToken cancellation)
        => account.FailedCount = await CountAsync("update account set failed_count = failed_count + 1 where id = $1 returning failed_count", account, cancellation);

    public async Task ResetAccessFailedCountAsync(Account account, CancellationToken cancellation)
        => account.FailedCount = await CountAsync("update account set failed_count = 0 where id = $1 returning failed_count", account, cancellation);

    public async Task SetLockoutEndDateAsync(Account account, DateTimeOffset? lockoutEnd, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update account set locked_until = $2 where id = $1");
        command.Parameters.Add(new() { Value = account.Id });
        command.Parameters.Add(new() { Value = (object?)lockoutEnd?.ToUniversalTime() ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellation);
        account.LockedUntil = lockoutEnd;
    }

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Account account, CancellationToken cancellation) => Task.FromResult(account.LockedUntil);

    public Task<int> GetAccessFailedCountAsync(Account account, CancellationToken cancellation) => Task.FromResult(account.FailedCount);

    public Task<bool> GetLockoutEnabledAsync(Account account, CancellationToken cancellation) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(Account account, bool enabled, CancellationToken cancellation) => Task.CompletedTask;

    public Task<string> GetUserIdAsync(Account account, CancellationToken cancellation) => Task.FromResult(account.Id.ToString());

    public Task<string?> GetUserNameAsync(Account account, CancellationToken cancellation) => Task.FromResult<string?>(account.Email);

    public Task SetUserNameAsync(Account account, string? userName, CancellationToken cancellation)
    {
        account.Email = userName?.ToLowerInvariant() ?? throw new ArgumentNullException(nameof(userName));
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(Account account, CancellationToken cancellation) => GetUserNameAsync(account, cancellation);

    public Task SetNormalizedUserNameAsync(Account account, string? normalizedName, CancellationToken cancellation) => Task.CompletedTask;

    public Task SetPasswordHashAsync(Account account, string? passwordHash, CancellationToken cancellation)
    {
        account.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(Account account, CancellationToken cancellation) => Task.FromResult(account.PasswordHash);

    public Task<bool> HasPasswordAsync(Account account, CancellationToken cancellation) => Task.FromResult(account.PasswordHash is not null);

    public Task<IdentityResult> DeleteAsync(Account account, CancellationToken cancellation)
        => throw new NotSupportedException("An account is made inactive, never deleted: tickets and audit point to it.");

    public void Dispose()
    {
        // Holds nothing: the data source belongs to the host.
    }

    private AccountChanged Changed(Account account)
        => new(account.Id, account.Email, account.Name, account.Role, account.Language, account.Active, clock.GetUtcNow());

    private static bool Differs(Account account, Account before)
        => (account.Email, account.Name, account.Role, account.Language, account.Active)
            != (before.Email, before.Name, before.Role, before.Language, before.Active);

    private async Task<int> CountAsync(string sql, Account account, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = account.Id });
        return (int)(await command.ExecuteScalarAsync(cancellation) ?? 0);
    }

    private static async Task<Account?> FindAsync(NpgsqlConnection connection, string where, object value, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select {Columns} from account where {where}", connection) { Parameters = { new() { Value = value } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    private static Account Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Email = row.GetString(1),
        Name = row.GetString(2),
        Role = RoleWords.Read(row.GetString(3))!.Value,
        Language = row.GetString(4),
        PasswordHash = row.IsDBNull(5) ? null : row.GetString(5),
        FailedCount = row.GetInt32(6),
        LockedUntil = row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
        Active = row.GetBoolean(8),
    };
}
