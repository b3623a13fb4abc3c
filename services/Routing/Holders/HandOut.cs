using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Npgsql;

namespace Desk.Routing.Holders;

/// <summary>
/// Hands out what found no holder when it came: nobody was there, all had their hands full, or the right skill was missing and is now no longer
/// asked for. The tickets whose promises press most go first; each is locked and looked at again, so any number of replicas may hand out.
/// </summary>
internal sealed class HandOut(
    NpgsqlDataSource database, WorkStore store, SetUpCache setUp, Loads loads, TimeProvider clock, ILogger<HandOut> logger) : DueWorker(logger)
{
    private const int MostTogether = 200;

    /// <summary>Whoever has no capacity set is not handed what has piled up beyond this: the first in the morning must not get the whole night.</summary>
    private const int UsualRoom = 10;

    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        var teams = desk.Teams.Where(team => team.Assign != Strategy.ByHand && desk.Members(team.Key).Any(agent => agent.Presence == Presence.Available)).Select(team => team.Key).ToArray();
        if (teams.Length == 0)
            return 0;
        foreach (var (ticketId, team, seeking) in await store.SeekingAsync(teams, MostTogether, cancellation))
        {
            if (Choice.Of(desk, desk.Team(team), seeking with { MostOpen = UsualRoom }, loads.Standing, now) is not null)
                await HandAsync(ticketId, desk, now, cancellation);
        }
        return 0;
    }

    private async Task HandAsync(Guid ticketId, DeskSetUp desk, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await store.LockAsync(transaction, ticketId, cancellation) is not { Item: { Seeks: true, IsOpen: true } item } ticket
            || Choice.Of(desk, desk.Team(item.Team), Seeking.Of(item) with { MostOpen = UsualRoom }, loads.Standing, now) is not { } holder)
        {
            return;
        }
        var outcome = Outcome.Of(ticket, [new Assigned(now, TheDesk, item.Team, holder.Id, holder.Name, null)], desk, now);
        await store.SaveAsync(transaction, outcome, cancellation);
        await transaction.CommitAsync(cancellation);
        loads.Add(outcome.After.Item);
    }
}
