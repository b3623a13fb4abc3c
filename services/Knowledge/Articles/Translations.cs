using Dapper;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>That an article says in another language what Original said in its version Version.</summary>
internal sealed record TranslationOf(Guid Original, int Version);

/// <summary>
/// The same article in another language, that the caller may read. For agents also: what is not yet published, and by how much a translation lags:
/// IsOriginal, the original's version now, and the one that the translation says.
/// </summary>
internal sealed record Translation(Guid Id, string Slug, string Title, string Language, bool? IsOriginal, int? OriginalVersion, int? SaysVersion)
{
    public bool IsBehind => OriginalVersion > SaysVersion;
}

/// <summary>The SQL of articles side by side in the desk's languages: an original, and what translates it.</summary>
internal static class Translations
{
    /// <summary>Leaves to a reader who prefers a language the articles in it, and those that are not to be had in it.</summary>
    public const string Preferred = """
        (@prefer::text is null or language = @prefer or not exists (
            select from published as other where coalesce(other.translates, other.article_id) = coalesce(published.translates, published.article_id)
              and other.language = @prefer and (@isLead or other.audience = any(@audiences) or (@isAgent and other.audience like 'organisation:%'))))
        """;

    public static async Task<IReadOnlyList<Translation>> OfAsync(NpgsqlConnection connection, Guid article, Readership readership, CancellationToken cancellation)
        => [.. await connection.QueryAsync<Translation>(new CommandDefinition($"""
            with asked as (select coalesce(translates, id) as root from article where id = @article),
            others as (
                select other.id, other.slug, other.language, case when @isAgent then other.title else published.title end as title,
                       case when @isAgent then other.audience else published.audience end as audience,
                       case when @isAgent then other.translates is null end as is_original,
                       case when @isAgent then (select version from article as original where original.id = root) end as original_version,
                       case when @isAgent then coalesce(other.translates_version, (select translates_version from article where id = @article)) end as says_version
                from asked join article as other on (other.id = root or other.translates = root) and other.id <> @article
                left join published on published.article_id = other.id)
            select id, slug, title, language, is_original as IsOriginal, original_version as OriginalVersion, says_version as SaysVersion
            from others where audience is not null and {Readership.Allowed} order by language
            """, readership.In(new { article }), cancellationToken: cancellation))];

    /// <summary>The original that a writer names by id or address, if it can be one for an article in that language; null if not.</summary>
    public static async Task<(Guid Id, int Version)?> OriginalAsync(
        NpgsqlTransaction transaction, string idOrSlug, Guid article, string language, Readership readership, CancellationToken cancellation)
        => await transaction.Connection!.QueryFirstOrDefaultAsync<(Guid, int)?>(new CommandDefinition($"""
            select id, version from article
            where (slug = @idOrSlug or id = @id) and id <> @article and language <> @language and translates is null and {Readership.Allowed}
              and not exists (select from article as child where child.translates = @article)
            """, readership.In(new { idOrSlug, id = Guid.TryParse(idOrSlug, out var id) ? id : (Guid?)null, article, language }), transaction, cancellationToken: cancellation));
}
