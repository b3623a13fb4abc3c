using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Desk.ServiceDefaults;

/// <summary>A rule of the desk forbids what was asked. Answers 409 with a stable code; the detail says what to do instead.</summary>
public sealed class RuleBrokenException(string code, string detail) : Exception(detail)
{
    public string Code { get; } = code;
}

/// <summary>RFC 9457 answers with a <c>code</c> that never changes, whatever the words around it do.</summary>
public static class Problems
{
    public static ProblemHttpResult Invalid(string code, string detail) => Of(StatusCodes.Status400BadRequest, code, detail);

    public static ProblemHttpResult NotFound(string code, string detail) => Of(StatusCodes.Status404NotFound, code, detail);

    public static ProblemHttpResult Forbidden(string code, string detail) => Of(StatusCodes.Status403Forbidden, code, detail);

    public static ProblemHttpResult Conflict(string code, string detail) => Of(StatusCodes.Status409Conflict, code, detail);

    /// <summary>The If-Match version is not the stored one.</summary>
    public static ProblemHttpResult Stale(long version) => Of(
        StatusCodes.Status412PreconditionFailed, "version.stale",
        string.Create(CultureInfo.InvariantCulture, $"Somebody changed it first: it is now at version {version}. Read it again and repeat the change."));

    /// <summary>Field by field: <c>errors</c> maps a field to what is wrong with it.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest, title: "The request cannot be understood as it is.",
        detail: string.Join(" ", errors.SelectMany(field => field.Value)),
        extensions: new Dictionary<string, object?> { ["code"] = "request.invalid", ["errors"] = errors });

    private static ProblemHttpResult Of(int status, string code, string detail) => TypedResults.Problem(
        statusCode: status, detail: detail, extensions: new Dictionary<string, object?> { ["code"] = code });
}

/// <summary>Turns what a handler throws into an answer. Only a broken rule and an unreadable request explain themselves; the rest is 500 without details.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var answer = exception switch
        {
            RuleBrokenException broken => Problems.Conflict(broken.Code, broken.Message),
            BadHttpRequestException bad => TypedResults.Problem(
                statusCode: bad.StatusCode, detail: bad.InnerException is System.Text.Json.JsonException json ? $"The JSON cannot be read: {json.Message}" : bad.Message,
                extensions: new Dictionary<string, object?> { ["code"] = bad.StatusCode == 413 ? "request.tooLarge" : "request.invalid" }),
            _ => null,
        };
        if (answer is null)
        {
            LogFailure(logger, exception, context.Request.Method, context.Request.Path);
            answer = TypedResults.Problem(
                statusCode: StatusCodes.Status500InternalServerError, detail: "Something broke on our side. It is logged with the trace id of this answer.",
                extensions: new Dictionary<string, object?> { ["code"] = "server.failed" });
        }
        await answer.ExecuteAsync(context);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string method, string path);
}
