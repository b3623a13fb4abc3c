using System.Text.Json;
using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Routing.Causes;

/// <summary>A problem as it was read.</summary>
internal sealed record KnownProblem(long Version, IReadOnlyList<ProblemFact> Facts)
{
    public Problem Problem { get; } = Problem.Of(Facts);
}

/// <summary>The version that a problem has now, and whether that was not the one the caller saw.</summary>
internal sealed record ProblemChange(long Version, bool IsStale);

/// <summary>Problems as rows. A change locks the problem first and its tickets after, in the order of their ids.</summary>
internal sealed class ProblemStore(NpgsqlDataSource database, WorkStore tickets, SetUpCache setUp, Loads loads, Outbox outbox, TimeProvider clock)
{
    public async Task<KnownProblem?> FindAsync(string number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, null, number, cancellation);
    }

    /// <summary>A new problem, without tickets yet.</summary>
    public async Task<string> FoundAsync(string title, Actor by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand(
            "insert into problem (id, version, title, status, major, tickets, updated_at) values ($1, 0, $2, 'open', false, 0, $3) returning number", connection, transaction)
        { Parameters = { new() { Value = id }, new() { Value = title }, new() { Value = now } } };
        var number = (string)(await insert.ExecuteScalarAsync(cancellation))!;
        await SaveAsync(transaction, new KnownProblem(0, []), new ProblemOutcome([new Found(now, by, id, number, title)]), cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    /// <summary>The first of these numbers that no ticket has; null when all are tickets.</summary>
    public async Task<string?> UnknownAsync(string[] numbers, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select asked from unnest($1) as asked where not exists (select from work_item where number = asked) limit 1");
        command.Parameters.Add(new() { Value = numbers });
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>Decides on a problem and the tickets that are asked for, by number and of the problem's own; null when there is no such problem.</summary>
    /// <param name="number">The problem's.</param>
    /// <param name="others">Numbers of tickets that the decision is about, too.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="decide">The tickets given are those asked for; when none are, the problem's own.</param>
    /// <param name="cancellation">When the caller has gone.</param>
    /// <param name="ifMatch">The version that the caller saw; nothing is changed when it is another.</param>
    public async Task<ProblemChange?> ChangeAsync(
        string number, IReadOnlyList<string> others, Actor by, Func<Problem, IReadOnlyList<Dossier>, Deciding, ProblemOutcome> decide, CancellationToken cancellation,
        string ifMatch = "")
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ReadAsync(connection, transaction, number, cancellation) is not { } known)
            return null;
        if (Changes.IsStale(ifMatch, known.Version))
            return new ProblemChange(known.Version, IsStale: true);
        var dossiers = others.Count > 0
            ? await tickets.LockAllAsync(transaction, "number", others.ToArray(), cancellation)
            : await tickets.LockAllAsync(transaction, "ticket_id", known.Problem.Tickets.Select(ticket => ticket.Id).ToArray(), cancellation);
        var outcome = decide(known.Problem, dossiers, new Deciding(desk, by, now, loads.Standing));

        foreach (var ticket in dossiers)
        {
            if (outcome.OnTickets.TryGetValue(ticket.Item.TicketId, out var facts))
                await tickets.SaveAsync(transaction, Outcome.Of(ticket, facts, desk, now), cancellation);
        }
        if (outcome.Tell is { Tickets.Count: > 0 } tell && await OpenAsync(transaction, tell.Tickets, cancellation) is { Count: > 0 } open)
            await outbox.SayAsync(transaction, known.Problem.Id, new ManyTold(Guid.CreateVersion7(now), now, by, tell.Word.Sv, tell.Word.En, open), cancellation);
        await SaveAsync(transaction, known, outcome, cancellation);
        await transaction.CommitAsync(cancellation);
        return new ProblemChange(known.Version + 1, IsStale: false);
    }

    private static async Task<IReadOnlyList<TicketRef>> OpenAsync(NpgsqlTransaction transaction, IReadOnlyList<TicketRef> asked, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select ticket_id from work_item where ticket_id = any($1) and status in ('new', 'open', 'waiting')", transaction.Connection, transaction)
        { Parameters = { new() { Value = asked.Select(ticket => ticket.Id).ToArray() } } };
        var open = new HashSet<Guid>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            open.Add(rows.GetGuid(0));
        return [.. asked.Where(ticket => open.Contains(ticket.Id))];
    }

    private async Task SaveAsync(NpgsqlTransaction transaction, KnownProblem before, ProblemOutcome outcome, CancellationToken cancellation)
    {
        var after = Problem.Of([.. before.Facts, .. outcome.Facts]);
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new("insert into problem_fact (problem_id, seq, fact) select $1, $2 + place - 1, fact::json from unnest($3) with ordinality as given (fact, place)")
        {
            Parameters =
            {
                new() { Value = after.Id }, new() { Value = before.Facts.Count },
                new() { Value = outcome.Facts.Select(fact => JsonSerializer.Serialize(fact, RoutingJson.Plain.ProblemFact)).ToArray() },
            },
        });
        batch.BatchCommands.Add(new("update problem set version = version + 1, status = $2, major = $3, next_word_at = $4, tickets = $5, updated_at = $6 where id = $1")
        {
            Parameters =
            {
                new() { Value = after.Id }, new() { Value = after.Status.ToWord() }, new() { Value = after.MajorSince is not null },
                new() { Value = (object?)after.NextWordAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = after.Tickets.Count },
                new() { Value = after.UpdatedAt },
            },
        });
        batch.BatchCommands.Add(outbox.Say(after.Id, new ProblemChanged(
            after.Id, after.Number, after.UpdatedAt, before.Version + 1, after.Title, after.Status.ToWord(), after.MajorSince is not null, after.Workaround,
            [.. after.Tickets.Select(ticket => ticket.Id)])));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<KnownProblem?> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string number, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new($"select version from problem where number = $1{(transaction is null ? "" : " for update")}") { Parameters = { new() { Value = number } } });
        batch.BatchCommands.Add(new("select fact::text from problem_fact where problem_id = (select id from problem where number = $1) order by seq")
        { Parameters = { new() { Value = number } } });
        await using var rows = await batch.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
            return null;
        var version = rows.GetInt64(0);
        await rows.NextResultAsync(cancellation);
        var facts = new List<ProblemFact>();
        while (await rows.ReadAsync(cancellation))
            facts.Add(JsonSerializer.Deserialize(rows.GetString(0), RoutingJson.Plain.ProblemFact)!);
        return new KnownProblem(version, facts);
    }
}
