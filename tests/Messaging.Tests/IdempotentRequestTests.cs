using Desk.Testing;
using Npgsql;

namespace Desk.Messaging.Tests;

public sealed class IdempotentRequestTests
{
    private static readonly IdempotentRequests Requests = new();

    [Fact]
    public async Task The_same_key_gives_the_same_answer_and_one_effect_however_many_ask_at_once()
    {
        await using var database = await DatabaseAsync();
        var account = Guid.CreateVersion7();
        var effects = 0;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async asker =>
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            if (await Requests.ClaimAsync(transaction, account, "key", "print", default) is { } kept)
                return kept;
            Interlocked.Increment(ref effects);
            var answer = new KeptAnswer(201, $"made by {asker}", "/tickets/D-1", "\"1\"");
            await Requests.KeepAsync(transaction, account, "key", answer, default);
            await transaction.CommitAsync();
            return answer;
        }));
        Assert.Equal(1, effects);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task A_key_whose_request_was_rolled_back_is_new_again()
    {
        await using var database = await DatabaseAsync();
        var account = Guid.CreateVersion7();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            Assert.Null(await Requests.ClaimAsync(transaction, account, "key", "print", default));
        }
    }

    [Fact]
    public async Task A_key_used_for_another_request_is_refused()
    {
        await using var database = await DatabaseAsync();
        var account = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            Assert.Null(await Requests.ClaimAsync(transaction, account, "key", "one", default));
            await Requests.KeepAsync(transaction, account, "key", new KeptAnswer(201, "", null, null), default);
            await transaction.CommitAsync();
        }
        await using var again = await connection.BeginTransactionAsync();
        await Assert.ThrowsAsync<KeyReusedException>(() => Requests.ClaimAsync(again, account, "key", "two", default));
        Assert.Null(await Requests.ClaimAsync(again, Guid.CreateVersion7(), "key", "two", default));
    }

    private static async Task<NpgsqlDataSource> DatabaseAsync()
    {
        var servers = await DeskServers.GetAsync();
        var database = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync("requests"));
        await Migrator.RunAsync(database, typeof(Migrator).Assembly, default);
        return database;
    }
}
