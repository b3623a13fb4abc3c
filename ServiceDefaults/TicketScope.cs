using System.Collections;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Desk.ServiceDefaults;

/// <summary>Makes all that was done about a ticket findable by the number that people say: <c>desk.ticket</c> on log lines and spans alike.</summary>
public static class TicketScope
{
    /// <summary>The name it has in logs and traces.</summary>
    public const string Name = "desk.ticket";

    /// <summary>Every log line until the answer is disposed, and the span that runs now, carry the number. Null is no ticket.</summary>
    public static IDisposable? ForTicket(this ILogger logger, string? number)
    {
        if (number is null)
            return null;
        if (Activity.Current is { Recorded: true } activity)
            activity.SetTag(Name, number);
        return logger.BeginScope(new Scope(number));
    }

    /// <summary>The number in a path such as <c>/api/v1/tickets/D-1042/messages</c> or <c>/agent/tickets/D-1042</c>, as it is written on paper.</summary>
    internal static string? NumberIn(string? path)
    {
        const string Before = "/tickets/", Prefix = "D-";
        if (path is null || path.IndexOf(Before, StringComparison.OrdinalIgnoreCase) is var at && at < 0)
            return null;
        var rest = path.AsSpan(at + Before.Length);
        var end = rest.IndexOf('/');
        var word = end < 0 ? rest : rest[..end];
        // Strict, because it goes into the log as it is.
        return word.Length is > 2 and <= 20 && word.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !word[Prefix.Length..].ContainsAnyExceptInRange('0', '9')
            ? $"{Prefix}{word[Prefix.Length..]}"
            : null;
    }

    private sealed class Scope(string number) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => new(Name, number);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{Name}:{number}";
    }
}

/// <summary>
/// Outermost around every request: gives its log lines the ticket's number, and its span the name and outcome that hosting leaves to
/// instrumentation packages. By the path and not by the route, so that refusals, failures and what the gateway passes on have it too.
/// </summary>
internal sealed class RequestTelemetry(RequestDelegate next, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<RequestTelemetry>();

    public async Task InvokeAsync(HttpContext context)
    {
        using var scope = _logger.ForTicket(TicketScope.NumberIn(context.Request.Path.Value));
        await next(context);
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { Recorded: true } activity)
            Describe(activity, context);
    }

    private static void Describe(Activity activity, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = $"{context.Request.Method} {(route is { Length: > 1 } ? route.TrimEnd('/') : context.Request.Path.Value)}";
        activity.SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= 500)
            activity.SetStatus(ActivityStatusCode.Error);
    }

    internal sealed class Outermost : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<RequestTelemetry>();
            next(app);
        };
    }
}
