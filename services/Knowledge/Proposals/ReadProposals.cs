using System.Diagnostics;
using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Proposals;

/// <summary>Best first. Empty when no article fits.</summary>
internal sealed record ProposalsAnswer(IReadOnlyList<ProposedArticle> Items);

internal static class ReadProposals
{
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(40);

    public static void MapReadProposals(this IEndpointRouteBuilder group) => group.MapGet("", ReadAsync)
        .WithName("ListProposals")
        .WithSummary("Articles that may solve the ticket. For a ticket just registered it waits up to two seconds for the search.");

    private static async Task<Results<Ok<ProposalsAnswer>, ProblemHttpResult>> ReadAsync(
        ProposalStore proposals, Membership membership, Caller caller, TimeProvider clock, string number, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await proposals.ReadAsync(number, membership.Of(caller), cancellation) is { } found)
                return TypedResults.Ok(new ProposalsAnswer(found));
            if (Stopwatch.GetElapsedTime(started) > MostWait)
            {
                return await proposals.KnowsAsync(number, cancellation)
                    ? TypedResults.Ok(new ProposalsAnswer([]))
                    : Problems.NotFound("ticket.unknown", "Knowledge has not heard of such a ticket.");
            }
            await Task.Delay(Look, clock, cancellation);
        }
    }
}
