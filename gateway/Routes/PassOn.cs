using Desk.Gateway.Callers;
using Desk.Gateway.Sessions;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Desk.Gateway.Routes;

/// <summary>
/// What a service hears of a request: all of it, but the caller as the gateway proved them in place of what they sent themselves.
/// </summary>
internal static class PassOn
{
    // Headers by which other systems let a proxy say who calls or where from. Nothing here reads them; nothing shall ever be able to.
    private static readonly string[] Forged =
    [
        "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-URL",
        "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Authenticated-User", "X-User",
    ];

    public static Task DropForgedHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        foreach (var name in Forged)
            headers.Remove(name);
        List<string>? own = null;
        foreach (var (name, _) in headers)
        {
            if (name.StartsWith("X-Desk-", StringComparison.OrdinalIgnoreCase))
                (own ??= []).Add(name);
        }
        own?.ForEach(name => headers.Remove(name));
        return next(context);
    }

    public static void Configure(TransformBuilderContext builder)
    {
        var isWeb = builder.Route.ClusterId == "web";
        if (isWeb)
            builder.AddOriginalHost();
        builder.AddXForwarded(ForwardedTransformActions.Set);
        builder.AddRequestTransform(request =>
        {
            var headers = request.ProxyRequest.Headers;
            headers.Remove("Authorization");
            if (request.HttpContext.Features.Get<RequestCaller>() is { Known: var known })
                headers.TryAddWithoutValidation("Authorization", isWeb ? known.ForWeb() : known.ForService());

            headers.Remove("Cookie");
            if (isWeb && WithoutSession(request.HttpContext.Request.Headers.Cookie.ToString()) is { Length: > 0 } cookies)
                headers.TryAddWithoutValidation("Cookie", cookies);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The session's secret stays here: no service could do anything right with it.</summary>
    private static string WithoutSession(string cookies)
        => cookies.Contains(SessionCookie.Name + "=", StringComparison.Ordinal)
            ? string.Join("; ", cookies.Split(';', StringSplitOptions.TrimEntries).Where(one => !one.StartsWith(SessionCookie.Name + "=", StringComparison.Ordinal)))
            : cookies;
}
