using Desk.Notification.Writing;
using Desk.ServiceDefaults;

namespace Desk.Notification;

/// <summary>The desk's own addresses: what answers come back to, and the ids its mails carry. All are signed, so that none can be made up.</summary>
internal sealed class DeskAddress
{
    private readonly SignedTokens _tokens;
    private readonly string _local;
    private readonly string _mailDomain;
    private readonly Dictionary<string, Address> _senders;

    public DeskAddress(IConfiguration configuration, SignedTokens tokens)
    {
        _tokens = tokens;
        Address = configuration["Desk:MailAddress"] ?? "support@desk.example";
        _mailDomain = configuration["Desk:MailDomain"] ?? Address[(Address.IndexOf('@') + 1)..];
        _local = Address[..Address.IndexOf('@')];
        Domain = Address[(Address.IndexOf('@') + 1)..];
        _senders = configuration.GetSection("Desk:Senders").GetChildren().Where(team => !string.IsNullOrWhiteSpace(team.Value))
            .ToDictionary(team => team.Key, team => Read(team.Key, team.Value!), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary><c>support@desk.example</c>.</summary>
    public string Address { get; }

    public string Domain { get; }

    /// <summary>
    /// Whom a team's mails are from: <c>Desk:Senders:{team}</c>, as <c>network@desk.example</c> or <c>Network &lt;network@desk.example&gt;</c>. Null: from the desk, as
    /// all others. Answers come back to the desk's own address whoever writes.
    /// </summary>
    public Address? Of(string? team) => team is not null && _senders.TryGetValue(team, out var sender) ? sender : null;

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
        if (_senders.Values.Any(sender => sender.Mailbox.Equals(address, StringComparison.OrdinalIgnoreCase)))
            return true;
        var at = address.LastIndexOf('@');
        if (at < 0 || !address.AsSpan(at + 1).Equals(Domain, StringComparison.OrdinalIgnoreCase))
            return false;
        var local = address.AsSpan(0, at);
        return local.StartsWith(_local, StringComparison.OrdinalIgnoreCase) && (local.Length == _local.Length || local[_local.Length] == '+');
    }

    private static Address Read(string team, string setting)
    {
        var open = setting.IndexOf('<');
        var mailbox = (open < 0 ? setting : setting[(open + 1)..].TrimEnd(' ', '>')).Trim();
        return Writing.Address.IsMailable(mailbox)
            ? new Address(mailbox, open > 0 ? setting[..open].Trim().Trim('"') : null)
            : throw new InvalidOperationException($"Desk:Senders:{team} is no address: '{setting}'.");
    }
}
