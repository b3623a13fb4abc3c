using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Analytics.Measures;

internal static class ReadOverview
{
    public static void MapOverview(this IEndpointRouteBuilder group) => group.MapGet("/overview", ReadAsync)
        .WithName("GetOverview")
        .WithSummary("The desk at a glance: open, in and out, answer and resolution against their targets, oldest waiting, overdue, black holes, mail.");

    private static async Task<Ok<Overview>> ReadAsync(OverviewStore overview, TimeProvider clock, CancellationToken cancellation)
        => TypedResults.Ok(await overview.CountAsync(clock.GetUtcNow(), cancellation));
}
