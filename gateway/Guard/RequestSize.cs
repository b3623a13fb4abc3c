namespace Desk.Gateway.Guard;

/// <summary>Nothing larger comes in than the most files of a message, 25 MB, written as base64 in JSON, and a little.</summary>
internal static class RequestSize
{
    public const int Most = 36 * 1024 * 1024;

    public const string Explanation = "The request is larger than 36 MB.";

    /// <summary>What says that it is too large is refused before a byte is read; what lies about it is cut off by the server at the limit.</summary>
    public static Task RefuseTooLarge(HttpContext context, RequestDelegate next)
        => context.Request.ContentLength > Most
            ? Refusals.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "request.tooLarge", Explanation)
            : next(context);
}
