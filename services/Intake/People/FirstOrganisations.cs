using Npgsql;

namespace Desk.Intake.People;

/// <summary>In Development only: the organisations that the demo people belong to, on a desk that has none.</summary>
internal sealed class FirstOrganisations(NpgsqlDataSource database, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var any = new NpgsqlCommand("lock table organisation in exclusive mode; select exists (select from organisation)", connection, transaction))
        {
            if ((bool)(await any.ExecuteScalarAsync(cancellationToken))!)
                return;
        }
        foreach (var (name, domain) in new[] { ("Nordvik kommun", "nordvik.example"), ("Lindqvist & Co", "lindqvist.example") })
            await Organisations.InsertAsync(connection, Guid.CreateVersion7(clock.GetUtcNow()), name, [domain], clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
