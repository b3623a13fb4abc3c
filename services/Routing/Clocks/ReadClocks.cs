using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Clocks;

/// <summary>As the preview: the targets by name, and the timeline when it is asked for.</summary>
internal sealed record ClocksAnswer(
    string Number, DateTimeOffset At, IReadOnlyDictionary<string, TargetPreview> Targets, string? Agreement, string? Calendar, IReadOnlyList<Step>? Timeline);

/// <summary><c>GET /tickets/{number}/clocks</c>: when each promise of a ticket is due, and with <c>?explain=true</c> why.</summary>
internal static class ReadClocks
{
    public static async Task<Results<Ok<ClocksAnswer>, ProblemHttpResult>> HandleAsync(
        string number, WorkStore store, SetUpCache setUp, TimeProvider clock, CancellationToken cancellation, bool explain = false)
    {
        if (await store.FindAsync(number, cancellation) is not { } ticket)
            return Changes.NotFound(number);
        var now = clock.GetUtcNow();
        var clocks = ticket.Clocks(await setUp.GetAsync(cancellation), now);
        return TypedResults.Ok(new ClocksAnswer(
            number, now, TargetPreview.Of(clocks, now), ticket.Item.Pledge?.Agreement, ticket.Item.Pledge?.Calendar,
            explain ? Explanation.Of(clocks, now) : null));
    }
}
