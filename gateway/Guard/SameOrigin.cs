using Desk.Gateway.Callers;

namespace Desk.Gateway.Guard;

/// <summary>
/// A browser adds the cookie to whatever any site makes it send. So what changes something, and what opens a websocket, counts only when the
/// browser says that a page of this desk sent it. The sign-in forms too: else another site could sign people in as somebody else.
/// A bearer is added by whoever means it, and needs no such proof.
/// </summary>
internal sealed class SameOrigin(RequestDelegate next, IConfiguration configuration)
{
    private readonly string? _publicOrigin = Uri.TryCreate(configuration["Desk:PublicUrl"], UriKind.Absolute, out var url)
        ? url.GetLeftPart(UriPartial.Authority)
        : null;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var safe = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            && !request.Headers.ContainsKey("Upgrade");
        if (safe || IsSameOrigin(request))
            return next(context);
        var counts = context.Features.Get<RequestCaller>() is { ByCookie: true }
            || request.Path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase);
        return counts
            ? Refusals.WriteAsync(context, StatusCodes.Status403Forbidden, "request.crossSite", "This must be sent from a page of the desk itself.")
            : next(context);
    }

    private bool IsSameOrigin(HttpRequest request)
    {
        // Scripts can't set these headers. Sec-Fetch-Site is the plainest; older browsers, and plain HTTP, have only Origin.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 && Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var referer))
            origin = referer.GetLeftPart(UriPartial.Authority);
        return origin.Length > 0
            && (string.Equals(origin, _publicOrigin, StringComparison.OrdinalIgnoreCase)
                || string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));
    }
}
