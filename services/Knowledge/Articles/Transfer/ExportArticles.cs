using System.IO.Compression;
using System.Text;
using Dapper;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Articles.Transfer;

/// <summary>All that the caller may read, as a zip of Markdown that can be taken in again here or on another desk.</summary>
internal static class ExportArticles
{
    public static void MapExportArticles(this IEndpointRouteBuilder group) => group.MapGet("/export", ExportAsync)
        .WithName("ExportArticles")
        .WithSummary("The articles that the caller may read, in their newest text, with their files: a zip of sv/address/article.md and sv/address/files/name. state, language and category choose among them.");

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> ExportAsync(
        ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, string? state, string? language, string? category, CancellationToken cancellation)
    {
        if (state is not null && (!Enum.TryParse<ArticleState>(state, ignoreCase: true, out _) || int.TryParse(state, out _)))
            return Problems.Invalid("state.unknown", Phrase.Of("Lägena är draft, review, scheduled, published, expired och withdrawn.", "The states are draft, review, scheduled, published, expired and withdrawn."));
        var chosen = await articles.AllAsync(membership.Of(caller), state, language, category, cancellation);
        var slugs = chosen.ToDictionary(article => article.Id, article => article.Slug);
        // A large base does not fit in memory; the file goes when it has been read.
        var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            await using var connection = await articles.OpenAsync(cancellation);
            await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation))
            {
                foreach (var article in chosen)
                {
                    var folder = $"{article.Text.Language}/{article.Slug}";
                    // An original that is not in the zip is not named in it: it may be one that the receiver must not know of.
                    var text = ZippedArticle.Write(article, article.Translates is { } of ? slugs.GetValueOrDefault(of.Original) : null);
                    await AddAsync(zip, $"{folder}/article.md", Encoding.UTF8.GetBytes(text), article.UpdatedAt, cancellation);
                    foreach (var own in await connection.QueryAsync<ArticleFile>(new CommandDefinition(
                        "select name, content_type as ContentType, content from article_file where article_id = @id order by name", new { article.Id }, cancellationToken: cancellation)))
                    {
                        await AddAsync(zip, $"{folder}/{ArticleFile.Folder}{own.Name}", own.Content, article.UpdatedAt, cancellation);
                    }
                }
            }
            file.Position = 0;
            return TypedResults.File(file, "application/zip", $"articles-{clock.GetUtcNow():yyyyMMdd}.zip");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] content, DateTimeOffset at, CancellationToken cancellation)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = at;
        await using var stream = await entry.OpenAsync(cancellation);
        await stream.WriteAsync(content, cancellation);
    }
}
