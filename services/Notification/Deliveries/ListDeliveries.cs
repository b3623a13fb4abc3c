using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Notification.Deliveries;

/// <summary><c>GET /notification/deliveries</c>: what was told to whom, newest first.</summary>
internal static class ListDeliveries
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("", HandleAsync)
        .WithName("ListDeliveries").WithSummary("What was told to whom, newest first.")
        .WithDescription("Filters: ticket (number), state (pending, sent, failed). A pending one with a reason has failed and is tried again at dueAt.");

    private static async Task<Results<Ok<DeliveryPage>, ProblemHttpResult>> HandleAsync(
        DeliveryReader deliveries, string? ticket, string? state, Guid? after, int? limit, CancellationToken cancellation)
    {
        if (state is not (null or "pending" or "sent" or "failed"))
            return ServiceDefaults.Problems.Invalid("state.unknown", "State is pending, sent or failed.");
        var size = Math.Clamp(limit ?? 25, 1, 200);
        var found = await deliveries.ListAsync(ticket, state, after, size + 1, cancellation);
        return TypedResults.Ok(new DeliveryPage([.. found.Take(size)], found.Count > size ? found[size - 1].Id : null));
    }
}
