using Desk.Contracts;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Tickets;

/// <summary>What a status link shows: how it stands, without the conversation, for a link may be forwarded.</summary>
internal sealed record TicketStatusView(
    string Number, string Subject, TicketStatus Status, WaitingFor? WaitingFor, Priority? Priority, string? TeamName, string? AssigneeName,
    string Language, string? NextStep, DateTimeOffset? NextStepAt, StoredClocks Clocks, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

internal static class StatusLinks
{
    /// <summary>The purpose that Notification signs links to a ticket's status for; the text is the ticket's id.</summary>
    public const string Purpose = "status";

    // Sees what any requester sees.
    private static readonly Caller Holder = new(Guid.Empty, "", null, "requester", Machine: true, "sv");

    /// <summary>How a ticket stands, for who holds the signed link from its confirmation: no account is needed.</summary>
    public static async Task<Results<Ok<TicketStatusView>, ProblemHttpResult>> HandleAsync(
        string token, SignedTokens tokens, TicketStore tickets, TimeProvider clock, HttpResponse response, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-store";
        if (token.Length > 500
            || tokens.Read(Purpose, token, clock.GetUtcNow()) is not { } text || !Guid.TryParse(text, out var id)
            || await tickets.ReadAsync(id, Holder, cancellation) is not { } ticket)
            return Problems.NotFound("link.unknown", "This link is not valid, or no longer. Sign in to see your tickets, or answer the mail you got.");
        return TypedResults.Ok(new TicketStatusView(
            ticket.Number, ticket.Subject, ticket.Status, ticket.WaitingFor, ticket.Priority, ticket.TeamName, ticket.AssigneeName,
            ticket.Requester.Language, ticket.NextStep, ticket.NextStepAt, ticket.Clocks, ticket.CreatedAt, ticket.UpdatedAt));
    }
}
