using System.Collections.Concurrent;
using System.Text.Json;

namespace Desk.Intake.Mail.Imap;

/// <summary>Access tokens by the client credentials grant (RFC 6749, 4.4), kept until shortly before they end.</summary>
internal sealed class AccessTokens(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<OAuthClient, (string Token, DateTimeOffset Until)> _tokens = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = 256 * 1024,
    };

    /// <exception cref="ImapException">The token endpoint gives none.</exception>
    public async ValueTask<string> GetAsync(OAuthClient client, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (_tokens.TryGetValue(client, out var known) && now < known.Until)
            return known.Token;
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client.ClientId, ["client_secret"] = client.ClientSecret };
        if (client.Scope is { Length: > 0 } scope)
            form["scope"] = scope;
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var answer = await _http.PostAsync(client.TokenUrl, content, cancellation);
            if (!answer.IsSuccessStatusCode)
                throw new ImapException($"the token endpoint answers {(int)answer.StatusCode}.");
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            var token = json.RootElement.GetProperty("access_token").GetString() ?? "";
            var lasts = json.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var whole) ? TimeSpan.FromSeconds(whole) : TimeSpan.Zero;
            if (token.Length == 0 || token.Any(sign => sign is <= ' ' or > '~'))
                throw new ImapException("the token endpoint gives what is no token.");
            _tokens[client] = (token, now + lasts - Early);
            return token;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ImapException($"the token endpoint gives no token: {failure.Message}");
        }
    }

    /// <summary>It was refused: the next one is a new one.</summary>
    public void Forget(OAuthClient client) => _tokens.TryRemove(client, out _);

    public void Dispose() => _http.Dispose();
}
