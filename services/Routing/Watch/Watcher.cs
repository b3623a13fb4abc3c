using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Npgsql;

namespace Desk.Routing.Watch;

/// <summary>
/// Takes the tickets whose time has come: promises at risk or broken, updates due, pauses over, solved tickets to close. A ticket is locked
/// while it is looked at and says what it said in its own timeline, so any number of replicas may watch and each thing is said once.
/// </summary>
internal sealed partial class Watcher(
    NpgsqlDataSource database, WorkStore store, SetUpCache setUp, Loads loads, TimeProvider clock, ILogger<Watcher> logger) : DueWorker(logger)
{
    private const int MostTogether = 100;
    private static readonly TimeSpan Postponement = TimeSpan.FromMinutes(1);
    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var due = await store.LockDueAsync(transaction, now, MostTogether, cancellation);
        if (due.Count == 0)
            return 0;

        var deciding = new Deciding(desk, TheDesk, now, loads.Standing);
        var handedOn = new List<WorkItem>();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (ticketId, ticket) in due)
        {
            try
            {
                var outcome = Outcome.Of(ticket, Waking.Decide(ticket, deciding), desk, now);
                if (outcome.WakeAt <= now)
                    throw new InvalidOperationException("It is due again at once.");
                store.Add(batch, outcome);
                if (outcome.After.Item.AssigneeId != ticket.Item.AssigneeId)
                    handedOn.Add(outcome.After.Item);
            }
            catch (Exception failure) when (failure is InvalidOperationException or KeyNotFoundException or ArgumentException)
            {
                // One ticket that cannot be worked out must not hold up the others.
                using var scope = logger.ForTicket(ticket.Item.Number);
                LogPostponed(logger, failure, ticket.Item.Number);
                batch.BatchCommands.Add(new("update work_item set wake_at = $2, stuck_at = coalesce(stuck_at, $3) where ticket_id = $1")
                { Parameters = { new() { Value = ticketId }, new() { Value = now + Postponement }, new() { Value = now } } });
            }
        }
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        handedOn.ForEach(loads.Add);
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What time does to ticket {Ticket} could not be worked out; it is tried again in a minute")]
    private static partial void LogPostponed(ILogger logger, Exception failure, string ticket);
}
