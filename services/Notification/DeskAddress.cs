using Desk.ServiceDefaults;

namespace Desk.Notification;

/// <summary>The desk's own addresses: what answers come back to, and the ids its mails carry. All are signed, so that none can be made up.</summary>
internal sealed class DeskAddress
{
    private readonly SignedTokens _tokens;
    private readonly string _local;
    private readonly string _mailDomain;

    public DeskAddress(IConfiguration configuration, SignedTokens tokens)
    {
        _tokens = tokens;
        Address = configuration["Desk:MailAddress"] ?? "support@desk.example";
        _mailDomain = configuration["Desk:MailDomain"] ?? Address[(Address.IndexOf('@') + 1)..];
        _local = Address[..Address.IndexOf('@')];
        Domain = Address[(Address.IndexOf('@') + 1)..];
    }

    /// <summary><c>support@desk.example</c>.</summary>
    public string Address { get; }

    public string Domain { get; }

    /// <summary>Answers to this address find their ticket by it: <c>support+D-1042.1f0c…@desk.example</c>.</summary>
    public string ForTicket(string number) => $"{_local}+{number}.{_tokens.Tag("mail-address", number)}@{Domain}";

    /// <summary>Without angle brackets. Answers and bounces name it, and find ticket and message by it.</summary>
    public string MessageId(string? number, Guid mail)
    {
        var name = $"{number ?? "desk"}.{mail:N}";
        return $"{name}.{_tokens.Tag("mail", name)}@{_mailDomain}";
    }

    /// <summary>A mail to ourselves would come back as a ticket, be confirmed, and so on for ever.</summary>
    public bool IsOurs(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0 || !address.AsSpan(at + 1).Equals(Domain, StringComparison.OrdinalIgnoreCase))
            return false;
        var local = address.AsSpan(0, at);
        return local.StartsWith(_local, StringComparison.OrdinalIgnoreCase) && (local.Length == _local.Length || local[_local.Length] == '+');
    }
}
