using Desk.Gateway.Sessions;

namespace Desk.Gateway.Keys;

/// <summary>A machine's way in. Prefix is the part that may be shown, to tell one key from another. Scope is the role it acts in.</summary>
internal sealed record ApiKey(
    Guid Id, string Prefix, string Name, string Scope, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? LastUsedAt)
{
    public const string Start = "desk_";

    public static readonly IReadOnlyList<string> Scopes = ["requester", "agent", "admin"];

    public static (string Key, string Prefix) Make()
    {
        var key = Start + Secret.Make();
        return (key, key[..12]);
    }
}
