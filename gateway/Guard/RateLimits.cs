using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Desk.Gateway.Callers;
using Microsoft.AspNetCore.RateLimiting;

namespace Desk.Gateway.Guard;

/// <summary>
/// How much one caller may ask. Whoever is known has room for a program at full speed; an address without a caller for an office behind one router;
/// sign-in and links for people who mistype. <c>Desk:Limits:AnonymousPerSecond</c> and so on move them.
/// </summary>
internal static class RateLimits
{
    public const string SignIn = "sign-in";
    public const string Links = "links";

    public static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Who>(ForAll);
        options.AddPolicy(SignIn, context => PerMinute(context, "SignInsPerMinute", 20));
        options.AddPolicy(Links, context => PerMinute(context, "LinksPerMinute", 10));
        options.OnRejected = (rejected, _) =>
        {
            var context = rejected.HttpContext;
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 5;
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (Refusals.WantsPage(context.Request) && context.Request.Path.StartsWithSegments("/account"))
            {
                context.Response.Redirect("/sign-in?error=locked");
                return ValueTask.CompletedTask;
            }
            return new ValueTask(Refusals.WriteAsync(context, StatusCodes.Status429TooManyRequests, "request.tooMany", "Too much at once from here. Wait a while and try again."));
        };
    }

    private static RateLimitPartition<Who> ForAll(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/health"))
            return RateLimitPartition.GetNoLimiter(default(Who));
        if (context.Features.Get<RequestCaller>() is { } known)
            return RateLimitPartition.GetTokenBucketLimiter(new Who(known.Known.Caller.Id, 0, 0), _ => Bucket(Limit(context, "CallerPerSecond", 5000), seconds: 1));
        return RateLimitPartition.GetTokenBucketLimiter(Address(context), _ => Bucket(Limit(context, "AnonymousPerSecond", 100), seconds: 1));
    }

    private static RateLimitPartition<Who> PerMinute(HttpContext context, string setting, int standard)
        => RateLimitPartition.GetTokenBucketLimiter(Address(context), _ => Bucket(Limit(context, setting, standard), seconds: 60));

    /// <summary>Up to five seconds' worth at once (a page brings its files with it), or a minute's for the slow ones.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int tokens, int seconds) => new()
    {
        TokenLimit = seconds == 1 ? tokens * 5 : tokens,
        TokensPerPeriod = Math.Max(1, tokens / 10),
        ReplenishmentPeriod = TimeSpan.FromSeconds(seconds / 10.0),
        QueueLimit = 0,
    };

    private static int Limit(HttpContext context, string setting, int standard)
        => context.RequestServices.GetRequiredService<IConfiguration>().GetValue("Desk:Limits:" + setting, standard);

    /// <summary>A household or office has one IPv4 address, or one /64 of IPv6.</summary>
    private static Who Address(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new Who(default, BitConverter.ToUInt64(bytes), 6)
            : new Who(default, BitConverter.ToUInt32(bytes[..length]), 4);
    }

    private readonly record struct Who(Guid Caller, ulong Address, byte Version);
}
