using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Desk.Intake.Mail.Smtp;

/// <summary>
/// How many mails a peer may bring: so many at once, and so many each minute after that (a leaking bucket for each). A peer is an address; in IPv6 the
/// network of 64 bits, for whoever has one address there has them all.
/// </summary>
internal sealed class PeerRates(int mailsPerMinute, int mailsPerMinuteFromHere, TimeProvider clock)
{
    public static readonly PeerRates None = new(int.MaxValue, int.MaxValue, TimeProvider.System);

    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    public static IPAddress PeerOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Counts one mail of this peer; false when that is one too many, and then it does not count.</summary>
    public bool MayOneMore(IPAddress address)
    {
        var peer = PeerOf(address);
        var most = IPAddress.IsLoopback(peer) ? mailsPerMinuteFromHere : mailsPerMinute;
        if (most == int.MaxValue)
            return true;
        var now = clock.GetUtcNow();
        if (_buckets.Count >= MostRemembered)
            ForgetTheQuiet(now);
        var bucket = _buckets.GetOrAdd(peer, _ => new Bucket { At = now });
        lock (bucket)
        {
            bucket.Level = Math.Max(0, bucket.Level - ((now - bucket.At).TotalMinutes * most));
            bucket.At = now;
            if (bucket.Level + 1 > most)
                return false;
            bucket.Level++;
            return true;
        }
    }

    private void ForgetTheQuiet(DateTimeOffset now)
    {
        // After a minute a bucket is empty: forgetting it changes nothing.
        foreach (var (peer, bucket) in _buckets)
        {
            if (now - bucket.At > TimeSpan.FromMinutes(1))
                _buckets.TryRemove(peer, out _);
        }
    }

    private sealed class Bucket
    {
        public double Level { get; set; }

        public DateTimeOffset At { get; set; }
    }
}
