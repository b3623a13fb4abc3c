using Desk.Gateway.Callers;
using Desk.Gateway.Guard;
using Desk.Gateway.Sessions;
using Microsoft.AspNetCore.Mvc;

namespace Desk.Gateway.Accounts;

/// <summary>
/// <c>POST /account/link/use</c>: the button on the page that the mailed link opens. The link itself (a GET) uses nothing up, because the scanners
/// of mail servers open links before people do.
/// </summary>
internal static class UseLink
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/account/link/use", HandleAsync)
        .AllowAnonymous().DisableAntiforgery().RequireRateLimiting(RateLimits.SignIn)
        .WithName("UseSignInLink").WithSummary("Signs a requester in with the token of a mailed link.")
        .WithDescription("Answers 204 with the session cookie, or 401 `link.spent`. A browser is redirected instead: to where it was going, or to /sign-in?error=link.");

    private static async Task<IResult> HandleAsync(
        HttpContext context, [FromForm] string? token, [FromForm] string? returnUrl, LinkStore links, LiveSessions live, AuditLog audit)
    {
        var cancellation = CancellationToken.None;
        var used = token is { Length: > 0 and < 200 }
            ? await links.UseAsync(token, context.Connection.RemoteIpAddress?.ToString(), cancellation)
            : null;
        if (used is not { } come)
        {
            await audit.WriteAsync("link.failed", null, null, context, cancellation: cancellation);
            return Refusals.WantsPage(context.Request)
                ? Results.LocalRedirect(SignIn.SignInPage("error=link", returnUrl))
                : Results.Problem(statusCode: 401, detail: "The link has been used, or is out of date. Ask for a new one.",
                    extensions: new Dictionary<string, object?> { ["code"] = "link.spent" });
        }

        if (context.Features.Get<RequestCaller>() is { ByCookie: true, Known.Session: { } old })
            await live.EndAsync(old, cancellation);
        await audit.WriteAsync("link.used", come.Account.Email, come.Account.Id, context, cancellation: cancellation);
        SessionCookie.Set(context, come.Secret, come.Ends);
        return Refusals.WantsPage(context.Request) ? Results.LocalRedirect(come.ReturnUrl ?? ReturnUrl.Local(returnUrl) ?? "/") : Results.NoContent();
    }
}
