using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Routing.SetUp;

/// <summary>Tells the other services which teams an agent is of, whenever that is not what they were told, however it came to change.</summary>
internal sealed class TellTeams(NpgsqlDataSource database, Outbox outbox, TimeProvider clock, ILogger<TellTeams> logger) : DueWorker(logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var changed = new List<AgentChanged>();
        await using (var take = new NpgsqlCommand("""
            update agent set told_teams = teams, told_active = active
            where id in (select id from agent where told_teams is distinct from teams or told_active is distinct from active limit 100 for update skip locked)
            returning id, active, teams
            """, connection, transaction))
        {
            await using var row = await take.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
                changed.Add(new AgentChanged(row.GetGuid(0), row.GetBoolean(1), row.GetFieldValue<string[]>(2), clock.GetUtcNow()));
        }
        foreach (var agent in changed)
            await outbox.SayAsync(transaction, agent.AgentId, agent, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed.Count;
    }
}
