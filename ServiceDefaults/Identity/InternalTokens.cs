using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Desk.ServiceDefaults.Identity;

/// <summary>
/// The signed word of the gateway on who calls, carried as a bearer token between the desk's own processes: a JWT (HMAC-SHA256) under
/// <c>Desk:TokenKey</c> (at least 32 characters, given to every process by the app host). No service believes a request without one.
/// </summary>
public sealed class InternalTokens(IConfiguration configuration, TimeProvider clock)
{
    private const string Issuer = "desk";
    private const int MostRemembered = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };
    private readonly SymmetricSecurityKey _key = new(Encoding.UTF8.GetBytes(
        configuration["Desk:TokenKey"] is { Length: >= 32 } key ? key
            : throw new InvalidOperationException("Desk__TokenKey is not set or shorter than 32 characters: the app host gives it to every service.")));

    // Checking a signature costs more than many requests do; a token that checked once is good until it expires.
    private readonly ConcurrentDictionary<string, (ClaimsPrincipal Principal, DateTimeOffset Until)> _checked = new();

    /// <summary>Session is the gateway's sign-in session, for tokens that outlive one request; null for the rest.</summary>
    public string Issue(Caller caller, TimeSpan lifetime, string? session = null)
    {
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["sub"] = caller.Id.ToString(),
            ["name"] = caller.Name,
            ["role"] = caller.Role,
            ["lang"] = caller.Language,
        };
        if (caller.Email is not null) claims["email"] = caller.Email;
        if (caller.Machine) claims["machine"] = "true";
        if (session is not null) claims["sid"] = session;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            IssuedAt = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>The person behind the token, or null when it is forged, expired or not ours.</summary>
    public async ValueTask<ClaimsPrincipal?> CheckAsync(string token)
    {
        var now = clock.GetUtcNow();
        if (_checked.TryGetValue(token, out var known) && known.Until > now)
            return known.Principal;

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidateAudience = false,
            IssuerSigningKey = _key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            NameClaimType = "name",
            RoleClaimType = "role",
            LifetimeValidator = (_, expires, _, _) => expires is { } end && end > now.UtcDateTime,
        });
        if (!result.IsValid)
            return null;

        var principal = new ClaimsPrincipal(result.ClaimsIdentity);
        if (_checked.Count >= MostRemembered)
            _checked.Clear();
        _checked[token] = (principal, result.SecurityToken.ValidTo);
        return principal;
    }
}

internal sealed class InternalTokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, InternalTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Desk";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal))
            return AuthenticateResult.NoResult();
        return await tokens.CheckAsync(header["Bearer ".Length..]) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName))
            : AuthenticateResult.Fail("The token is not one of this desk's, or has expired.");
    }
}
