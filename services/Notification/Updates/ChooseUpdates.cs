using Desk.Notification.Links;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Notification.Updates;

/// <summary>How it stands with the updates on a ticket. On: they are sent.</summary>
internal sealed record UpdatesView(string Number, bool On);

/// <summary>
/// <c>POST /updates/{token}</c> ends the automatic updates on a ticket, or takes them up again; <c>GET /api/v1/notification/updates/{token}</c> tells
/// how it stands. Confirmations, answers and solutions are sent all the same: they are no subscription.
/// </summary>
internal static class ChooseUpdates
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/api/v1/notification/updates/{token}", ReadAsync).AllowAnonymous().WithTags("Notification")
            .WithName("ReadUpdates").WithSummary("Whether updates on a ticket are sent to whom the link was mailed.");
        app.MapPost("/updates/{token}", PostAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task<Results<Ok<UpdatesView>, ProblemHttpResult>> ReadAsync(
        string token, StatusLinks links, NpgsqlDataSource database, TimeProvider clock, HttpResponse response, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-store";
        if (links.ReadUpdates(token, clock.GetUtcNow()) is not { } updates)
            return NotThere();
        await using var command = database.CreateCommand("select exists (select from no_updates where ticket_id = $1 and email = $2)");
        Name(command, updates);
        return TypedResults.Ok(new UpdatesView(updates.Number, !(bool)(await command.ExecuteScalarAsync(cancellation))!));
    }

    // The body is a form: of our page (updates=on or off), or of a mail program (List-Unsubscribe=One-Click), which has no use of a page.
    private static async Task<Results<RedirectHttpResult, Ok, ProblemHttpResult>> PostAsync(
        string token, HttpRequest request, StatusLinks links, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        if (links.ReadUpdates(token, clock.GetUtcNow()) is not { } updates)
            return NotThere();
        var form = request.HasFormContentType ? await request.ReadFormAsync(cancellation) : FormCollection.Empty;
        var on = form["updates"] == "on";
        await using var command = database.CreateCommand(on
            ? "delete from no_updates where ticket_id = $1 and email = $2"
            : "insert into no_updates (ticket_id, email) values ($1, $2) on conflict do nothing");
        Name(command, updates);
        await command.ExecuteNonQueryAsync(cancellation);
        return form.ContainsKey("updates") ? TypedResults.LocalRedirect($"/updates/{token}") : TypedResults.Ok();
    }

    private static void Name(NpgsqlCommand command, TicketUpdates updates)
    {
        command.Parameters.Add(new() { Value = updates.TicketId });
        command.Parameters.Add(new() { Value = updates.Email });
    }

    private static ProblemHttpResult NotThere() => Problems.NotFound("link.unknown", "This link is not valid, or no longer. The one in the newest mail is.");
}
