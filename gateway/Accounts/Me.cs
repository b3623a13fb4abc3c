using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Gateway.Accounts;

/// <summary><c>GET /api/v1/me</c>: whom the gateway takes the caller for.</summary>
internal static class Me
{
    /// <summary>Role is <c>requester</c>, <c>agent</c>, <c>lead</c> or <c>admin</c>. Machine: the caller is an API key.</summary>
    internal sealed record Answer(Guid Id, string Name, string? Email, string Role, string Language, bool Machine);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/me", Handle)
        .WithName("GetMe").WithSummary("Who the caller is.").WithTags("Accounts");

    private static Ok<Answer> Handle(Caller caller)
        => TypedResults.Ok(new Answer(caller.Id, caller.Name, caller.Email, caller.Role, caller.Language, caller.Machine));
}
