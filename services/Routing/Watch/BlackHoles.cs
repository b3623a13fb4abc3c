using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Npgsql;

namespace Desk.Routing.Watch;

/// <summary>
/// An open ticket that would be forgotten, or a major incident whose next word is late: then the reason is <c>wordOverdue</c>, and the id and the number are the
/// problem's. A ticket's reason is <c>noHolder</c>, <c>holderGone</c> (the agent is no longer active), <c>holderOffDuty</c> (not here for two weeks),
/// <c>teamGone</c> (no such team), <c>teamEmpty</c> (nobody active is in it), <c>teamOffDuty</c> (nobody of it is on duty for two weeks), <c>stuck</c> (what time
/// does to it cannot be worked out), <c>noNextStep</c>, <c>noTime</c> or <c>silent</c> (the requester heard nothing for longer than promised).
/// </summary>
internal sealed record BlackHole(Guid TicketId, string Number, string Reason, DateTimeOffset FoundAt);

internal sealed record BlackHoleList(IReadOnlyList<BlackHole> Items);

/// <summary>
/// Proves from the store, every minute and whenever the set-up changes, that every open ticket has a holder who is on duty or a team with somebody on
/// duty next, a next step, a time, and a requester who is spoken to; and every major incident its next word in time. What breaks that is listed and said, the
/// lead who answers for it is told, and it is taken off the list and said again when it is mended.
/// </summary>
internal sealed class BlackHoleMonitor(
    NpgsqlDataSource database, Outbox outbox, SetUpCache setUp, TimeProvider clock, ILogger<BlackHoleMonitor> logger) : DueWorker(logger)
{
    private const int MostNamed = 50;
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

    internal async Task CheckAsync(DeskSetUp desk, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Replicas take turns: two that compare at once would both say what they find.
        if (!await Turn.TakeAsync(transaction, "routing.blackholes", cancellation))
            return;
        var active = desk.Agents.Where(agent => agent.Active).ToList();
        var staffed = desk.Teams.Where(team => desk.Members(team.Key).Any()).ToList();
        await using var changed = new NpgsqlCommand(
            """
            with holes as (
                select ticket_id, number, case
                    when team is null and assignee_id is null then 'noHolder'
                    when assignee_id <> all($1) then 'holderGone'
                    when assignee_id <> all($2) then 'holderOffDuty'
                    when assignee_id is null and team <> all($3) then 'teamGone'
                    when assignee_id is null and team <> all($4) then 'teamEmpty'
                    when assignee_id is null and team <> all($5) then 'teamOffDuty'
                    when stuck_at is not null then 'stuck'
                    when next_step is null then 'noNextStep'
                    when next_step_at is null then 'noTime'
                    when silent_at <= $6 then 'silent'
                end as reason
                from work_item
                where status in ('new', 'open', 'waiting')
                union all
                select id, number, 'wordOverdue' from problem where major and next_word_at <= $6
            ),
            found as (
                insert into black_hole (ticket_id, number, reason, found_at) select ticket_id, number, reason, $6 from holes where reason is not null
                on conflict (ticket_id) do update set reason = excluded.reason where black_hole.reason <> excluded.reason
                returning ticket_id, number, reason, false as mended
            ),
            mended as (
                delete from black_hole where not exists (select from holes where holes.ticket_id = black_hole.ticket_id and holes.reason is not null)
                returning ticket_id, number, reason, true
            )
            select changed.ticket_id, changed.number, reason, mended, team
            from (select * from found union all select * from mended) as changed left join work_item using (ticket_id)
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = active.Select(agent => agent.Id).ToArray() },
                new() { Value = active.Where(agent => desk.Duties.Comes(agent, now)).Select(agent => agent.Id).ToArray() },
                new() { Value = desk.Teams.Select(team => team.Key).ToArray() },
                new() { Value = staffed.Select(team => team.Key).ToArray() },
                new() { Value = staffed.Where(team => desk.Duties.IsStaffedSoon(team.Key, [.. desk.Members(team.Key)], now)).Select(team => team.Key).ToArray() },
                new() { Value = now },
            },
        };
        await SayAsync(changed, transaction, desk, now, cancellation);
    }

    private async Task SayAsync(NpgsqlCommand changed, NpgsqlTransaction transaction, DeskSetUp desk, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = new List<ReportedHole>();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        await using (var rows = await changed.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
            {
                var (number, reason, mended) = (rows.GetString(1), rows.GetString(2), rows.GetBoolean(3));
                batch.BatchCommands.Add(outbox.Say(rows.GetGuid(0), new BlackHoleFound(rows.GetGuid(0), number, now, reason, mended)));
                // Its holder is not here: the watcher hands it on, if there is anybody.
                if (!mended && reason is "holderGone" or "holderOffDuty")
                    batch.BatchCommands.Add(new("update work_item set wake_at = $2 where ticket_id = $1") { Parameters = { new() { Value = rows.GetGuid(0) }, new() { Value = now } } });
                if (!mended)
                    found.Add(new ReportedHole(number, reason, rows.IsDBNull(4) ? null : rows.GetString(4)));
            }
        }
        foreach (var theirs in found.GroupBy(hole => desk.LeadOf(hole.Team)).Where(theirs => theirs.Key is not null))
        {
            var (report, lead) = (Guid.CreateVersion7(), theirs.Key!);
            batch.BatchCommands.Add(outbox.Say(report, new BlackHolesReported(report, now, lead.Email, lead.Name, theirs.Count(), [.. theirs.Take(MostNamed)])));
        }
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
