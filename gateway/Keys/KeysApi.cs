using Desk.Gateway.Accounts;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;

namespace Desk.Gateway.Keys;

/// <summary>API keys, for admins.</summary>
internal static class KeysApi
{
    internal sealed record New(string? Name, string? Scope);

    /// <summary>Key is shown this once; afterwards only its prefix.</summary>
    internal sealed record Added(Guid Id, string Name, string Scope, string Prefix, string Key);

    internal sealed record Page(IReadOnlyList<ApiKey> Items, string? Next);

    public static void Map(IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/keys").RequireAuthorization(Policies.Admin).WithTags("Keys");
        keys.MapGet("", ListAsync).WithName("ListKeys").WithSummary("The keys in use, oldest first; never the keys themselves.");
        keys.MapPost("", AddAsync).WithName("AddKey").WithSummary("Makes a key with scope requester, agent or admin.");
        keys.MapDelete("{id:guid}", RevokeAsync).WithName("RevokeKey").WithSummary("Ends a key: here at once, at other gateways within 5 seconds.");
    }

    private static async Task<IResult> ListAsync(KeyStore keys, CancellationToken cancellation)
        => TypedResults.Ok(new Page(await keys.ListAsync(cancellation), null));

    private static async Task<IResult> AddAsync(New wish, Caller caller, HttpContext context, KeyStore keys, AuditLog audit, CancellationToken cancellation)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(wish.Name) || wish.Name.Length > 100)
            errors["name"] = ["Name must be 1 to 100 characters: say what the key is for."];
        if (wish.Scope is null || !ApiKey.Scopes.Contains(wish.Scope))
            errors["scope"] = ["Scope is requester, agent or admin."];
        if (errors.Count > 0)
            return Problems.Invalid(errors);
        var (kept, key) = await keys.AddAsync(wish.Name!.Trim(), wish.Scope!, caller.Name, cancellation);
        await audit.WriteAsync("key.added", caller.Email, caller.Id, context, $"{kept.Prefix} {kept.Name} ({kept.Scope})", cancellation);
        return TypedResults.Created($"/api/v1/keys/{kept.Id}", new Added(kept.Id, kept.Name, kept.Scope, kept.Prefix, key));
    }

    private static async Task<IResult> RevokeAsync(Guid id, Caller caller, HttpContext context, KeyStore keys, LiveKeys live, AuditLog audit)
    {
        if (!await keys.RevokeAsync(id, context.RequestAborted))
            return Problems.NotFound("key.unknown", "There is no such key, or it is revoked already.");
        live.Forget(id);
        await audit.WriteAsync("key.revoked", caller.Email, caller.Id, context, id.ToString());
        return TypedResults.NoContent();
    }
}
