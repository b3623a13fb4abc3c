using Desk.Contracts;
using Desk.Gateway.Callers;
using Desk.Gateway.Guard;
using Desk.Gateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace Desk.Gateway.Accounts;

/// <summary><c>POST /account/sign-in</c>: address and password in, session cookie out.</summary>
internal static class SignIn
{
    /// <summary>A refusal is never quicker than this, so that its time tells nothing of why.</summary>
    public static readonly TimeSpan SlowestRefusal = TimeSpan.FromMilliseconds(400);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/account/sign-in", HandleAsync)
        .AllowAnonymous().DisableAntiforgery().RequireRateLimiting(RateLimits.SignIn)
        .WithName("SignIn").WithSummary("Signs a person in with address and password.")
        .WithDescription("Answers 204 with the session cookie, or 401 `signIn.failed`. A browser (Accept: text/html) is redirected instead: to returnUrl, "
            + "or back to /sign-in?error=password.");

    private static async Task<IResult> HandleAsync(
        HttpContext context, [FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl,
        PasswordDoor door, SessionStore sessions, LiveSessions live, AuditLog audit, TimeProvider clock)
    {
        // A client that hangs up must not keep its wrong guess from being counted.
        var cancellation = CancellationToken.None;
        var started = clock.GetTimestamp();
        var address = EmailAddress.Read(email);
        var (account, reason) = await door.TryAsync(address, password, cancellation);
        if (account is null)
        {
            await audit.WriteAsync("signIn.failed", address, null, context, reason, cancellation);
            if (SlowestRefusal - clock.GetElapsedTime(started) is { Ticks: > 0 } rest)
                await Task.Delay(rest, clock, cancellation);
            return Refusals.WantsPage(context.Request)
                ? Results.LocalRedirect(SignInPage("error=password", returnUrl))
                : Results.Problem(statusCode: 401, detail: "The address and the password do not belong together, or there were too many attempts. Wait a while, then try again.",
                    extensions: new Dictionary<string, object?> { ["code"] = "signIn.failed" });
        }

        // A new sign-in is a new session: one that somebody else may have planted in this browser ends.
        if (context.Features.Get<RequestCaller>() is { ByCookie: true, Known.Session: { } old })
            await live.EndAsync(old, cancellation);
        var (secret, ends) = await sessions.StartAsync(account, "password", context.Connection.RemoteIpAddress?.ToString(), cancellation);
        await audit.WriteAsync("signIn.done", account.Email, account.Id, context, cancellation: cancellation);
        SessionCookie.Set(context, secret, ends);
        return Refusals.WantsPage(context.Request)
            ? Results.LocalRedirect(Home(account.Role, ReturnUrl.Local(returnUrl)))
            : Results.NoContent();
    }

    /// <summary>Where the person wanted to go; a requester who followed a link to the agents' pages is shown their own instead.</summary>
    private static string Home(Role role, string? wanted) => role switch
    {
        Role.Requester => wanted is null || wanted.StartsWith("/agent", StringComparison.Ordinal) || wanted.StartsWith("/ops", StringComparison.Ordinal) ? "/tickets" : wanted,
        Role.Agent or Role.Lead or Role.Admin => wanted ?? "/agent",
    };

    public static string SignInPage(string what, string? returnUrl)
        => $"/sign-in?{what}" + (ReturnUrl.Local(returnUrl) is { } back ? "&returnUrl=" + Uri.EscapeDataString(back) : "");
}
