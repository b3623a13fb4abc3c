using System.Net;
using System.Threading.RateLimiting;

namespace Desk.Web.Portal;

/// <summary>
/// How much one address may add to what is counted of visits: so much in all, and less of one outcome of one article. An office of many shares an address and is
/// counted; who sends the same again and again is not. What was said is known by its hash alone, so that nobody fills the memory with names they made up.
/// </summary>
internal sealed class VisitLimit : IDisposable
{
    /// <summary>An hour, from one address.</summary>
    public const int MostOfAll = 600;

    /// <summary>An hour, from one address, of one outcome of one article.</summary>
    public const int MostOfOne = 20;

    private const int Kinds = 1024;

    private readonly PartitionedRateLimiter<(IPAddress From, int What)> _limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<(IPAddress From, int What), IPAddress>(visit => AnHour(visit.From, MostOfAll)),
        PartitionedRateLimiter.Create<(IPAddress From, int What), (IPAddress, int)>(visit => AnHour(visit, MostOfOne)));

    /// <summary>Whether the visit counts.</summary>
    public bool Counts(HttpContext context, string article, string outcome)
    {
        using var lease = _limiter.AttemptAcquire((context.Connection.RemoteIpAddress ?? IPAddress.None, HashCode.Combine(article, outcome) & (Kinds - 1)));
        return lease.IsAcquired;
    }

    private static RateLimitPartition<TKey> AnHour<TKey>(TKey key, int most)
        => RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromHours(1) });

    public void Dispose() => _limiter.Dispose();
}
