using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Threading.Channels;
using Desk.ServiceDefaults;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>The service whose queue this process takes from.</summary>
internal sealed record ServiceName(string Value);

/// <summary>How many groups are worked on at once, and how many messages share a transaction at most.</summary>
internal sealed record InboxSettings(int Lanes = 3, int MostTogether = 64);

/// <summary>
/// The service's queue. Deliveries are dealt to a few lanes by what they are about, so that order is kept for each ticket and no two lanes
/// fight over its rows. A lane takes all that wait for it, up to a limit, and reacts to them in one transaction: under load
/// the cost of a commit is shared, and when idle an event waits for nobody.
/// </summary>
internal sealed partial class Inbox(
    ServiceName service, InboxSettings settings, Reactions reactions, Reactor reactor, ILogger<Inbox> logger) : BackgroundService, IEndpoints
{
    // Each return of a message to its queue counts: crashes and lost connections. Failures of a reaction are not returned, but parked.
    private const int DeliveryLimit = 20;

    private readonly Channel<Unit>[] _lanes =
        [.. Enumerable.Range(0, settings.Lanes).Select(_ => Channel.CreateUnbounded<Unit>(new() { SingleReader = true }))];
    private InOrder? _inOrder;

    public HostReceiveEndpointHandle TakeFrom(IBus bus, BrokerNames names)
    {
        // What came from a lost connection waits for no turn.
        _inOrder?.Release();
        _inOrder?.Dispose();
        var inOrder = _inOrder = new InOrder(delivery =>
        {
            foreach (var carried in delivery.Events)
                Deal(carried);
        });
        return bus.TakeFrom(names.Queue(service.Value), queue =>
        {
            queue.SetQuorumQueue();
            queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            queue.SetQueueArgument("x-dead-letter-exchange", names.DeadLetters(service.Value));
            // Without these two, a message given up while the broker fails over could be lost on its way to the dead letters.
            queue.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
            queue.SetQueueArgument("x-overflow", "reject-publish");
            // Enough that every lane finds a full group waiting.
            queue.PrefetchCount = settings.Lanes * settings.MostTogether * 2;
            queue.ConfigureConsumeTopology = false;
            foreach (var type in reactions.ReactedTo)
                queue.Bind(names.ExchangeOf(type));
            queue.ConfigureReceive(pipe => pipe.UseFilter(inOrder));
        });
    }

    public void Release() => _inOrder?.Release();

    public override void Dispose()
    {
        base.Dispose();
        _inOrder?.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_lanes.Select(lane => WorkAsync(lane.Reader, stoppingToken)));

    private void Deal(Carried carried)
    {
        if (carried.Envelope is not { } envelope)
        {
            LogUnreadable(logger, carried.Unreadable!);
            _lanes[0].Writer.TryWrite(Unit.OfUnreadable(carried));
            return;
        }
        var bindings = reactions.To(envelope.Type);
        carried.Expect(bindings.Count);
        if (bindings.Count == 0)
        {
            // A binding of an earlier version, still on the broker: it no longer concerns this service.
            LogUnbound(logger, envelope.Type);
            carried.Done();
            return;
        }
        var lane = _lanes[(uint)envelope.About.GetHashCode() % settings.Lanes].Writer;
        foreach (var binding in bindings)
            lane.TryWrite(new Unit(carried, envelope, binding));
    }

    private async Task WorkAsync(ChannelReader<Unit> lane, CancellationToken stopping)
    {
        var group = new List<Unit>(settings.MostTogether);
        try
        {
            while (group.Count > 0 || await lane.WaitToReadAsync(stopping))
            {
                while (group.Count < settings.MostTogether && lane.TryRead(out var unit))
                    group.Add(unit);
                try
                {
                    await reactor.HandleAsync(group, stopping);
                    group.Clear();
                }
                catch (Exception unexpected) when (!stopping.IsCancellationRequested)
                {
                    // A lane never ends before its process: what it holds is tried again, and the inbox knows what was done.
                    LogLaneFailed(logger, unexpected);
                    await Task.Delay(TimeSpan.FromSeconds(1), stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            foreach (var unit in group)
                unit.Carried.GiveBack();
            while (lane.TryRead(out var unit))
                unit.Carried.GiveBack();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A lane of the inbox failed; it tries again")]
    private static partial void LogLaneFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message that can't be read is parked: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Type} comes to this queue, but nothing here reacts to it any more")]
    private static partial void LogUnbound(ILogger logger, string type);
}

/// <summary>One reaction to make to one event.</summary>
internal sealed class Unit(Carried carried, Envelope envelope, ReactionBinding binding)
{
    private object? _happened;
    private bool _done;

    public Carried Carried { get; } = carried;

    public Envelope Envelope { get; } = envelope;

    /// <summary>Null for a message that can't be read: it can only be parked.</summary>
    public ReactionBinding? Binding { get; private init; } = binding;

    public string Reaction => Binding?.Name ?? "";

    public object Happened => _happened ??= Binding!.Read(Envelope.Body);

    /// <summary>The number of the ticket it is about; null when the event has none, or has not been read.</summary>
    public string? Number => _happened is null ? null : Binding!.NumberOf(_happened);

    /// <summary>Once, however often it is said. True when it was the event's last.</summary>
    public bool Done()
    {
        if (_done)
            return false;
        _done = true;
        return Carried.Done();
    }

    public static Unit OfUnreadable(Carried carried)
        => new(carried, new Envelope(Guid.CreateVersion7(), "", default, carried.Delivery!.Bytes, null, null), null!) { Binding = null };
}

/// <summary>Makes reactions: in groups, alone when a group fails, and parked when alone fails.</summary>
internal sealed partial class Reactor(
    ServiceName service, NpgsqlDataSource database, IServiceScopeFactory scopes, Parking parking, Broker broker, OutboxSignal signal, ILogger<Reactor> logger)
{
    private const int MostFailuresTogether = 3;
    private const int MostTriesAtOnce = 3;

    /// <summary>Returns when every unit is done for good or parked.</summary>
    public async Task HandleAsync(IReadOnlyList<Unit> units, CancellationToken cancellation)
    {
        var together = units.ToList();
        var alone = new List<Unit>();
        for (var failures = 0; together.Count > 1; failures++)
        {
            var failure = await TryAsync(together, cancellation);
            if (failure is null)
            {
                Done(together);
                together = [];
            }
            else if (failures == MostFailuresTogether)
            {
                break;
            }
            else
            {
                // What comes after it about the same thing must not overtake it.
                var from = together.IndexOf(failure.Unit);
                var aside = together.Where((unit, i) => i >= from && unit.Envelope.About == failure.Unit.Envelope.About).ToList();
                together.RemoveAll(aside.Contains);
                alone.AddRange(aside);
            }
        }
        alone.AddRange(together);
        foreach (var unit in alone)
            await HandleAloneAsync(unit, cancellation);
    }

    private async Task HandleAloneAsync(Unit unit, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            if (await TryAsync([unit], cancellation) is not { } failure)
                break;
            if (tries < MostTriesAtOnce && Failures.MayPassAtOnce(failure.Reason))
                continue;
            using var activity = Traces.PutAside(unit);
            using var scope = logger.ForTicket(unit.Number);
            await WhileDatabaseIsAwayAsync(() => parking.ParkAsync(unit, failure.Reason, cancellation), cancellation);
            unit.Carried.PutAside();
            LogParked(logger, unit.Envelope.Type, unit.Envelope.MessageId, unit.Reaction, failure.Reason.Message);
            break;
        }
        Done([unit]);
    }

    /// <summary>Null when all is committed. Waits as long as the database is away: that is no fault of a message.</summary>
    private async Task<Failure?> TryAsync(IReadOnlyList<Unit> units, CancellationToken cancellation)
    {
        Failure? failure = null;
        await WhileDatabaseIsAwayAsync(async () => failure = await TryOnceAsync(units, cancellation), cancellation);
        return failure;
    }

    private async Task<Failure?> TryOnceAsync(IReadOnlyList<Unit> units, CancellationToken cancellation)
    {
        foreach (var unit in units)
        {
            try
            {
                if (unit.Binding is null)
                    throw new PoisonException(unit.Carried.Unreadable!);
                _ = unit.Happened;
            }
            catch (Exception unreadable) when (unreadable is PoisonException or JsonException or NotSupportedException)
            {
                return new Failure(unit, unreadable as PoisonException ?? new PoisonException($"The event can't be read: {unreadable.Message}"));
            }
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var unseen = await EnterAsync(transaction, units, cancellation);
        var writes = new Writes(transaction);
        foreach (var unit in units)
        {
            if (unseen.Remove((unit.Envelope.MessageId, unit.Reaction)) && await ReactAsync(unit, transaction, writes, cancellation) is { } failure)
                return await UndoneAsync(failure);
        }
        if (await writes.CarryOutAsync(cancellation) is { } failed)
            return await UndoneAsync(failed);
        await transaction.CommitAsync(cancellation);
        return null;

        async Task<Failure> UndoneAsync(Failure failure)
        {
            if (Failures.IsDatabaseAway(failure.Reason, connection))
                throw new DatabaseAwayException(failure.Reason);
            await transaction.RollbackAsync(cancellation);
            return failure;
        }
    }

    /// <summary>The inbox rows, in one round trip. What comes back was not seen before.</summary>
    internal static async Task<HashSet<(Guid, string)>> EnterAsync(NpgsqlTransaction transaction, IReadOnlyList<Unit> units, CancellationToken cancellation)
    {
        // Ordered, so that two processes that were given the same messages can't lock each other out.
        await using var enter = new NpgsqlCommand(
            """
            insert into messaging.inbox (message_id, reaction)
            select * from unnest($1, $2) as given (message_id, reaction) order by 1, 2
            on conflict do nothing returning message_id, reaction
            """, transaction.Connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. units.Select(unit => unit.Envelope.MessageId)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. units.Select(unit => unit.Reaction)] },
            },
        };
        var unseen = new HashSet<(Guid, string)>(units.Count);
        await using var rows = await enter.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            unseen.Add((rows.GetGuid(0), rows.GetString(1)));
        return unseen;
    }

    /// <summary>Returns whose reaction failed, and why: its own, or one whose writes had to go before it. Null when none did.</summary>
    private async Task<Failure?> ReactAsync(Unit unit, NpgsqlTransaction transaction, Writes writes, CancellationToken cancellation)
    {
        if (writes.Concern(unit) && await writes.CarryOutAsync(cancellation) is { } failure)
            return failure;
        var happened = unit.Happened;
        using var activity = Traces.React(unit);
        using var scope = logger.ForTicket(unit.Number);
        try
        {
            await using var services = scopes.CreateAsyncScope();
            await unit.Binding!.ReactAsync(services.ServiceProvider, happened, new Reaction(unit, transaction, writes), cancellation);
            return null;
        }
        catch (Exception reason) when (!cancellation.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, reason.Message);
            return new Failure(unit, reason);
        }
    }

    /// <summary>Makes one reaction, with all that it writes.</summary>
    internal async Task ReactAsync(Unit unit, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var writes = new Writes(transaction);
        if ((await ReactAsync(unit, transaction, writes, cancellation) ?? await writes.CarryOutAsync(cancellation)) is { } failure)
            ExceptionDispatchInfo.Throw(failure.Reason);
    }

    private void Done(IReadOnlyList<Unit> units)
    {
        signal.Committed();
        foreach (var unit in units)
        {
            if (unit.Done() && !unit.Carried.IsPutAside && Echoes.EarIn(unit.Envelope.Echo, service.Value) is { } ear)
                _ = EchoAsync(ear, unit.Envelope.MessageId);
        }
    }

    private async Task EchoAsync(string ear, Guid messageId)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await broker.EchoAsync(ear, messageId, limit.Token);
        }
        catch (Exception failure)
        {
            LogNoEcho(logger, messageId, failure.Message);
        }
    }

    private async Task WhileDatabaseIsAwayAsync(Func<Task> work, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception away) when (Failures.IsDatabaseAway(away) && !cancellation.IsCancellationRequested)
            {
                if (failures == 0)
                    LogAway(logger, away.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5000, 20 * Math.Pow(2, Math.Min(failures, 10)))), cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} {MessageId} is put aside for {Reaction}: {Reason}")]
    private static partial void LogParked(ILogger logger, string type, Guid messageId, string reaction, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Messages are held until the database is back: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No echo of {MessageId}: {Reason}")]
    private static partial void LogNoEcho(ILogger logger, Guid messageId, string reason);

    internal sealed record Failure(Unit Unit, Exception Reason);
}

/// <summary>What a failure says about trying again.</summary>
internal static class Failures
{
    /// <summary>Two transactions were in each other's way: the next try may find the road free.</summary>
    public static bool MayPassAtOnce(Exception failure) => failure is PostgresException { SqlState: "40001" or "40P01" or "55P03" or "23505" };

    /// <summary>The connection broke, or the server goes down, comes up or is full. No message is to blame.</summary>
    public static bool IsDatabaseAway(Exception failure, NpgsqlConnection? connection = null) => failure switch
    {
        DatabaseAwayException => true,
        PostgresException postgres => postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState is "57P01" or "57P02" or "57P03" or "57P05" or "53300",
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException npgsql => npgsql.InnerException is IOException or System.Net.Sockets.SocketException or EndOfStreamException
            || npgsql.Message.Contains("pool has been exhausted", StringComparison.Ordinal),
        _ => connection is { FullState: System.Data.ConnectionState.Broken or System.Data.ConnectionState.Closed },
    };
}

internal sealed class DatabaseAwayException(Exception failure) : Exception(failure.Message, failure);
