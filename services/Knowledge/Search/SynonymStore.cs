using System.Text.Json;
using Dapper;
using Desk.Knowledge.Articles;
using Npgsql;

namespace Desk.Knowledge.Search;

/// <summary>A version of the synonyms: who wrote it and when.</summary>
internal sealed record SynonymVersion(long Version, DateTimeOffset At, string By);

/// <summary>The SQL of the synonyms: every version is kept, the newest is in force.</summary>
internal sealed class SynonymStore(NpgsqlDataSource database)
{
    /// <summary>A version, the newest when none is named; null when there is none.</summary>
    public async Task<(long Version, IReadOnlyList<SynonymGroup> Groups)?> ReadAsync(long? version, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, version, cancellation);
    }

    public static async Task<(long Version, IReadOnlyList<SynonymGroup> Groups)?> ReadAsync(NpgsqlConnection connection, long? version, CancellationToken cancellation)
        => await connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition(
            "select version, groups::text as Groups from synonyms where @version::bigint is null or version = @version order by version desc limit 1", new { version },
            cancellationToken: cancellation)) is { } row
            ? (row.Version, JsonSerializer.Deserialize<List<SynonymGroup>>(row.Groups, JsonSerializerOptions.Web)!)
            : null;

    public async Task<IReadOnlyList<SynonymVersion>> VersionsAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<SynonymVersion>(new CommandDefinition(
            "select version, at, by from synonyms order by version desc limit 50", cancellationToken: cancellation))];
    }

    /// <summary>Puts them in force. Expected is the version the writer read, or null; null when somebody else was first.</summary>
    public async Task<long?> WriteAsync(IReadOnlyList<SynonymGroup> groups, long? expected, string by, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition("lock table synonyms in exclusive mode", transaction: transaction, cancellationToken: cancellation));
        var version = await connection.QueryFirstOrDefaultAsync<long?>(new CommandDefinition($"""
            with written as (
                insert into synonyms (version, groups, at, by)
                select newest.version + 1, @groups::jsonb, @now, @by from (select coalesce(max(version), 0) as version from synonyms) as newest
                where @expected::bigint is null or newest.version = @expected
                returning version)
            select version from written, pg_notify('{ArticleStore.PublishedChannel}', '')
            """, new { groups = JsonSerializer.Serialize(groups, JsonSerializerOptions.Web), now, by, expected }, transaction, cancellationToken: cancellation));
        await transaction.CommitAsync(cancellation);
        return version;
    }

    private sealed record Row(long Version, string Groups);
}
