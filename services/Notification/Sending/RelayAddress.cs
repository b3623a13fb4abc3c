namespace Desk.Notification.Sending;

/// <summary>How a connection is protected. Verify: TLS with a certificate that checks. Any: TLS if offered, whoever it is. None: never.</summary>
internal enum RelayTls { Verify, Any, None }

/// <summary>
/// <c>Desk:SmtpRelay</c>: <c>smtp://name:password@host:587</c> (STARTTLS) or <c>smtps://host:465</c> (TLS from the start), with <c>?tls=any</c> or
/// <c>?tls=none</c> for a relay within the house. A password never goes over a connection that is not protected, except on this machine.
/// </summary>
internal sealed record RelayAddress(string Host, int Port, bool TlsFromStart, RelayTls Tls, string? User, string? Password)
{
    public bool IsLocal => Host is "localhost" or "127.0.0.1" or "::1" or "[::1]";

    public static RelayAddress Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps"))
            throw new InvalidOperationException("Desk__SmtpRelay must be smtp://[name:password@]host[:port] or smtps://….");
        var fromStart = url.Scheme == "smtps";
        var tls = url.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).FirstOrDefault(pair => pair is ["tls", _])?[1] switch
        {
            "any" => RelayTls.Any,
            "none" => RelayTls.None,
            null or "verify" => url.UserInfo.Length > 0 || fromStart || url.Host is not ("localhost" or "127.0.0.1") ? RelayTls.Verify : RelayTls.Any,
            var other => throw new InvalidOperationException($"Desk__SmtpRelay: tls={other} is neither verify, any nor none."),
        };
        var parts = url.UserInfo.Split(':', 2);
        return new RelayAddress(
            url.Host, url.Port > 0 ? url.Port : fromStart ? 465 : 25, fromStart, tls,
            parts is [{ Length: > 0 } user, ..] ? Uri.UnescapeDataString(user) : null, parts is [_, var password] ? Uri.UnescapeDataString(password) : null);
    }
}
