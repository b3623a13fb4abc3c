using Npgsql;

namespace Desk.Gateway.Sessions;

/// <summary>Removes what is over: sessions and links past their time, audit past a year. Any number of gateways may run it.</summary>
internal sealed partial class SweepExpired(NpgsqlDataSource database, TimeProvider clock, ILogger<SweepExpired> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                var now = clock.GetUtcNow();
                await using var batch = database.CreateBatch();
                batch.BatchCommands.Add(new("delete from session where expires_at < $1") { Parameters = { new() { Value = now } } });
                batch.BatchCommands.Add(new("delete from sign_in_link where created_at < $1") { Parameters = { new() { Value = now.AddDays(-1) } } });
                batch.BatchCommands.Add(new("delete from audit where at < $1") { Parameters = { new() { Value = now.AddYears(-1) } } });
                await batch.ExecuteNonQueryAsync(stopping);
            }
            catch (NpgsqlException failure)
            {
                LogLater(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired sessions could not be swept; next try in an hour")]
    private static partial void LogLater(ILogger logger, Exception failure);
}
