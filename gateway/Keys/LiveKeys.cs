using System.Collections.Concurrent;
using Desk.Gateway.Callers;
using Desk.Gateway.Sessions;
using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Gateway.Keys;

/// <summary>
/// The keys in use. A request costs one hash and no query; a key never seen here is looked for in its table once; every few seconds all that are
/// remembered are asked after again, so a key revoked by any gateway is dead in this one within <see cref="Every"/>.
/// </summary>
internal sealed partial class LiveKeys(KeyStore store, InternalTokens tokens, TimeProvider clock, ILogger<LiveKeys> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<UInt128, InUse> _inUse = new();

    public async ValueTask<KnownCaller?> FindAsync(string key, CancellationToken cancellation)
    {
        var hash = Secret.Hash(key);
        // Half of SHA-256 tells keys apart: two that agree in 128 bits can't be made on purpose.
        var half = BitConverter.ToUInt128(hash);
        if (!_inUse.TryGetValue(half, out var known))
        {
            if (await store.FindAsync(hash, cancellation) is not { } kept)
                return null;
            _inUse[half] = known = new InUse(kept.Id, new KnownCaller(new Caller(kept.Id, kept.Name, null, kept.Scope, Machine: true, "sv"), tokens, clock));
        }
        known.Used = true;
        return known.Caller;
    }

    public void Forget(Guid key)
    {
        foreach (var (half, known) in _inUse)
        {
            if (known.Key == key)
                _inUse.TryRemove(half, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            if (_inUse.IsEmpty)
                continue;
            try
            {
                var used = _inUse.Values.Where(known => known.TakeUsed(clock.GetUtcNow())).Select(known => (known.Key, clock.GetUtcNow())).ToList();
                if (used.Count > 0)
                    await store.UsedAsync(used, stopping);
                var good = await store.StillGoodAsync([.. _inUse.Values.Select(known => known.Key)], stopping);
                foreach (var (half, known) in _inUse)
                {
                    if (!good.Contains(known.Key))
                        _inUse.TryRemove(half, out _);
                }
            }
            catch (NpgsqlException failure)
            {
                // Without its table nobody can say that a key is good still.
                _inUse.Clear();
                LogUnknown(logger, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys could not be asked after; they are looked up anew")]
    private static partial void LogUnknown(ILogger logger, Exception failure);

    private sealed class InUse(Guid key, KnownCaller caller)
    {
        private static readonly TimeSpan WrittenAtMostEvery = TimeSpan.FromSeconds(30);
        private DateTimeOffset _written;

        public Guid Key => key;

        public KnownCaller Caller => caller;

        public bool Used { get; set; }

        public bool TakeUsed(DateTimeOffset now)
        {
            if (!Used || now - _written < WrittenAtMostEvery)
                return false;
            (Used, _written) = (false, now);
            return true;
        }
    }
}
