using Desk.Messaging;
using Desk.Notification.Deliveries;
using Npgsql;

namespace Desk.Notification.Confirmations;

/// <summary>Confirms without articles what has waited long enough for them.</summary>
internal sealed class LateConfirmations(NpgsqlDataSource database, ConfirmationStore confirmations, SendDue sender, ILogger<LateConfirmations> logger)
    : DueWorker(logger)
{
    private const int AtOnce = 100;

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var late = await confirmations.TakeLateAsync(transaction, AtOnce, cancellation);
        if (late.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var (id, number) in late)
                batch.BatchCommands.Add(confirmations.NoLongerWaiting(id, number));
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        if (late.Count > 0)
            sender.Wake();
        return late.Count;
    }
}
