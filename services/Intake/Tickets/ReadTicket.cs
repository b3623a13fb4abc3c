using Desk.Intake.Requests;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Tickets;

internal static class ReadTicket
{
    /// <summary>One ticket with its clocks. The <c>ETag</c> is the version that <c>If-Match</c> is held against when the ticket is worked on.</summary>
    /// <param name="number">Such as <c>D-1042</c>.</param>
    public static async Task<Results<Ok<TicketView>, ProblemHttpResult>> HandleAsync(
        string number, Caller caller, TicketStore tickets, HttpResponse response, CancellationToken cancellation)
    {
        if (!TicketNumber.TryParse(number, out var known) || await tickets.ReadAsync(known, caller, cancellation) is not { } ticket)
            return NotThere(number);
        response.Headers.ETag = ETags.Of(ticket.Version);
        return TypedResults.Ok(ticket);
    }

    /// <summary>The same answer for a ticket that does not exist and one that is not the caller's.</summary>
    public static ProblemHttpResult NotThere(string number)
        => Problems.NotFound("ticket.unknown", $"There is no ticket {(TicketNumber.TryParse(number, out var known) ? known.ToString() : "of that number")} for you to see.");
}
