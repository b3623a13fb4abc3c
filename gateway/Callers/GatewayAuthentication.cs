using System.Text.Encodings.Web;
using Desk.Gateway.Guard;
using Desk.Gateway.Keys;
using Desk.Gateway.Sessions;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Desk.Gateway.Callers;

internal sealed class GatewayAuthenticationOptions : AuthenticationSchemeOptions;

/// <summary>
/// Proves who calls: <c>Authorization: Bearer</c> with an API key or an internal token, else the session cookie. A bearer that is wrong is
/// anonymous, whatever cookie came with it.
/// </summary>
internal sealed class GatewayAuthentication(
    IOptionsMonitor<GatewayAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    LiveKeys keys, LiveSessions sessions, InternalTokens tokens, TimeProvider clock)
    : AuthenticationHandler<GatewayAuthenticationOptions>(options, logger, encoder)
{
    public const string SchemeName = "Gateway";
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        KnownCaller? known = null;
        var byCookie = false;
        if (header.Count > 0)
        {
            if (header.ToString() is var text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                known = await OfBearerAsync(text[Bearer.Length..].Trim());
        }
        else if (Request.Cookies[SessionCookie.Name] is { Length: > 0 and < 200 } secret)
        {
            known = await sessions.OfCookieAsync(secret, Context.RequestAborted);
            byCookie = true;
        }
        if (known is null)
            return AuthenticateResult.NoResult();
        Context.Features.Set(new RequestCaller(known, byCookie));
        return AuthenticateResult.Success(known.Ticket);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Refusals.WantsPage(Request))
        {
            Response.Redirect(SignInUrl());
            return Task.CompletedTask;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        return Refusals.WriteAsync(Context, StatusCodes.Status401Unauthorized, "caller.unknown",
            "Sign in, or send an API key as Authorization: Bearer. The one that came, if any, is wrong, revoked or out of date.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Refusals.WantsPage(Request))
        {
            Response.Redirect(SignInUrl() + "&error=role");
            return Task.CompletedTask;
        }
        return Refusals.WriteAsync(Context, StatusCodes.Status403Forbidden, "caller.forbidden", "Your role does not allow this.");
    }

    private string SignInUrl() => "/sign-in?returnUrl=" + Uri.EscapeDataString(Request.Path + Request.QueryString);

    private async ValueTask<KnownCaller?> OfBearerAsync(string bearer)
    {
        if (bearer.StartsWith(ApiKey.Start, StringComparison.Ordinal))
            return await keys.FindAsync(bearer, Context.RequestAborted);
        if (bearer.Length > 4000 || await tokens.CheckAsync(bearer) is not { } principal)
            return null;
        // A person's token is worth what their session is: signing out ends it too.
        if (principal.FindFirst("sid")?.Value is { } sid)
            return Guid.TryParse(sid, out var session) ? await sessions.OfIdAsync(session, Context.RequestAborted) : null;
        return new KnownCaller(Caller.Of(principal), bearer, tokens, clock);
    }
}
