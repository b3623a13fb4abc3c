using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Components.Authorization;

namespace Desk.Web;

/// <summary>
/// Who looks at the page, in a request or in a circuit. Its token for the API is made anew every few minutes from the proven claims, with the
/// sign-in session in it: a circuit that stays open all day goes on working, until the gateway ends the session.
/// </summary>
internal sealed class Reader(AuthenticationStateProvider state, InternalTokens tokens, TimeProvider clock)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    // Anonymous posts of the portal are the portal's own: it may see what it registered and nothing else.
    private static readonly Guid s_portal = new("0199d000-0000-7000-8000-706f7274616c");

    private (string Token, DateTimeOffset Until)? _own;

    public async Task<Caller?> WhoAsync()
    {
        var principal = (await state.GetAuthenticationStateAsync()).User;
        return principal.Identity?.IsAuthenticated == true ? Caller.Of(principal) : null;
    }

    /// <summary>Null when nobody is signed in.</summary>
    public async ValueTask<string?> TokenAsync()
    {
        if (_own is { } kept && kept.Until > clock.GetUtcNow())
            return kept.Token;
        var principal = (await state.GetAuthenticationStateAsync()).User;
        if (principal.Identity?.IsAuthenticated != true)
            return null;
        var token = tokens.Issue(Caller.Of(principal), s_lifetime, principal.FindFirst("sid")?.Value);
        _own = (token, clock.GetUtcNow() + s_lifetime / 2);
        return token;
    }

    public string PortalToken(string language)
        => tokens.Issue(new Caller(s_portal, "Portal", null, "requester", Machine: true, language), s_lifetime);
}
