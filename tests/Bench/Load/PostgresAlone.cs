using Npgsql;

namespace Desk.Bench.Load;

/// <summary>What the database could do with nothing around it: a ticket-shaped transaction (person, ticket, message, outbox row), fsync as it is.</summary>
internal static class PostgresAlone
{
    public static async Task<Measurement> MeasureAsync(string anyDatabase, int clients, TimeSpan duration, Func<double> cpu)
    {
        const string Name = "bench_alone";
        await using (var admin = await NpgsqlDataSource.Create(anyDatabase).OpenConnectionAsync())
        {
            await ExecuteAsync(admin, $"drop database if exists {Name}");
            await ExecuteAsync(admin, $"create database {Name}");
        }
        var settings = new NpgsqlConnectionStringBuilder(anyDatabase) { Database = Name, MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 };
        await using var database = NpgsqlDataSource.Create(settings);
        await using (var connection = await database.OpenConnectionAsync())
        {
            await ExecuteAsync(connection, """
                create table person (id uuid primary key, email text not null unique, name text);
                create table ticket (id uuid primary key, number bigint generated always as identity unique, person uuid not null references person,
                    subject text not null, at timestamptz not null default now());
                create table message (id uuid primary key, ticket uuid not null references ticket, body text not null, at timestamptz not null default now());
                create table outbox (id bigint generated always as identity primary key, about uuid not null, body jsonb not null);
                create index on message (ticket);
                """);
        }

        var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => database.OpenConnectionAsync().AsTask()));
        try
        {
            return await ClosedLoop.RunAsync("PostgreSQL alone: ticket-shaped transaction", clients, int.MaxValue, duration, cpu, null, async (client, number) =>
            {
                var story = Stories.Number(number);
                var ticket = Guid.CreateVersion7();
                await using var batch = new NpgsqlBatch(connections[client]);
                void Add(string sql, params object[] values)
                {
                    var command = new NpgsqlBatchCommand(sql);
                    foreach (var value in values)
                        command.Parameters.Add(new() { Value = value });
                    batch.BatchCommands.Add(command);
                }
                Add("insert into person (id, email, name) values ($1, $2, $3) on conflict (email) do nothing", Guid.CreateVersion7(), story.Email, story.Name);
                Add("insert into ticket (id, person, subject) select $1, id, $2 from person where email = $3", ticket, story.Subject, story.Email);
                Add("insert into message (id, ticket, body) values ($1, $2, $3)", Guid.CreateVersion7(), ticket, story.Body);
                Add("insert into outbox (about, body) values ($1, jsonb_build_object('subject', $2::text, 'body', $3::text))", ticket, story.Subject, story.Body);
                await batch.ExecuteNonQueryAsync();
            });
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
