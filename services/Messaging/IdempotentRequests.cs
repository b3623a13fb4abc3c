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
    /// <summary>
    /// Null when the key is new, and now held by this transaction: go on. Otherwise the answer that was given. Waits while another
    /// transaction holds the same key; when that one rolls back, the key is new again.
    /// </summary>
    /// <exception cref="KeyReusedException">The key was used for another request (its fingerprint differs).</exception>
    public async Task<KeptAnswer?> ClaimAsync(
        NpgsqlTransaction transaction, Guid account, string key, string fingerprint, CancellationToken cancellation)
    {
        await using (var claim = new NpgsqlCommand(
            "insert into messaging.request (account, key, fingerprint) values ($1, $2, $3) on conflict do nothing", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = account }, new() { Value = key }, new() { Value = fingerprint } },
        })
        {
            if (await claim.ExecuteNonQueryAsync(cancellation) == 1)
                return null;
        }
        await using var kept = new NpgsqlCommand(
            "select fingerprint, status, body, location, etag from messaging.request where account = $1 and key = $2", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = account }, new() { Value = key } },
        };
        await using var row = await kept.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation) || row.GetString(0) != fingerprint)
            throw new KeyReusedException();
        if (row.IsDBNull(1))
            throw new InvalidOperationException("A request was committed under an idempotency key without its answer: KeepAsync was not called.");
        return new KeptAnswer(
            row.GetInt32(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4));
    }

    public async Task KeepAsync(NpgsqlTransaction transaction, Guid account, string key, KeptAnswer answer, CancellationToken cancellation)
    {
        await using var keep = new NpgsqlBatch(transaction.Connection, transaction) { BatchCommands = { Keep(account, key, answer) } };
        await keep.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>As <see cref="KeepAsync"/>, as a command to go with the caller's own in one <see cref="NpgsqlBatch"/>.</summary>
    public NpgsqlBatchCommand Keep(Guid account, string key, KeptAnswer answer)
        => new("update messaging.request set status = $3, body = $4, location = $5, etag = $6 where account = $1 and key = $2")
        {
            Parameters =
            {
                new() { Value = account }, new() { Value = key }, new() { Value = answer.Status }, new() { Value = answer.Body },
                new() { Value = (object?)answer.Location ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = (object?)answer.ETag ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };
}

/// <summary>An idempotency key came back with another body: 409 <c>idempotency.reused</c>.</summary>
public sealed class KeyReusedException() : Exception("This Idempotency-Key was used for another request. Make a new key for a new request.");
