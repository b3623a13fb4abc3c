using Desk.Gateway.Sessions;
using Npgsql;

namespace Desk.Gateway.Keys;

internal sealed class KeyStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns = "id, prefix, name, scope, created_at, created_by, last_used_at";

    /// <summary>The key itself is in the answer, and nowhere else, ever.</summary>
    public async Task<(ApiKey Kept, string Key)> AddAsync(string name, string scope, string createdBy, CancellationToken cancellation)
    {
        var (key, prefix) = ApiKey.Make();
        var kept = new ApiKey(Guid.CreateVersion7(), prefix, name, scope, clock.GetUtcNow(), createdBy, null);
        await using var command = database.CreateCommand(
            "insert into api_key (id, hash, prefix, name, scope, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)");
        foreach (var value in new object[] { kept.Id, Secret.Hash(key), prefix, name, scope, kept.CreatedAt, createdBy })
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
        return (kept, key);
    }

    public async Task<List<ApiKey>> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from api_key where revoked_at is null order by id");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<ApiKey>();
        while (await row.ReadAsync(cancellation))
            keys.Add(Read(row));
        return keys;
    }

    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from api_key where hash = $1 and revoked_at is null");
        command.Parameters.Add(new() { Value = hash });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    /// <summary>Which of these are good still.</summary>
    public async Task<HashSet<Guid>> StillGoodAsync(IReadOnlyCollection<Guid> keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select id from api_key where id = any($1) and revoked_at is null");
        command.Parameters.Add(new() { Value = keys.ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var good = new HashSet<Guid>();
        while (await row.ReadAsync(cancellation))
            good.Add(row.GetGuid(0));
        return good;
    }

    public async Task<bool> RevokeAsync(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update api_key set revoked_at = $2 where id = $1 and revoked_at is null");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    public async Task UsedAsync(IReadOnlyCollection<(Guid Id, DateTimeOffset At)> used, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            update api_key set last_used_at = greatest(coalesce(last_used_at, at), at)
            from unnest($1::uuid[], $2::timestamptz[]) as used (key, at) where id = key
            """);
        command.Parameters.Add(new() { Value = used.Select(use => use.Id).ToArray() });
        command.Parameters.Add(new() { Value = used.Select(use => use.At).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static ApiKey Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5),
        row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6));
}
