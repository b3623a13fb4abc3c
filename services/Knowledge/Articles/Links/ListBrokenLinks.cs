using Desk.ServiceDefaults.Identity;

namespace Desk.Knowledge.Articles.Links;

internal sealed record BrokenLinks(IReadOnlyList<BrokenLinkLine> Items);

internal static class ListBrokenLinks
{
    public static void MapListBrokenLinks(this IEndpointRouteBuilder group) => group.MapGet("/links/broken", async (
            LinkStore links, Membership membership, Caller caller, Guid? article, CancellationToken cancellation)
            => TypedResults.Ok(new BrokenLinks(await links.ListAsync(membership.Of(caller), article, cancellation))))
        .WithName("ListBrokenLinks")
        .WithSummary("Links of published articles that do not lead where their readers can go, the oldest first; of one article, or all that the caller may read. Reasons: missing (no such article), unreadable (not for all who read this), gone, away (three times), refused (not a public page).");
}
