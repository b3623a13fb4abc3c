using Dapper;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>A file of an article, in a list. Markdown is how its text shows or links to it.</summary>
internal sealed record ArticleFileLine(string Name, string ContentType, int Size, DateTimeOffset At, string By)
{
    public string Markdown => $"{(ContentType.StartsWith("image/", StringComparison.Ordinal) ? "!" : "")}[{Path.GetFileNameWithoutExtension(Name)}]({ArticleFile.Folder}{Name})";
}

/// <summary>The SQL of articles' files. They belong to the article, not to a version: a picture is mended in its place.</summary>
internal static class ArticleFileStore
{
    public static async Task<IReadOnlyList<ArticleFileLine>> ListAsync(NpgsqlConnection connection, Guid article, CancellationToken cancellation)
        => [.. await connection.QueryAsync<ArticleFileLine>(new CommandDefinition(
            "select name, content_type as ContentType, length(content) as Size, at, by from article_file where article_id = @article order by name", new { article },
            cancellationToken: cancellation))];

    public static Task<ArticleFile?> FindAsync(NpgsqlConnection connection, Guid article, string name, CancellationToken cancellation)
        => connection.QuerySingleOrDefaultAsync<ArticleFile>(new CommandDefinition(
            "select name, content_type as ContentType, content from article_file where article_id = @article and name = @name", new { article, name }, cancellationToken: cancellation));

    /// <summary>Keeps the file in place of one of that name. False when the article has as many as it may have.</summary>
    public static async Task<bool> SaveAsync(NpgsqlTransaction transaction, Guid article, ArticleFile file, string by, DateTimeOffset now, CancellationToken cancellation)
        => await transaction.Connection!.ExecuteAsync(new CommandDefinition("""
            insert into article_file (article_id, name, content_type, content, at, by)
            select @article, @name, @type, @content, @now, @by
            where (select count(*) from article_file where article_id = @article and name <> @name) < @most
            on conflict (article_id, name) do update set content_type = excluded.content_type, content = excluded.content, at = excluded.at, by = excluded.by
            """, new { article, name = file.Name, type = file.ContentType, content = file.Content, now, by, most = ArticleFile.MostFiles }, transaction,
            cancellationToken: cancellation)) > 0;

    public static Task<int> DeleteAsync(NpgsqlConnection connection, Guid article, string name, CancellationToken cancellation)
        => connection.ExecuteAsync(new CommandDefinition("delete from article_file where article_id = @article and name = @name", new { article, name }, cancellationToken: cancellation));
}
