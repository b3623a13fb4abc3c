using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.People;

/// <summary>Tells the other services of organisations they have not heard of, however those came to be.</summary>
internal sealed class TellOrganisations(NpgsqlDataSource database, Outbox outbox, TimeProvider clock, ILogger<TellOrganisations> logger) : DueWorker(logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var told = new List<OrganisationChanged>();
        await using (var take = new NpgsqlCommand("""
            update organisation set told_at = $1
            where id in (select id from organisation where told_at is null limit 100 for update skip locked)
            returning id, name, array(select domain from organisation_domain where organisation_id = organisation.id order by domain)
            """, connection, transaction)
        { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() } } })
        {
            await using var row = await take.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
                told.Add(new OrganisationChanged(row.GetGuid(0), row.GetString(1), row.GetFieldValue<string[]>(2), clock.GetUtcNow()));
        }
        foreach (var organisation in told)
            await outbox.SayAsync(transaction, organisation.OrganisationId, organisation, cancellation);
        await transaction.CommitAsync(cancellation);
        return told.Count;
    }
}
