using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Notification.Deliveries;

/// <summary><c>GET /notification/deliveries/{id}</c>.</summary>
internal static class ReadDelivery
{
    public static void Map(IEndpointRouteBuilder group) => group.MapGet("/{id:guid}", HandleAsync)
        .WithName("GetDelivery").WithSummary("One delivery: its state, tries and, if it failed, why.");

    private static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> HandleAsync(Guid id, DeliveryReader deliveries, CancellationToken cancellation)
        => await deliveries.FindAsync(id, cancellation) is { } found ? TypedResults.Ok(found) : Problems.NotFound("delivery.unknown", "There is no such delivery.");
}
