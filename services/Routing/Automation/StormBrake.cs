using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Automation;

/// <summary>HeldBack: of those in the last day, how many did nothing because of the limits. StoppedAt: since when it is stopped for firing too often.</summary>
internal sealed record TriggerState(string Key, int LastHour, int LastDay, int HeldBack, DateTimeOffset? LastAt, DateTimeOffset? StoppedAt);

internal sealed record TriggerStates(IReadOnlyList<TriggerState> Items);

/// <summary>
/// Stops a trigger that fires on too many tickets in a minute, and tells the lead; a person switches it on again. Looks every second, so that a
/// storm may be as many firings over its limit as come in that time and until every replica has seen the stop.
/// </summary>
internal sealed partial class StormBrake(NpgsqlDataSource database, Outbox outbox, SetUpCache setUp, TimeProvider clock, ILogger<StormBrake> logger) : DueWorker(logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        if (desk.Triggers.Count == 0)
            return 0;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var forget = new NpgsqlCommand("delete from trigger_firing where at < $1", connection, transaction) { Parameters = { new() { Value = now - Kept } } })
            await forget.ExecuteNonQueryAsync(cancellation);
        var stopped = new List<(string Trigger, int Fired)>();
        await using (var stop = new NpgsqlCommand("""
            insert into trigger_stop as stop (trigger, stopped_at, fired)
            select trigger, $1, count(*)::int
            from trigger_firing join unnest($2, $3) as limits (trigger, most) using (trigger)
            where at > $1 - interval '1 minute' and held_back is null
              and at > coalesce((select resumed_at from trigger_stop where trigger_stop.trigger = trigger_firing.trigger), '-infinity')
            group by trigger, most having count(*) > most
            on conflict (trigger) do update set stopped_at = excluded.stopped_at, fired = excluded.fired, resumed_at = null, resumed_by = null where stop.resumed_at is not null
            returning trigger, fired
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = now }, new() { Value = desk.Triggers.Select(trigger => trigger.Key).ToArray() }, new() { Value = desk.Triggers.Select(trigger => trigger.PerMinute).ToArray() },
            },
        })
        {
            await using var rows = await stop.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
                stopped.Add((rows.GetString(0), rows.GetInt32(1)));
        }
        if (stopped.Count == 0)
        {
            await transaction.CommitAsync(cancellation);
            return 0;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        foreach (var (key, fired) in stopped)
        {
            var name = desk.Triggers.First(trigger => trigger.Key == key).Name;
            LogStopped(logger, name, fired);
            if (desk.LeadOf(null) is { } lead)
            {
                var id = Guid.CreateVersion7(now);
                batch.BatchCommands.Add(outbox.Say(id, new AgentTold(
                    id, now, lead.Email, lead.Name, ToldAbout.TriggerStopped, null, name, $"Den utlöstes {fired} gånger på en minut.", $"It fired {fired} times in a minute.")));
            }
        }
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        setUp.Forget();
        return 0;
    }

    public static async Task<Ok<TriggerStates>> ReadAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select coalesce(fired.trigger, stop.trigger), coalesce(hour, 0), coalesce(day, 0), coalesce(held, 0), last, case when stop.resumed_at is null then stop.stopped_at end
            from (select trigger, count(*) filter (where at > $1 - interval '1 hour' and held_back is null)::int as hour, count(*) filter (where held_back is null)::int as day,
                         count(*) filter (where held_back is not null)::int as held, max(at) as last
                  from trigger_firing where at > $1 - interval '1 day' group by trigger) as fired
            full join trigger_stop as stop using (trigger) order by 1
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var states = new List<TriggerState>();
        while (await rows.ReadAsync(cancellation))
        {
            states.Add(new TriggerState(
                rows.GetString(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetInt32(3), rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4),
                rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5)));
        }
        return TypedResults.Ok(new TriggerStates(states));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> ResumeAsync(
        string key, Caller caller, NpgsqlDataSource database, SetUpCache setUp, TimeProvider clock, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("update trigger_stop set resumed_at = $2, resumed_by = $3 where trigger = $1 and resumed_at is null")
        { Parameters = { new() { Value = key }, new() { Value = clock.GetUtcNow() }, new() { Value = caller.Name } } });
        batch.BatchCommands.Add(new("update setup_version set version = version + 1"));
        batch.BatchCommands.Add(SetUpStore.WakeForTriggers(clock.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (batch.BatchCommands[0].RecordsAffected == 0)
            return Problems.NotFound("trigger.notStopped", "No such trigger is stopped.");
        await transaction.CommitAsync(cancellation);
        setUp.Forget();
        return TypedResults.NoContent();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trigger {Trigger} fired {Fired} times in a minute and is stopped until a person switches it on again")]
    private static partial void LogStopped(ILogger logger, string trigger, int fired);
}
