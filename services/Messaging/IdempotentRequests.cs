using Npgsql;

namespace Desk.Messaging;

/// <summary>The answer that was given to a request, kept 24 hours in the service's own database.</summary>
public sealed record KeptAnswer(int Status, string Body, string? Location, string? ETag);

/// <summary>
/// <c>Idempotency-Key</c>: the same key from the same account gives the same answer and one effect. Claim inside the transaction of the effect,
/// keep the answer before the commit.
/// </summary>
public sealed class IdempotentRequests
{
    /// <summary>Null when the key is new, and now held by this transaction: go on. Otherwise the answer that was given.</summary>
    /// <exception cref="KeyReusedException">The key was used for another request (its fingerprint differs).</exception>
    public Task<KeptAnswer?> ClaimAsync(NpgsqlTransaction transaction, Guid account, string key, string fingerprint, CancellationToken cancellation)
        => throw new NotImplementedException();

    public Task KeepAsync(NpgsqlTransaction transaction, Guid account, string key, KeptAnswer answer, CancellationToken cancellation)
        => throw new NotImplementedException();
}

/// <summary>An idempotency key came back with another body: 409 <c>idempotency.reused</c>.</summary>
public sealed class KeyReusedException() : Exception("This Idempotency-Key was used for another request. Make a new key for a new request.");
