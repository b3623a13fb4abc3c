using System.Diagnostics;
using Desk.Knowledge.Articles;
using Desk.Knowledge.Likeness;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Proposals;

/// <summary>
/// What may solve a ticket. Items: articles, best first, empty when none fits. Similar: solved tickets, likest first. Alike: open tickets that look the
/// same; left out when there are none. Problems: open problems and outages that it may belong to.
/// </summary>
internal sealed record ProposalsAnswer(
    IReadOnlyList<ProposedArticle> Items, IReadOnlyList<SimilarTicket> Similar, AlikeTickets? Alike, IReadOnlyList<LikelyProblem> Problems);

/// <summary>A solved ticket that is like this one, and what solved it. Times: how many of those found were solved by the same words. Score: 0 to 1.</summary>
internal sealed record SimilarTicket(
    string Number, string Subject, string Solution, string Language, DateTimeOffset SolvedAt, double Score, int Times, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt);

/// <summary>How many others look the same and are open, since when, and the first fifty of them.</summary>
internal sealed record AlikeTickets(int Count, DateTimeOffset Since, IReadOnlyList<TicketLine> Tickets);

/// <summary>An open problem that the ticket looks like; attached: it is already one of its tickets.</summary>
internal sealed record LikelyProblem(string Number, string Title, string Status, bool Major, string? Workaround, bool Attached);

internal static class ReadProposals
{
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private const int MostSimilar = 3;
    private const int MostAlike = 500;
    private const int MostListed = 50;

    // A problem is named in a few words: most of them have to be in the ticket.
    private const double LikeTitle = 0.6;

    public static void MapReadProposals(this IEndpointRouteBuilder group) => group.MapGet("", ReadAsync)
        .WithName("ListProposals")
        .WithSummary("What may solve the ticket: articles, similar solved tickets, others that look the same, open problems. For a ticket just registered it waits up to two seconds for the search. What is read is recorded as shown.");

    private static async Task<Results<Ok<ProposalsAnswer>, ProblemHttpResult>> ReadAsync(
        ProposalStore proposals, LiveTickets tickets, Membership membership, Caller caller, TimeProvider clock, string number, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await proposals.ReadAsync(number, membership.Of(caller), clock.GetUtcNow(), cancellation) is { } found)
                return TypedResults.Ok(await AnswerAsync(found, proposals, tickets.Index, cancellation));
            if (Stopwatch.GetElapsedTime(started) > MostWait)
            {
                return await proposals.KnowsAsync(number, cancellation)
                    ? TypedResults.Ok(new ProposalsAnswer([], [], null, []))
                    : Problems.NotFound("ticket.unknown", "Knowledge has not heard of such a ticket.");
            }
            await Task.Delay(Look, clock, cancellation);
        }
    }

    private static async Task<ProposalsAnswer> AnswerAsync(FoundForTicket found, ProposalStore proposals, TicketIndex index, CancellationToken cancellation)
    {
        var ticket = found.Ticket;
        var alike = index.Like(Matter.Asked(ticket.Subject, ticket.Text), other => other.Id != ticket.Id && Alike.Open(other, ticket.Category, ticket.At), MostAlike);
        var lines = alike.Count == 0 ? [] : await proposals.LinesAsync([.. alike.OrderBy(other => other.At).Take(MostListed).Select(other => other.Id)], cancellation);
        return new ProposalsAnswer(
            [.. found.Articles.Select(row => row.Proposed)],
            Similar(found.Solved),
            alike.Count == 0 ? null : new AlikeTickets(alike.Count, alike.Min(other => other.At), lines),
            Likely(found, alike));
    }

    /// <summary>Solved by the same words is solved the same way: one of them is enough, with how many.</summary>
    internal static IReadOnlyList<SimilarTicket> Similar(IReadOnlyList<SolvedRow> solved)
    {
        return [.. solved.GroupBy(row => row.Solution.Trim(), StringComparer.OrdinalIgnoreCase).Take(MostSimilar).Select(same => Of(same.First(), same.Count()))];

        static SimilarTicket Of(SolvedRow row, int times) => new(
            row.Number, row.Subject, row.Solution, row.Language, row.SolvedAt, Math.Round(row.Score, 2), times, row.OpenedAt, row.UsedAt);
    }

    private static IReadOnlyList<LikelyProblem> Likely(FoundForTicket found, IReadOnlyList<LikeTicket> alike)
    {
        if (found.Problems.Count == 0)
            return [];
        var others = alike.Select(other => other.Id).ToHashSet();
        var said = Matter.Asked(found.Ticket.Subject, found.Ticket.Text).SelectMany(word => new[] { word.Swedish, word.English }).ToHashSet();
        return
        [
            .. found.Problems.Select(problem => (Problem: problem, Attached: problem.Tickets.Contains(found.Ticket.Id), Shared: problem.Tickets.Count(others.Contains)))
                .Where(one => one.Attached || one.Shared > 0 || SaysTitle(one.Problem))
                .OrderByDescending(one => one.Attached).ThenByDescending(one => one.Problem.Major).ThenByDescending(one => one.Shared)
                .Select(one => new LikelyProblem(one.Problem.Number, one.Problem.Title, one.Problem.Status, one.Problem.Major, one.Problem.Workaround, one.Attached)),
        ];

        bool SaysTitle(OpenProblem problem) => Matter.Asked(problem.Title, "") is { Count: > 0 } title
            && title.Count(word => said.Contains(word.Swedish) || said.Contains(word.English)) >= LikeTitle * title.Count;
    }
}
