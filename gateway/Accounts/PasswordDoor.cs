using Microsoft.AspNetCore.Identity;

namespace Desk.Gateway.Accounts;

/// <summary>
/// Checks an address and a password. A wrong password, an unknown address, an account that is locked or inactive, all cost one hash and end alike:
/// the caller can't learn which addresses exist.
/// </summary>
internal sealed class PasswordDoor(AccountStore accounts, IServiceScopeFactory scopes, IPasswordHasher<Account> hasher) : IDisposable
{
    // A hash takes tens of milliseconds of a core on purpose. More at once than cores would only starve everybody else.
    private readonly SemaphoreSlim _atOnce = new(Math.Max(2, Environment.ProcessorCount));
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(Nobody, Passwords.Random()));

    private static readonly Account Nobody = new() { Email = "", Name = "", Role = Contracts.Role.Requester, Language = "sv" };

    /// <summary>The account when all is right; else null and the reason, which is for the audit only.</summary>
    public async Task<(Account? Account, string Reason)> TryAsync(string? email, string? password, CancellationToken cancellation)
    {
        await _atOnce.WaitAsync(cancellation);
        try
        {
            if (email is null || string.IsNullOrEmpty(password) || password.Length > 500)
                return Refuse(password, "unreadable");

            await using var turn = await accounts.TakeTurnAsync(email, cancellation);
            if (await accounts.FindByNameAsync(email, cancellation) is not { } account)
                return Refuse(password, "unknown");
            if (!account.Active || account.PasswordHash is null)
                return Refuse(password, account.Active ? "no password" : "inactive");

            using var scope = scopes.CreateScope();
            var identity = scope.ServiceProvider.GetRequiredService<SignInManager<Account>>();
            // Identity answers for a locked account without hashing, which would tell that there is one.
            if (await identity.UserManager.IsLockedOutAsync(account))
                return Refuse(password, "locked");
            var result = await identity.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
            return result.Succeeded ? (account, "") : (null, result.IsLockedOut ? "wrong password, now locked" : "wrong password");
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public void Dispose() => _atOnce.Dispose();

    private (Account? Account, string Reason) Refuse(string? password, string reason)
    {
        hasher.VerifyHashedPassword(Nobody, _nobodysHash.Value, password is { Length: <= 500 } ? password : "");
        return (null, reason);
    }
}
