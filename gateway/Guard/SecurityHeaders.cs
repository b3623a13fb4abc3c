namespace Desk.Gateway.Guard;

/// <summary>
/// Headers that tell browsers what no page of the desk does. A policy that a service sets itself (for a mail shown in a frame, say) is narrower
/// and stands; the rest is the same for all.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, IConfiguration configuration)
{
    private readonly Values _values = new(configuration["Desk:PublicUrl"]);

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var (response, values) = ((HttpResponse, Values))state;
            var headers = response.Headers;
            headers.Remove("Server");
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = Values.Permissions;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (headers.ContentSecurityPolicy.Count == 0)
                headers.ContentSecurityPolicy = values.Content;
            if (values.Transport is not null)
                headers.StrictTransportSecurity = values.Transport;
            return Task.CompletedTask;
        }, (context.Response, _values));
        return next(context);
    }

    private sealed class Values(string? publicUrl)
    {
        public const string Permissions =
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

        // Interactive pages speak with the server over a websocket to the same host; 'self' covers it in today's browsers, the explicit
        // address in those of yesterday. Styles in attributes are what SVG charts are drawn with; no inline script or style sheet is let in.
        public string Content { get; } =
            "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
            + $"connect-src 'self'{WebSocket(publicUrl)}; frame-src 'self'; media-src 'self'; manifest-src 'self'; "
            + "form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'";

        public string? Transport { get; } = publicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true ? "max-age=31536000" : null;

        private static string WebSocket(string? publicUrl) => Uri.TryCreate(publicUrl, UriKind.Absolute, out var url)
            ? $" {(url.Scheme == Uri.UriSchemeHttps ? "wss" : "ws")}://{url.Authority}"
            : "";
    }
}
