using System.Net.Mime;
using Yarp.ReverseProxy.Forwarder;

namespace Desk.Gateway.Guard;

/// <summary>How the gateway says no: problem details with a stable code to programs, a way on to people.</summary>
internal static class Refusals
{
    /// <summary>A browser asks for a page: not the API, and HTML is what it would rather have.</summary>
    public static bool WantsPage(HttpRequest request)
        => !request.Path.StartsWithSegments("/api") && request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return TypedResults.Problem(statusCode: status, detail: detail, extensions: new Dictionary<string, object?> { ["code"] = code }).ExecuteAsync(context);
    }

    /// <summary>The API has an answer of its own for what it does not know, and it needs a caller too: what exists is nobody else's business.</summary>
    public static void MapUnknown(IEndpointRouteBuilder app) => app
        .Map("/api/{**path}", context => WriteAsync(context, StatusCodes.Status404NotFound, "route.unknown", "There is nothing at this address for this method."))
        .WithOrder(int.MaxValue - 1).ExcludeFromDescription();

    /// <summary>In the proxy's pipeline: a service that does not answer is told apart from one that says no.</summary>
    public static async Task ExplainFailure(HttpContext context, Func<Task> next)
    {
        await next();
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested || context.GetForwarderErrorFeature() is not { } failure)
            return;
        var (status, code, detail) = failure.Error switch
        {
            ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout or ForwarderError.RequestBodyDestination
                when context.Response.StatusCode == StatusCodes.Status504GatewayTimeout
                => (504, "service.slow", "The service took too long. What was asked may or may not have been done: look before asking again."),
            ForwarderError.NoAvailableDestinations
                => (503, "service.away", "No process of the service answers just now. Try again in a moment."),
            ForwarderError.RequestBodyClient when context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge
                => (413, "request.tooLarge", RequestSize.Explanation),
            ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled or ForwarderError.RequestCanceled
                => (context.Response.StatusCode, "request.broken", "The request could not be read to its end."),
            _ => (502, "service.away", "The service does not answer. Try again in a moment."),
        };
        if (WantsPage(context.Request))
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.RetryAfter = "3";
            await context.Response.WriteAsync(AwayPage);
            return;
        }
        if (status is 502 or 503)
            context.Response.Headers.RetryAfter = "1";
        await WriteAsync(context, status, code, detail);
    }

    private const string AwayPage =
        """
        <!doctype html><html lang="sv"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><meta name="viewport" content="width=device-width">
        <title>Ett ögonblick</title><main><h1>Ett ögonblick</h1><p>Sidan svarar inte just nu. Den försöker igen av sig själv.</p>
        <p lang="en">One moment: the page does not answer just now. It tries again by itself.</p></main></html>
        """;
}
