using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Notification.Deliveries;

/// <summary><c>POST /notification/deliveries/{id}/retry</c>: an agent has mended what was wrong, or knows that it is.</summary>
internal static class RetryDelivery
{
    public static void Map(IEndpointRouteBuilder group) => group.MapPost("/{id:guid}/retry", HandleAsync)
        .WithName("RetryDelivery").WithSummary("Tries a delivery that has not succeeded again, now, with all its tries before it.")
        .WithDescription("An address that had been left alone because mail bounced is believed again. 409 `delivery.sent` if it has gone already.");

    private static async Task<Results<Accepted, ProblemHttpResult>> HandleAsync(
        Guid id, NpgsqlDataSource database, SendDue sender, TimeProvider clock, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        string? state = null, recipient = null;
        await using (var find = new NpgsqlCommand("select state, recipient from delivery where id = $1 for update", connection, transaction)
        { Parameters = { new() { Value = id } } })
        await using (var row = await find.ExecuteReaderAsync(cancellation))
        {
            if (await row.ReadAsync(cancellation))
                (state, recipient) = (row.GetString(0), row.GetString(1));
        }
        if (state is null)
            return Problems.NotFound("delivery.unknown", "There is no such delivery.");
        if (state == "sent")
            return Problems.Conflict("delivery.sent", Phrase.Of("Det är redan skickat: skriv ett nytt meddelande i stället.", "It has been sent already: write a new message instead."));

        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("update delivery set state = 'pending', due_at = $2, tries = 0, reason = null where id = $1")
                {
                    Parameters = { new() { Value = id }, new() { Value = clock.GetUtcNow() } },
                },
                new("delete from suppression where email = lower($1)") { Parameters = { new() { Value = recipient } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        sender.Wake();
        return TypedResults.Accepted((string?)null);
    }
}
