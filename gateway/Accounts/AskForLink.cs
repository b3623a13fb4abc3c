using Desk.Gateway.Guard;
using Microsoft.AspNetCore.Mvc;

namespace Desk.Gateway.Accounts;

/// <summary><c>POST /account/link</c>: a requester asks for a sign-in link by mail. The answer is the same whatever comes of it.</summary>
internal static class AskForLink
{
    /// <summary>Longer than the work takes, so that the time of the answer tells nothing.</summary>
    public static readonly TimeSpan AnswerAfter = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/account/link", HandleAsync)
        .AllowAnonymous().DisableAntiforgery().RequireRateLimiting(RateLimits.Links)
        .WithName("AskForSignInLink").WithSummary("Mails a one-time sign-in link to a requester.")
        .WithDescription("Answers 202 whether or not the address is known. A browser is redirected to /sign-in?sent=true. The link works once, for 20 minutes.");

    private static async Task<IResult> HandleAsync(
        HttpContext context, [FromForm] string? email, [FromForm] string? returnUrl, LinkStore links, AuditLog audit, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var address = EmailAddress.Read(email);
        var reason = address is null
            ? "unreadable"
            : await links.AskAsync(address, Language(context), ReturnUrl.Local(returnUrl), CancellationToken.None);
        await audit.WriteAsync(reason.Length == 0 ? "link.sent" : "link.refused", address, null, context, reason);
        if (AnswerAfter - clock.GetElapsedTime(started) is { Ticks: > 0 } rest)
            await Task.Delay(rest, clock);
        return Refusals.WantsPage(context.Request) ? Results.LocalRedirect(SignIn.SignInPage("sent=true", returnUrl)) : Results.Accepted();
    }

    private static string Language(HttpContext context)
    {
        // The web keeps the language that the reader chose in this cookie.
        if (context.Request.Cookies["desk-language"] is { } chosen and ("sv" or "en"))
            return chosen;
        return context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.Value?.Split('-')[0].ToLowerInvariant()).FirstOrDefault(word => word is "sv" or "en") ?? "sv";
    }
}
