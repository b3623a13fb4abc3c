using System.Security.Claims;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Desk.Gateway.Callers;

/// <summary>
/// A caller the gateway has proved, with the internal tokens that say so to the services. Kept as long as its session or key is, so that the same
/// short token serves many requests: making and checking a signature for each would cost more than passing the request on.
/// </summary>
internal sealed class KnownCaller
{
    /// <summary>A token taken from a log or a crashed process is worth little.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromMinutes(5);

    private readonly InternalTokens _tokens;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset? _sessionEnds;
    private readonly string? _passedThrough;
    private Issued? _short;
    private string? _sessionLong;

    public KnownCaller(Caller caller, InternalTokens tokens, TimeProvider clock, Guid? session = null, DateTimeOffset? sessionEnds = null)
    {
        (Caller, _tokens, _clock, Session, _sessionEnds) = (caller, tokens, clock, session, sessionEnds);
        Ticket = TicketOf(caller);
    }

    /// <summary>A process of the desk calling with a token it issued itself: passed on as it is, for it says all there is to say.</summary>
    public KnownCaller(Caller caller, string token, InternalTokens tokens, TimeProvider clock) : this(caller, tokens, clock)
        => _passedThrough = "Bearer " + token;

    public Caller Caller { get; }

    public Guid? Session { get; }

    public AuthenticationTicket Ticket { get; }

    /// <summary>The header for a service: short-lived.</summary>
    public string ForService()
    {
        if (_passedThrough is not null)
            return _passedThrough;
        var now = _clock.GetUtcNow();
        if (Volatile.Read(ref _short) is { } issued && issued.GoodUntil > now)
            return issued.Header;
        var fresh = new Issued("Bearer " + _tokens.Issue(Caller, ShortLife, Session?.ToString()), now + ShortLife - TimeSpan.FromMinutes(1));
        Volatile.Write(ref _short, fresh);
        return fresh.Header;
    }

    /// <summary>
    /// The header for the web, which calls the public API back with it for as long as a page stays open: lives as long as the session, but the
    /// gateway believes it only while the session does.
    /// </summary>
    public string ForWeb() => _sessionEnds is { } ends
        ? _sessionLong ??= "Bearer " + _tokens.Issue(Caller, ends - _clock.GetUtcNow(), Session?.ToString())
        : ForService();

    private static AuthenticationTicket TicketOf(Caller caller)
    {
        var identity = new ClaimsIdentity(GatewayAuthentication.SchemeName, "name", "role");
        identity.AddClaim(new Claim("sub", caller.Id.ToString()));
        identity.AddClaim(new Claim("name", caller.Name));
        identity.AddClaim(new Claim("role", caller.Role));
        identity.AddClaim(new Claim("lang", caller.Language));
        if (caller.Email is not null)
            identity.AddClaim(new Claim("email", caller.Email));
        if (caller.Machine)
            identity.AddClaim(new Claim("machine", "true"));
        return new AuthenticationTicket(new ClaimsPrincipal(identity), GatewayAuthentication.SchemeName);
    }

    private sealed record Issued(string Header, DateTimeOffset GoodUntil);
}

/// <summary>Who makes this request, and whether the browser proved it by itself (then another site may have sent it).</summary>
internal sealed record RequestCaller(KnownCaller Known, bool ByCookie);
