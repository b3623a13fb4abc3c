using System.Collections.Concurrent;
using Desk.Contracts;
using Desk.Routing.Work;
using Npgsql;

namespace Desk.Routing.Holders;

/// <summary>
/// How the agents stand, remembered: counting twenty thousand rows for each new ticket would cost more than all else about it.
/// Counted anew every few seconds, and in between what this process hands out is added. Whose turn it was last is kept in the database, so that
/// a round goes on where it was, in every process.
/// </summary>
internal sealed partial class Loads(NpgsqlDataSource database, TimeProvider clock, ILogger<Loads> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _turns = new();
    private volatile ConcurrentDictionary<(Guid, Channel), int> _held = new();

    /// <summary>As it is remembered now; it moves with what is handed out.</summary>
    public Standing Standing => new(_held, _turns);

    /// <summary>Adds a ticket that was just given to somebody.</summary>
    public void Add(WorkItem item)
    {
        if (item.AssigneeId is not { } agent)
            return;
        _held.AddOrUpdate((agent, item.Channel), 1, (_, count) => count + 1);
        _turns[agent] = clock.GetUtcNow();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await CountAsync(stoppingToken);
                await ShareTurnsAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogAway(logger, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CountAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select assignee_id, channel, count(*)::int from work_item where status in ('new', 'open', 'waiting') and assignee_id is not null group by 1, 2");
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var held = new ConcurrentDictionary<(Guid, Channel), int>();
        while (await rows.ReadAsync(cancellation))
            held[(rows.GetGuid(0), Words.Read<Channel>(rows.GetString(1)) ?? Channel.Web)] = rows.GetInt32(2);
        _held = held;
    }

    private async Task ShareTurnsAsync(CancellationToken cancellation)
    {
        var mine = _turns.ToArray();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new("""
            insert into turn (agent_id, handed_at) select agent_id, handed_at from unnest($1, $2) as mine (agent_id, handed_at) order by agent_id
            on conflict (agent_id) do update set handed_at = excluded.handed_at where turn.handed_at < excluded.handed_at
            """)
        {
            Parameters =
            {
                new() { Value = mine.Select(turn => turn.Key).ToArray() },
                new() { Value = mine.Select(turn => turn.Value).ToArray() },
            },
        });
        batch.BatchCommands.Add(new("select agent_id, handed_at from turn"));
        await using var rows = await batch.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var at = rows.GetFieldValue<DateTimeOffset>(1);
            _turns.AddOrUpdate(rows.GetGuid(0), at, (_, known) => at > known ? at : known);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The loads could not be counted: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
