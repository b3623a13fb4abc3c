using Desk.Gateway.Callers;
using Desk.Gateway.Guard;
using Desk.Gateway.Sessions;

namespace Desk.Gateway.Accounts;

/// <summary><c>POST /account/sign-out</c>: ends the session, in the database, not only in the browser.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/account/sign-out", HandleAsync)
        .AllowAnonymous().WithName("SignOut").WithSummary("Ends the session that the cookie names.");

    private static async Task<IResult> HandleAsync(HttpContext context, LiveSessions live, AuditLog audit)
    {
        if (context.Features.Get<RequestCaller>() is { Known.Session: { } session } come)
        {
            await live.EndAsync(session, CancellationToken.None);
            await audit.WriteAsync("signOut", come.Known.Caller.Email, come.Known.Caller.Id, context);
        }
        SessionCookie.Clear(context);
        return Refusals.WantsPage(context.Request) ? Results.LocalRedirect("/") : Results.NoContent();
    }
}
