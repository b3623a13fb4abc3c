using Desk.Contracts;
using Desk.Gateway.Sessions;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Identity;

namespace Desk.Gateway.Accounts;

/// <summary>Who may sign in, for admins: list, add, change. Nobody is deleted; an inactive account is signed out at once.</summary>
internal static class AccountsApi
{
    /// <summary>An account. Locked: too many wrong passwords, until LockedUntil.</summary>
    internal sealed record Shown(Guid Id, string Email, string Name, string Role, string Language, bool Active, DateTimeOffset? LockedUntil);

    /// <summary>A page; Next is the <c>after</c> of the next one.</summary>
    internal sealed record Page(IReadOnlyList<Shown> Items, string? Next);

    internal sealed record New(string? Email, string? Name, string? Role, string? Language);

    /// <summary>The password is made here and shown this once.</summary>
    internal sealed record Added(Guid Id, string Email, string Name, string Role, string Language, string? Password);

    internal sealed record Change(string? Name, string? Role, string? Language, bool? Active);

    public static void Map(IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("/api/v1/accounts").RequireAuthorization(Policies.Admin).WithTags("Accounts");
        accounts.MapGet("", ListAsync).WithName("ListAccounts").WithSummary("Who may sign in, by address.");
        accounts.MapPost("", AddAsync).WithName("AddAccount").WithSummary("Lets somebody sign in; answers with their first password.");
        accounts.MapPatch("{id:guid}", ChangeAsync).WithName("ChangeAccount").WithSummary("Changes name, role, language, or whether it may be used.");
    }

    private static async Task<IResult> ListAsync(AccountStore accounts, string? after, int? limit, CancellationToken cancellation)
    {
        var size = Math.Clamp(limit ?? 25, 1, 200);
        var found = await accounts.ListAsync(after, size + 1, cancellation);
        return TypedResults.Ok(new Page([.. found.Take(size).Select(Show)], found.Count > size ? found[size - 1].Email : null));
    }

    private static async Task<IResult> AddAsync(New wish, Caller caller, HttpContext context, UserManager<Account> identity, AuditLog audit)
    {
        var errors = new Dictionary<string, string[]>();
        if (EmailAddress.Read(wish.Email) is not { } email)
            errors["email"] = ["Email must be a mail address."];
        else if (await identity.FindByNameAsync(email) is not null)
            return Problems.Conflict("account.exists", "The address has an account already.");
        if (string.IsNullOrWhiteSpace(wish.Name) || wish.Name.Length > 200)
            errors["name"] = ["Name must be 1 to 200 characters."];
        if (RoleWords.Read(wish.Role) is null)
            errors["role"] = ["Role is requester, agent, lead or admin."];
        if (wish.Language is not (null or "sv" or "en"))
            errors["language"] = ["Language is sv or en."];
        if (errors.Count > 0)
            return Problems.Invalid(errors);

        var account = new Account
        {
            Email = EmailAddress.Read(wish.Email)!,
            Name = wish.Name!.Trim(),
            Role = RoleWords.Read(wish.Role)!.Value,
            Language = wish.Language ?? "sv",
        };
        var password = account.Role == Role.Requester ? null : Passwords.Random();
        var made = password is null ? await identity.CreateAsync(account) : await identity.CreateAsync(account, password);
        if (!made.Succeeded)
            return Problems.Conflict("account.exists", string.Join(" ", made.Errors.Select(error => error.Description)));
        await audit.WriteAsync("account.added", account.Email, account.Id, context, $"{account.Role.Word()} by {caller.Name}");
        return TypedResults.Created($"/api/v1/accounts/{account.Id}",
            new Added(account.Id, account.Email, account.Name, account.Role.Word(), account.Language, password));
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, Change change, Caller caller, HttpContext context, UserManager<Account> identity, LiveSessions live, AuditLog audit)
    {
        if (await identity.FindByIdAsync(id.ToString()) is not { } account)
            return Problems.NotFound("account.unknown", "There is no such account.");
        var errors = new Dictionary<string, string[]>();
        if (change.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > 200))
            errors["name"] = ["Name must be 1 to 200 characters."];
        if (change.Role is not null && RoleWords.Read(change.Role) is null)
            errors["role"] = ["Role is requester, agent, lead or admin."];
        if (change.Language is not (null or "sv" or "en"))
            errors["language"] = ["Language is sv or en."];
        if (errors.Count > 0)
            return Problems.Invalid(errors);
        if (id == caller.Id && (change.Active == false || change.Role is { } role && role != caller.Role))
            return Problems.Conflict("account.own", "Nobody takes their own rights away: ask another admin.");

        account.Name = change.Name?.Trim() ?? account.Name;
        account.Role = RoleWords.Read(change.Role) ?? account.Role;
        account.Language = change.Language ?? account.Language;
        account.Active = change.Active ?? account.Active;
        await identity.UpdateAsync(account);
        live.ForgetAccount(account.Id);
        await audit.WriteAsync("account.changed", account.Email, account.Id, context, $"by {caller.Name}");
        return TypedResults.Ok(Show(account));
    }

    private static Shown Show(Account account)
        => new(account.Id, account.Email, account.Name, account.Role.Word(), account.Language, account.Active, account.LockedUntil);
}
