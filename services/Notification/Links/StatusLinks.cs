using Desk.ServiceDefaults;

namespace Desk.Notification.Links;

/// <summary>Addresses that a mail points to.</summary>
internal sealed class StatusLinks(IConfiguration configuration, SignedTokens tokens)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly string _desk = (configuration["Desk:PublicUrl"] ?? "http://localhost:8080").TrimEnd('/');

    /// <summary>Shows how the ticket stands, without an account, for thirty days.</summary>
    public string Status(Guid ticket, DateTimeOffset now) => $"{_desk}/t/{tokens.Write("status", ticket.ToString(), now + Lifetime)}";

    /// <summary>For who signs in.</summary>
    public string Ticket(string number) => $"{_desk}/tickets/{number}";

    public string Article(string slug) => $"{_desk}/help/{Uri.EscapeDataString(slug)}";

    public string SignIn(string token) => $"{_desk}/sign-in/link?token={Uri.EscapeDataString(token)}";
}
