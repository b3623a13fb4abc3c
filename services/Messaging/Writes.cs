using Npgsql;

namespace Desk.Messaging;

/// <summary>What the reactions in one transaction write without waiting for the answer: it goes to the database together.</summary>
internal sealed class Writes(NpgsqlTransaction transaction)
{
    private readonly List<(Unit Unit, NpgsqlBatchCommand Command, Action<ulong>? Settled)> _pending = [];
    private readonly HashSet<Guid> _about = [];

    public void Add(Unit unit, NpgsqlBatchCommand command, Action<ulong>? settled)
    {
        _pending.Add((unit, command, settled));
        _about.Add(unit.Envelope.About);
    }

    /// <summary>Something about the same thing is yet to be written.</summary>
    public bool Concern(Unit unit) => _about.Contains(unit.Envelope.About);

    /// <summary>Carries them out, in order. Returns whose failed, and why; null when none did.</summary>
    public async Task<Reactor.Failure?> CarryOutAsync(CancellationToken cancellation)
    {
        if (_pending.Count == 0)
            return null;
        var at = _pending[0].Unit;
        try
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            foreach (var (_, command, _) in _pending)
                batch.BatchCommands.Add(command);
            await batch.ExecuteNonQueryAsync(cancellation);
            foreach (var (unit, command, settled) in _pending)
            {
                at = unit;
                settled?.Invoke(command.Rows);
            }
        }
        catch (Exception reason) when (!cancellation.IsCancellationRequested)
        {
            if (reason is PostgresException { BatchCommand: { } failed })
                at = _pending.First(write => write.Command == failed).Unit;
            return new Reactor.Failure(at, reason);
        }
        _pending.Clear();
        _about.Clear();
        return null;
    }
}
