using Dapper;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles;

/// <summary>A category and how many articles the caller may read in it.</summary>
internal sealed record HelpCategory(string Key, int Articles);

/// <summary>An article to go to.</summary>
internal sealed record HelpLine(Guid Id, string Slug, string Title, string Language, string? Category, DateTimeOffset PublishedAt);

/// <summary>
/// What stands on the front page of the help: the categories, the guides, what helped most in the last 90 days (a reader said so, or an agent
/// answered with it), and what was published last.
/// </summary>
internal sealed record HelpFront(IReadOnlyList<HelpCategory> Categories, IReadOnlyList<HelpLine> Guides, IReadOnlyList<HelpLine> Popular, IReadOnlyList<HelpLine> News);

internal static class ReadHelpFront
{
    private const int Most = 6;
    private const int PopularDays = 90;

    public static void MapReadHelpFront(this IEndpointRouteBuilder group) => group.MapGet("/help", ReadAsync)
        .WithName("ReadHelpFront")
        .WithSummary("The front page of the help, of what the caller may read: categories, guides, what helped most and what is new. prefer (sv, en): each article once, in that language where it is to be had.");

    private static async Task<Results<Ok<HelpFront>, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller? caller, TimeProvider clock, string? prefer, CancellationToken cancellation)
    {
        if (prefer is not (null or "sv" or "en"))
            return Problems.Invalid("language.unknown", Phrase.Of("Språken är sv och en.", "The languages are sv and en."));
        await using var connection = await articles.OpenAsync(cancellation);
        const string lines = $"""
            select article_id as Id, slug, title, language, category, published_at as PublishedAt from published
            where {Readership.Allowed} and {Translations.Preferred}
            """;
        await using var read = await connection.QueryMultipleAsync(new CommandDefinition($"""
            select category as Key, count(*)::int as Articles from published
            where category is not null and {Readership.Allowed} and {Translations.Preferred} group by category order by category;
            {lines} and is_guide order by title limit {Most};
            with liked as (
                select article_id, sum(points) as points from (
                    select article_id, 1 as points from feedback where helped and at > @since
                    union all select article_id, 2 from proposal where used_at > @since) as said group by article_id)
            select shown.* from ({lines} and not is_guide) as shown join liked on liked.article_id = shown.Id order by liked.points desc, shown.title limit {Most};
            {lines} and not is_guide order by published_at desc, no desc limit {Most};
            """, membership.Of(caller).In(new { prefer, since = clock.GetUtcNow().AddDays(-PopularDays) }), cancellationToken: cancellation));
        return TypedResults.Ok(new HelpFront(
            [.. await read.ReadAsync<HelpCategory>()], [.. await read.ReadAsync<HelpLine>()], [.. await read.ReadAsync<HelpLine>()], [.. await read.ReadAsync<HelpLine>()]));
    }
}
