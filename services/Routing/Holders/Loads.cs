using System.Collections.Concurrent;
using Npgsql;

namespace Desk.Routing.Holders;

/// <summary>
/// How many open tickets each agent holds, remembered: counting twenty thousand rows for each new ticket would cost more than all else about it.
/// Counted anew every few seconds, and in between what this process hands out is added.
/// </summary>
internal sealed partial class Loads(NpgsqlDataSource database, ILogger<Loads> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private volatile ConcurrentDictionary<Guid, int> _open = new();

    /// <summary>The available agent of the team with the fewest open tickets; of equals, the first by id. Leads and admins are not handed tickets.</summary>
    public Agent? Least(IEnumerable<Agent> members) => Least(members, _open);

    internal static Agent? Least(IEnumerable<Agent> members, IReadOnlyDictionary<Guid, int> open) => members
        .Where(agent => agent is { Active: true, Presence: Presence.Available, Role: Contracts.Role.Agent })
        .OrderBy(agent => open.GetValueOrDefault(agent.Id)).ThenBy(agent => agent.Id)
        .FirstOrDefault();

    public void Add(Guid? agent)
    {
        if (agent is { } id)
            _open.AddOrUpdate(id, 1, (_, count) => count + 1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await using var command = database.CreateCommand(
                    "select assignee_id, count(*)::int from work_item where status in ('new', 'open', 'waiting') and assignee_id is not null group by 1");
                await using var rows = await command.ExecuteReaderAsync(stoppingToken);
                var open = new ConcurrentDictionary<Guid, int>();
                while (await rows.ReadAsync(stoppingToken))
                    open[rows.GetGuid(0)] = rows.GetInt32(1);
                _open = open;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogAway(logger, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The loads could not be counted: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
