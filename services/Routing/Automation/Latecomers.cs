using Desk.Messaging;
using Desk.Routing.SetUp;
using Npgsql;

namespace Desk.Routing.Automation;

/// <summary>
/// A replica that has not yet seen that the triggers changed may take in a ticket meanwhile, and not know the time at which one of them comes. When all have seen it,
/// what was touched in between is looked at once more.
/// </summary>
internal sealed class Latecomers(NpgsqlDataSource database, SetUpCache setUp, TimeProvider clock, ILogger<Latecomers> logger) : DueWorker(logger)
{
    private string? _known;
    private (DateTimeOffset Since, DateTimeOffset At)? _look;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var current = $"{desk.TriggersVersion} {string.Join(' ', desk.Triggers.Select(trigger => trigger.Key))}";
        if (_known is not null && _known != current)
            _look = (now - 2 * SetUpCache.SeenEverywhere, now + SetUpCache.SeenEverywhere);
        _known = current;
        if (_look is not { } look || look.At > now)
            return 0;
        if (desk.Triggers.Any(trigger => trigger.On.IsTime))
        {
            await using var command = database.CreateCommand("update work_item set wake_at = least(wake_at, $1) where status <> 'closed' and updated_at >= $2");
            command.Parameters.Add(new() { Value = now });
            command.Parameters.Add(new() { Value = look.Since });
            await command.ExecuteNonQueryAsync(cancellation);
        }
        _look = null;
        return 0;
    }
}
