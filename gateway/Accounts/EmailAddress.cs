using System.Net.Mail;

namespace Desk.Gateway.Accounts;

/// <summary>Reads what somebody typed as an address: trimmed and in lower case, or null when it can't be one.</summary>
internal static class EmailAddress
{
    public static string? Read(string? typed)
    {
        var trimmed = typed?.Trim();
        return trimmed is { Length: > 2 and <= 254 } && !trimmed.Any(char.IsControl)
            && MailAddress.TryCreate(trimmed, out var address) && address.Address == trimmed
            ? trimmed.ToLowerInvariant()
            : null;
    }
}
