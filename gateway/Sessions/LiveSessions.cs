using System.Collections.Concurrent;
using Desk.Gateway.Callers;
using Desk.ServiceDefaults.Identity;

namespace Desk.Gateway.Sessions;

/// <summary>
/// The sessions that are in use, believed for at most <see cref="Believed"/> before their row is read again: a request costs no query, and a
/// session that is revoked anywhere is dead here within that time.
/// </summary>
internal sealed class LiveSessions(SessionStore store, InternalTokens tokens, TimeProvider clock)
{
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);
    private const int MostRemembered = 20_000;

    private readonly ConcurrentDictionary<string, Remembered> _bySecret = new();
    private readonly ConcurrentDictionary<Guid, Remembered> _byId = new();

    public ValueTask<KnownCaller?> OfCookieAsync(string secret, CancellationToken cancellation)
        => FindAsync(_bySecret, secret, () => store.FindBySecretAsync(secret, cancellation));

    public ValueTask<KnownCaller?> OfIdAsync(Guid id, CancellationToken cancellation)
        => FindAsync(_byId, id, () => store.FindByIdAsync(id, cancellation));

    /// <summary>Ends it everywhere; here at once.</summary>
    public async Task EndAsync(Guid id, CancellationToken cancellation)
    {
        await store.EndAsync(id, cancellation);
        Forget(session => session.Id == id);
    }

    public void ForgetAccount(Guid account) => Forget(session => session.AccountId == account);

    private async ValueTask<KnownCaller?> FindAsync<TKey>(ConcurrentDictionary<TKey, Remembered> memory, TKey key, Func<Task<Session?>> read)
        where TKey : notnull
    {
        var now = clock.GetUtcNow();
        if (memory.TryGetValue(key, out var remembered))
        {
            if (remembered.Session.ExpiresAt > now && now - remembered.ReadAt < Believed && !remembered.IsMineToRefresh(now))
                return remembered.Caller;
        }
        else if (memory.Count >= MostRemembered)
        {
            memory.Clear();
        }

        if (await read() is not { } session)
        {
            memory.TryRemove(key, out _);
            return null;
        }
        // The tokens already made stay good while the session is the same: services remember them, and checking a new one costs them a signature.
        var caller = remembered?.Session == session ? remembered.Caller : new KnownCaller(
            new Caller(session.AccountId, session.Name, session.Email, Accounts.RoleWords.Word(session.Role), Machine: false, session.Language),
            tokens, clock, session.Id, session.ExpiresAt);
        memory[key] = new Remembered(session, caller, now);
        return caller;
    }

    private void Forget(Func<Session, bool> which)
    {
        foreach (var (secret, remembered) in _bySecret)
        {
            if (which(remembered.Session))
                _bySecret.TryRemove(secret, out _);
        }
        foreach (var (id, remembered) in _byId)
        {
            if (which(remembered.Session))
                _byId.TryRemove(id, out _);
        }
    }

    private sealed class Remembered(Session session, KnownCaller caller, DateTimeOffset readAt)
    {
        private int _refreshing;

        public Session Session => session;

        public KnownCaller Caller => caller;

        public DateTimeOffset ReadAt => readAt;

        /// <summary>Half-way through, one request reads the row anew while the others go on: no crowd at the database every ten seconds.</summary>
        public bool IsMineToRefresh(DateTimeOffset now)
            => now - readAt > Believed / 2 && Interlocked.Exchange(ref _refreshing, 1) == 0;
    }
}
