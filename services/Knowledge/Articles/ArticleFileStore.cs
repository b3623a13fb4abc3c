using Dapper;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>A file of an article, in a list. Markdown is how its text shows or links to it.</summary>
internal sealed record ArticleFileLine(string Name, string ContentType, int Size, DateTimeOffset At, string By)
{
    public string Markdown => $"{(ContentType.StartsWith("image/", StringComparison.Ordinal) ? "!" : "")}[{Path.GetFileNameWithoutExtension(Name)}]({ArticleFile.Folder}{Name})";
}

/// <summary>What a file was until somebody replaced it or took it away.</summary>
internal sealed record PastFileLine(long Id, string Name, string ContentType, int Size, DateTimeOffset At, string By, DateTimeOffset Until, string UntilBy);

/// <summary>The SQL of articles' files. They belong to the article, not to a version: a picture is mended in its place, and what it was is kept.</summary>
internal static class ArticleFileStore
{
    public static async Task<IReadOnlyList<ArticleFileLine>> ListAsync(NpgsqlConnection connection, Guid article, CancellationToken cancellation)
        => [.. await connection.QueryAsync<ArticleFileLine>(new CommandDefinition(
            "select name, content_type as ContentType, length(content) as Size, at, by from article_file where article_id = @article order by name", new { article },
            cancellationToken: cancellation))];

    public static Task<ArticleFile?> FindAsync(NpgsqlConnection connection, Guid article, string name, CancellationToken cancellation)
        => connection.QuerySingleOrDefaultAsync<ArticleFile>(new CommandDefinition(
            "select name, content_type as ContentType, content from article_file where article_id = @article and name = @name", new { article, name }, cancellationToken: cancellation));

    /// <summary>Keeps the file in place of one of that name, which is kept with what was. False when the article has as many as it may have.</summary>
    public static async Task<bool> SaveAsync(NpgsqlTransaction transaction, Guid article, ArticleFile file, string by, DateTimeOffset now, CancellationToken cancellation)
        => await transaction.Connection!.ExecuteAsync(new CommandDefinition($"""
            with replaced as ({Keep} from article_file where article_id = @article and name = @name and content <> @content)
            insert into article_file (article_id, name, content_type, content, at, by)
            select @article, @name, @type, @content, @now, @by
            where (select count(*) from article_file where article_id = @article and name <> @name) < @most
            on conflict (article_id, name) do update set content_type = excluded.content_type, content = excluded.content, at = excluded.at, by = excluded.by
            """, new { article, name = file.Name, type = file.ContentType, content = file.Content, now, by, most = ArticleFile.MostFiles }, transaction,
            cancellationToken: cancellation)) > 0;

    /// <summary>Takes it from the article and keeps it with what was.</summary>
    public static Task<int> DeleteAsync(NpgsqlConnection connection, Guid article, string name, string by, DateTimeOffset now, CancellationToken cancellation)
        => connection.ExecuteAsync(new CommandDefinition($"""
            with gone as (delete from article_file where article_id = @article and name = @name returning *)
            {Keep} from gone
            """, new { article, name, by, now }, cancellationToken: cancellation));

    /// <summary>What the article's files were, the latest first.</summary>
    public static async Task<IReadOnlyList<PastFileLine>> PastAsync(NpgsqlConnection connection, Guid article, CancellationToken cancellation)
        => [.. await connection.QueryAsync<PastFileLine>(new CommandDefinition("""
            select id, name, content_type as ContentType, length(content) as Size, at, by, until, until_by as UntilBy
            from article_file_past where article_id = @article order by id desc limit 200
            """, new { article }, cancellationToken: cancellation))];

    public static Task<ArticleFile?> FindPastAsync(NpgsqlConnection connection, Guid article, long past, CancellationToken cancellation)
        => connection.QuerySingleOrDefaultAsync<ArticleFile>(new CommandDefinition(
            "select name, content_type as ContentType, content from article_file_past where article_id = @article and id = @past", new { article, past }, cancellationToken: cancellation));

    /// <summary>For good: a picture may show what nobody should have seen.</summary>
    public static Task<int> ErasePastAsync(NpgsqlConnection connection, Guid article, long past, CancellationToken cancellation)
        => connection.ExecuteAsync(new CommandDefinition("delete from article_file_past where article_id = @article and id = @past", new { article, past }, cancellationToken: cancellation));

    private const string Keep = """
        insert into article_file_past (article_id, name, content_type, content, at, by, until, until_by)
        select article_id, name, content_type, content, at, by, @now, @by
        """;
}
