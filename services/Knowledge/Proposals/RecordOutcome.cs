using Desk.Knowledge.Articles;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Proposals;

/// <summary>What became of a proposal: the ranking can only learn from what was opened and what was used.</summary>
internal static class RecordOutcome
{
    public static void MapRecordOutcome(this IEndpointRouteBuilder group)
    {
        group.MapPost("/{articleId:guid}/opened", (ProposalStore proposals, Membership membership, Caller caller, TimeProvider clock, string number, Guid articleId, CancellationToken cancellation)
                => RecordAsync(proposals, membership, caller, clock, number, articleId, used: false, cancellation))
            .WithName("ProposalOpened").WithSummary("An agent read the article from the ticket. Saying it again changes nothing.");
        group.MapPost("/{articleId:guid}/used", (ProposalStore proposals, Membership membership, Caller caller, TimeProvider clock, string number, Guid articleId, CancellationToken cancellation)
                => RecordAsync(proposals, membership, caller, clock, number, articleId, used: true, cancellation))
            .WithName("ProposalUsed").WithSummary("An agent answered or solved the ticket with the article. Saying it again changes nothing.");
    }

    public static void MapRecordSolved(this IEndpointRouteBuilder group)
    {
        group.MapPost("/{other}/opened", (ProposalStore proposals, TimeProvider clock, string number, string other, CancellationToken cancellation)
                => RecordSolvedAsync(proposals, clock, number, other, used: false, cancellation))
            .WithName("SimilarTicketOpened").WithSummary("An agent read a similar solved ticket from the ticket. Saying it again changes nothing.");
        group.MapPost("/{other}/used", (ProposalStore proposals, TimeProvider clock, string number, string other, CancellationToken cancellation)
                => RecordSolvedAsync(proposals, clock, number, other, used: true, cancellation))
            .WithName("SimilarTicketUsed").WithSummary("An agent answered with what solved a similar ticket. Saying it again changes nothing.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RecordAsync(
        ProposalStore proposals, Membership membership, Caller caller, TimeProvider clock, string number, Guid article, bool used, CancellationToken cancellation)
        => await proposals.RecordAsync(number, article, used, caller.Id, membership.Of(caller), clock.GetUtcNow(), cancellation)
            ? TypedResults.NoContent()
            : Problems.NotFound("proposal.unknown", "There is no such ticket, or no such published article.");

    private static async Task<Results<NoContent, ProblemHttpResult>> RecordSolvedAsync(
        ProposalStore proposals, TimeProvider clock, string number, string other, bool used, CancellationToken cancellation)
        => await proposals.RecordSolvedAsync(number, other, used, clock.GetUtcNow(), cancellation)
            ? TypedResults.NoContent()
            : Problems.NotFound("proposal.unknown", "The ticket was not proposed for the other.");
}
