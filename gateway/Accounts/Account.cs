using Desk.Contracts;

namespace Desk.Gateway.Accounts;

/// <summary>Somebody who may sign in. Identity's classes change it in place, so it is a class.</summary>
internal sealed class Account
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Lower case: it is what people sign in with, and case never tells two mailboxes apart.</summary>
    public required string Email { get; set; }

    public required string Name { get; set; }

    public required Role Role { get; set; }

    public required string Language { get; set; }

    public bool Active { get; set; } = true;

    public string? PasswordHash { get; set; }

    public int FailedCount { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }
}

internal static class RoleWords
{
    public static string Word(this Role role) => role switch
    {
        Role.Requester => "requester",
        Role.Agent => "agent",
        Role.Lead => "lead",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    public static Role? Read(string? word) => word switch
    {
        "requester" => Role.Requester,
        "agent" => Role.Agent,
        "lead" => Role.Lead,
        "admin" => Role.Admin,
        _ => null,
    };
}
