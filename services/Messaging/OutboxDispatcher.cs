using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging;

/// <summary>Sweep: how long what nobody told of may lie in the outbox.</summary>
internal sealed record OutboxSettings(TimeSpan Sweep)
{
    public static OutboxSettings Usual { get; } = new(TimeSpan.FromMilliseconds(200));
}

/// <summary>
/// Carries what was said to the broker: reads a batch, publishes it, deletes it when the broker has confirmed. One dispatcher works on a
/// database at a time, the holder of an advisory lock; when its session ends, however it ends, another takes over. Until then the other
/// replicas only tell it, by NOTIFY, that they have said something.
/// </summary>
/// <remarks>
/// The writer's own transaction never notifies: NOTIFY takes a lock on the whole cluster until the commit is on disk, and so ends group commit.
/// A writer in this process raises <see cref="OutboxSignal"/> instead, and the dispatcher looks, at growing intervals, until as many rows as were
/// said have been there. A reaction also tells when its transaction has ended. A sweep covers what nobody tells of (ADR 0004).
/// </remarks>
internal sealed partial class OutboxDispatcher(
    NpgsqlDataSource database, Broker broker, OutboxSignal signal, OutboxSettings settings, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int MostAtOnce = 500;
    private const int MostTogether = 64;
    private const long MostBytesTogether = 256 * 1024;

    // A batch of this many is worth its round trips as it is; smaller ones gather a little, but never so long that somebody feels it.
    private const int Plenty = 64;
    private const int LongestGatheringMs = 20;

    // 1, 2, 4 … 64 ms: a commit that takes longer is found by the sweep.
    private const int LastLook = 7;

    private const string Lock = "hashtextextended('desk.outbox', 0)";

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var session = await database.OpenConnectionAsync(stoppingToken);
                try
                {
                    while (!await HoldAsync(session, stoppingToken))
                        await StandByAsync(session, stoppingToken);
                    failures = 0;
                    await LeadAsync(session, stoppingToken);
                }
                finally
                {
                    await LetGoAsync(session);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogAway(logger, failure.Message);
                await Task.Delay(BackOff(failures++), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<bool> HoldAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({Lock})", session);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    // The connection lives on in the pool; a broken one has let go already.
    private static async Task LetGoAsync(NpgsqlConnection session)
    {
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all(); unlisten *", session);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException or ObjectDisposedException or IOException)
        {
            // What broke it is told by whoever used it.
        }
    }

    // Another process holds the dispatcher. It can't see this one's signal, so pass it on, at most every few milliseconds, and try for the lock.
    private async Task StandByAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        if (!await signal.WaitForWordAsync(TimeSpan.FromSeconds(1), cancellation))
            return;
        await Task.Delay(3, cancellation);
        signal.Settle(signal.Owed);
        await using var notify = new NpgsqlCommand("select pg_notify('messaging_outbox', '')", session);
        await notify.ExecuteNonQueryAsync(cancellation);
    }

    private async Task LeadAsync(NpgsqlConnection session, CancellationToken stoppingToken)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var listening = ListenAsync(session, leading.Token);
        var dispatching = DispatchAsync(leading.Token);
        var ended = await Task.WhenAny(listening, dispatching);
        await leading.CancelAsync();
        await Task.WhenAll(listening, dispatching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    // Also the watch over the lock: when the session ends, so does this, and with it the dispatching.
    private async Task ListenAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        // How much another process has said, and whether it is committed, is not known: every look is made.
        session.Notification += (_, _) => signal.Say(MostAtOnce);
        await using (var listen = new NpgsqlCommand("listen messaging_outbox", session))
            await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
            await session.WaitAsync(cancellation);
    }

    private async Task DispatchAsync(CancellationToken cancellation)
    {
        var failures = 0;
        var looks = 0;
        var gatheringMs = 0;
        while (true)
        {
            int sent, owed = signal.Owed;
            try
            {
                sent = await DispatchBatchAsync(cancellation);
                failures = 0;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception failure)
            {
                if (failures == 0)
                    LogHeld(logger, failure.Message);
                await Task.Delay(BackOff(failures++), cancellation);
                continue;
            }
            if (sent > 0)
            {
                looks = 0;
                signal.Settle(sent);
                // Rows at every look: each look waits a little longer, until one finds nothing. Idle, that is the look after the first row.
                if (sent < Plenty)
                    await Task.Delay(gatheringMs = Math.Min(gatheringMs + 1, LongestGatheringMs), cancellation);
            }
            else if (owed > 0 && looks < LastLook)
            {
                // Somebody said something; the commit may be a few milliseconds away.
                gatheringMs = 0;
                await signal.WaitForCommitAsync(TimeSpan.FromMilliseconds(1 << looks++), cancellation);
            }
            else
            {
                // Rolled back, or so late that it is the sweep's.
                signal.Settle(owed);
                looks = gatheringMs = 0;
                await signal.WaitForWordAsync(settings.Sweep, cancellation);
            }
        }
    }

    private async Task<int> DispatchBatchAsync(CancellationToken cancellation)
    {
        var ids = new List<long>();
        var batch = new List<Envelope>();
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await using var read = new NpgsqlCommand(
                "select id, message_id, type, about, body, traceparent, echo from messaging.outbox order by id limit $1", connection)
            { Parameters = { new NpgsqlParameter<int> { TypedValue = MostAtOnce } } };
            await using var rows = await read.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                ids.Add(rows.GetInt64(0));
                batch.Add(new Envelope(
                    rows.GetGuid(1), rows.GetString(2), rows.GetGuid(3), rows.GetFieldValue<byte[]>(4),
                    rows.IsDBNull(5) ? null : rows.GetString(5), rows.IsDBNull(6) ? null : rows.GetString(6)));
            }
        }
        if (batch.Count == 0)
            return 0;

        var sent = await SendAsync(batch, cancellation);
        cancellation.ThrowIfCancellationRequested();

        if (sent.Count > 0)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            // A lost delete costs a second publishing, which the inbox passes over: not worth a flush to disk.
            await using var delete = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("set local synchronous_commit = off"),
                    new("delete from messaging.outbox where id = any($1)") { Parameters = { new() { Value = sent.Select(i => ids[i]).ToArray() } } },
                },
            };
            await delete.ExecuteNonQueryAsync(cancellation);
        }
        if (sent.Count < batch.Count)
            throw new BrokerAwayException($"{batch.Count - sent.Count} of {batch.Count} events were not confirmed");
        return sent.Count;
    }

    /// <summary>
    /// What is about the same thing goes one after the other, each confirmed before the next; all things go at once, those of one type in the same message.
    /// Returns the places in the batch of what was confirmed.
    /// </summary>
    private async Task<List<int>> SendAsync(List<Envelope> batch, CancellationToken cancellation)
    {
        // A broker that takes nothing and says nothing must not hold the batch for ever. Every confirmation gives it time anew.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestSilence);
        var sent = new List<int>(batch.Count);
        var held = new HashSet<Guid>();
        foreach (var wave in Waves(batch))
        {
            var messages = wave.Where(i => !held.Contains(batch[i].About)).GroupBy(i => batch[i].Type).SelectMany(type => Messages(batch, type)).ToList();
            var confirmed = await Task.WhenAll(messages.Select(message => SendAsync([.. message.Select(i => batch[i])], limit)));
            foreach (var (message, isConfirmed) in messages.Zip(confirmed))
            {
                if (isConfirmed)
                    sent.AddRange(message);
                else
                    held.UnionWith(message.Select(i => batch[i].About));
            }
        }
        return sent;
    }

    /// <summary>The first word about each thing, then the second, and so on. Pure.</summary>
    internal static List<List<int>> Waves(IReadOnlyList<Envelope> batch)
    {
        var waves = new List<List<int>>();
        var words = new Dictionary<Guid, int>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            var before = words.GetValueOrDefault(batch[i].About);
            words[batch[i].About] = before + 1;
            if (before == waves.Count)
                waves.Add([]);
            waves[before].Add(i);
        }
        return waves;
    }

    /// <summary>Few enough for a message, and small: a file travels alone. Pure.</summary>
    internal static IEnumerable<List<int>> Messages(IReadOnlyList<Envelope> batch, IEnumerable<int> ofOneType)
    {
        var message = new List<int>();
        var bytes = 0L;
        foreach (var i in ofOneType)
        {
            if (message.Count > 0 && (message.Count == MostTogether || bytes + batch[i].Body.Length > MostBytesTogether))
            {
                yield return message;
                (message, bytes) = ([], 0);
            }
            message.Add(i);
            bytes += batch[i].Body.Length;
        }
        if (message.Count > 0)
            yield return message;
    }

    private async Task<bool> SendAsync(Envelope[] envelopes, CancellationTokenSource limit)
    {
        var carrying = new Activity?[envelopes.Length];
        for (var i = 0; i < envelopes.Length; i++)
        {
            carrying[i] = Traces.Carry(envelopes[i]);
            envelopes[i] = carrying[i] is { } activity ? envelopes[i] with { TraceParent = activity.Id } : envelopes[i];
        }
        try
        {
            await broker.PublishAsync(envelopes, limit.Token);
            limit.CancelAfter(LongestSilence);
            return true;
        }
        catch (Exception failure)
        {
            foreach (var activity in carrying)
                Traces.Forget(activity);
            foreach (var envelope in envelopes)
                LogNotSent(logger, envelope.Type, envelope.MessageId, failure.Message);
            return false;
        }
        finally
        {
            foreach (var activity in carrying)
                activity?.Dispose();
        }
    }

    private static TimeSpan BackOff(int failures)
        => TimeSpan.FromMilliseconds(Math.Min(LongestBackOff.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(failures, 10))));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits for its database: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox keeps its events until the broker takes them: {Reason}")]
    private static partial void LogHeld(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Type} {MessageId} was not confirmed: {Reason}")]
    private static partial void LogNotSent(ILogger logger, string type, Guid messageId, string reason);
}

internal sealed class BrokerAwayException(string what) : Exception(what);
