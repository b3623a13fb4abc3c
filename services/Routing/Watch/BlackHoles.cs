using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Npgsql;

namespace Desk.Routing.Watch;

/// <summary>
/// An open ticket that would be forgotten. Reason is <c>noHolder</c>, <c>holderGone</c> (the agent is no longer active), <c>teamEmpty</c> (nobody
/// active is in the team), <c>noNextStep</c> or <c>noTime</c>.
/// </summary>
internal sealed record BlackHole(Guid TicketId, string Number, string Reason, DateTimeOffset FoundAt);

internal sealed record BlackHoleList(IReadOnlyList<BlackHole> Items);

/// <summary>
/// Proves from the store, every minute and whenever the set-up changes, that every open ticket has a holder, a next step and a time. What breaks
/// that is listed and said, and taken off the list and said again when it is mended.
/// </summary>
internal sealed class BlackHoleMonitor(
    NpgsqlDataSource database, Outbox outbox, SetUpCache setUp, TimeProvider clock, ILogger<BlackHoleMonitor> logger) : DueWorker(logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private DateTimeOffset _checkedAt;
    private long _checkedVersion = -1;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public async Task<BlackHoleList> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select ticket_id, number, reason, found_at from black_hole order by found_at, ticket_id limit 1000");
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var items = new List<BlackHole>();
        while (await rows.ReadAsync(cancellation))
            items.Add(new BlackHole(rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return new BlackHoleList(items);
    }

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        if (desk.Version == _checkedVersion && now - _checkedAt < Every && now >= _checkedAt)
            return 0;
        await CheckAsync(desk, now, cancellation);
        (_checkedAt, _checkedVersion) = (now, desk.Version);
        return 0;
    }

    private async Task CheckAsync(DeskSetUp desk, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Replicas take turns: two that compare at once would both say what they find.
        await using (var turn = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended('routing.blackholes', 0))", connection, transaction))
        {
            if (await turn.ExecuteScalarAsync(cancellation) is not true)
                return;
        }
        await using var changed = new NpgsqlCommand(
            """
            with holes as (
                select ticket_id, number, case
                    when team is null and assignee_id is null then 'noHolder'
                    when assignee_id is not null and assignee_id <> all($1) then 'holderGone'
                    when assignee_id is null and team <> all($2) then 'teamEmpty'
                    when next_step is null then 'noNextStep'
                    when next_step_at is null then 'noTime'
                end as reason
                from work_item
                where status in ('new', 'open', 'waiting')
            ),
            found as (
                insert into black_hole (ticket_id, number, reason, found_at) select ticket_id, number, reason, $3 from holes where reason is not null
                on conflict (ticket_id) do update set reason = excluded.reason where black_hole.reason <> excluded.reason
                returning ticket_id, number, reason, false as mended
            ),
            mended as (
                delete from black_hole where not exists (select from holes where holes.ticket_id = black_hole.ticket_id and holes.reason is not null)
                returning ticket_id, number, reason, true
            )
            select * from found union all select * from mended
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = desk.Agents.Where(agent => agent.Active).Select(agent => agent.Id).ToArray() },
                new() { Value = desk.Agents.Where(agent => agent.Active).SelectMany(agent => agent.Teams).Distinct().ToArray() },
                new() { Value = now },
            },
        };
        await SayAsync(changed, transaction, now, cancellation);
    }

    private async Task SayAsync(NpgsqlCommand changed, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        await using (var rows = await changed.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                batch.BatchCommands.Add(outbox.Say(rows.GetGuid(0), new BlackHoleFound(rows.GetGuid(0), rows.GetString(1), now, rows.GetString(2), rows.GetBoolean(3))));
        }
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
