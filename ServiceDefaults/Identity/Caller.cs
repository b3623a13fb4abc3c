using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Desk.ServiceDefaults.Identity;

/// <summary>
/// Who makes a request, as the gateway proved it. Id is the account. Role is <c>requester</c>, <c>agent</c>, <c>lead</c> or <c>admin</c>;
/// each may do what those before it may. Machine: an API key, not a person; a requester's key sees only what it registered itself.
/// </summary>
public sealed record Caller(Guid Id, string Name, string? Email, string Role, bool Machine, string Language)
{
    public static readonly IReadOnlyList<string> Roles = ["requester", "agent", "lead", "admin"];

    /// <summary>An agent, a lead or an admin.</summary>
    public bool IsAgent => Role != "requester";

    public bool IsAtLeast(string role) => Roles.ToList().IndexOf(Role) >= Roles.ToList().IndexOf(role);

    public static Caller Of(ClaimsPrincipal principal) => new(
        Guid.Parse(principal.FindFirstValue("sub") ?? throw new InvalidOperationException("The caller has no account: the endpoint lacks authorisation.")),
        principal.FindFirstValue("name") ?? "",
        principal.FindFirstValue("email"),
        principal.FindFirstValue("role") ?? "requester",
        principal.FindFirstValue("machine") == "true",
        principal.FindFirstValue("lang") ?? "sv");

    /// <summary>Lets an endpoint take a <see cref="Caller"/> parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context)
        => ValueTask.FromResult(context.User.Identity?.IsAuthenticated == true ? Of(context.User) : null);
}
