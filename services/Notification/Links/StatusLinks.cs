using Desk.ServiceDefaults;

namespace Desk.Notification.Links;

/// <summary>The automatic updates on one ticket to one address: what can be unsubscribed from.</summary>
internal sealed record TicketUpdates(Guid TicketId, string Number, string Email);

/// <summary>Addresses that a mail points to.</summary>
internal sealed class StatusLinks(IConfiguration configuration, SignedTokens tokens)
{
    private const string Updates = "updates";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly string _desk = (configuration["Desk:PublicUrl"] ?? "http://localhost:8080").TrimEnd('/');

    /// <summary>Shows how the ticket stands, without an account, for thirty days.</summary>
    public string Status(Guid ticket, DateTimeOffset now) => $"{_desk}/t/{tokens.Write("status", ticket.ToString(), now + Lifetime)}";

    /// <summary>
    /// Ends the updates on a ticket: a page to a person, and what RFC 8058 calls one-click to a mail program that posts to it. Needs no account, for thirty days.
    /// </summary>
    public string EndUpdates(TicketUpdates updates, DateTimeOffset now)
        => $"{_desk}/updates/{tokens.Write(Updates, $"{updates.TicketId} {updates.Number} {updates.Email}", now + Lifetime)}";

    /// <summary>What such a link is about; null for one that is forged or out of date.</summary>
    public TicketUpdates? ReadUpdates(string token, DateTimeOffset now)
        => token.Length <= 1_000 && tokens.Read(Updates, token, now)?.Split(' ') is [var id, var number, var email] && Guid.TryParse(id, out var ticket)
            ? new TicketUpdates(ticket, number, email) : null;

    /// <summary>A ticket's page, or a problem's, for who signs in.</summary>
    public string Agent(string number) => $"{_desk}/agent/{(number.StartsWith("P-", StringComparison.Ordinal) ? "problems" : "tickets")}/{number}";

    public string Editor(Guid article) => $"{_desk}/agent/knowledge/{article}";

    public string Ticket(string number) => $"{_desk}/tickets/{number}";

    public string Article(string slug) => $"{_desk}/help/{Uri.EscapeDataString(slug)}";

    public string SignIn(string token) => $"{_desk}/sign-in/link?token={Uri.EscapeDataString(token)}";
}
