using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.Articles;

internal sealed record ArticleFiles(IReadOnlyList<ArticleFileLine> Items);

internal sealed record PastFiles(IReadOnlyList<PastFileLine> Items);

/// <summary>Pictures and files of an article. A reader gets those that the published text shows or links to, and no other.</summary>
internal static class FilesOfArticle
{
    public static void MapReadFiles(this IEndpointRouteBuilder group) => group.MapGet("/articles/{id:guid}/files/{name}", ReadAsync)
        .WithName("GetArticleFile").WithSummary("A picture or file that an article shows or links to. Agents get all of an article they may read.");

    public static void MapWriteFiles(this IEndpointRouteBuilder group)
    {
        group.MapGet("/articles/{id:guid}/files", ListAsync).WithName("ListArticleFiles").WithSummary("The files of an article, by name.");
        group.MapPut("/articles/{id:guid}/files/{name}", WriteAsync).WithName("PutArticleFile")
            .WithSummary("Keeps the body as a file of the article: pictures (PNG, JPEG, GIF, WebP), PDF, text, CSV and Office documents, up to 5 MB and 50 an article. In the text it is files/NAME.");
        group.MapDelete("/articles/{id:guid}/files/{name}", DeleteAsync).WithName("DeleteArticleFile").WithSummary("Takes a file away. It is kept among the past ones.");
        group.MapGet("/articles/{id:guid}/files/past", ListPastAsync).WithName("ListPastArticleFiles")
            .WithSummary("What the files of an article were until somebody replaced them or took them away, the latest first; at most 200.");
        group.MapGet("/articles/{id:guid}/files/past/{past:long}", ReadPastAsync).WithName("GetPastArticleFile").WithSummary("A file as it was.");
        group.MapPost("/articles/{id:guid}/files/past/{past:long}/restore", RestoreAsync).WithName("RestoreArticleFile")
            .WithSummary("Puts a file back under its name. One that has the name now becomes a past one.");
        group.MapDelete("/articles/{id:guid}/files/past/{past:long}", EraseAsync).RequireAuthorization(Policies.Lead).WithName("EraseArticleFile")
            .WithSummary("Erases a past file for good, when it shows what nobody should have seen. For leads.");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(
        ArticleStore articles, Membership membership, Caller? caller, HttpResponse response, Guid id, string name, CancellationToken cancellation)
    {
        var readership = membership.Of(caller);
        var published = await articles.FindPublishedAsync(id.ToString(), readership, cancellation);
        var isShown = published?.Html.Contains($"{ArticleFile.PathOf(id, name)}\"", StringComparison.Ordinal) is true;
        if (!isShown && !(readership.IsAgent && await articles.FindAsync(id.ToString(), readership, cancellation) is not null))
            return NoFile;
        await using var connection = await articles.OpenAsync(cancellation);
        return await ArticleFileStore.FindAsync(connection, id, name, cancellation) is { } file ? Sent(response, file) : NoFile;
    }

    private static FileContentHttpResult Sent(HttpResponse response, ArticleFile file)
    {
        // Whatever it is, it runs nothing here.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers.CacheControl = "private, max-age=60";
        return TypedResults.File(file.Content, file.ContentType, file.IsPicture ? null : file.Name);
    }

    private static async Task<Results<Ok<ArticleFiles>, ProblemHttpResult>> ListAsync(ArticleStore articles, Membership membership, Caller caller, Guid id, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(articles, membership, caller, id, cancellation);
        if (connection is null)
            return NoArticle;
        return TypedResults.Ok(new ArticleFiles(await ArticleFileStore.ListAsync(connection, id, cancellation)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteAsync(
        ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, HttpRequest request, Guid id, string name, CancellationToken cancellation)
    {
        if (await ReadBodyAsync(request.Body, ArticleFile.MostBytes, cancellation) is not { } content)
            return Problems.Invalid("file.tooLarge", Phrase.Of("En fil har 1 byte till 5 MB.", "A file has 1 byte to 5 MB."));
        var (file, fault) = ArticleFile.Of(name, content);
        if (file is null)
            return Problems.Invalid("file.refused", fault!);
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        return await ArticleStore.LockAsync(transaction, id, cancellation) is { } article && membership.Of(caller).Allows(article.Text.Audience)
            ? await SaveAsync(transaction, id, file, caller, clock, cancellation)
            : NoArticle;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SaveAsync(
        NpgsqlTransaction transaction, Guid id, ArticleFile file, Caller caller, TimeProvider clock, CancellationToken cancellation)
    {
        if (!await ArticleFileStore.SaveAsync(transaction, id, file, caller.Name, clock.GetUtcNow(), cancellation))
            return Problems.Conflict("file.tooMany", Phrase.Of($"En artikel har högst {ArticleFile.MostFiles} filer.", $"An article has at most {ArticleFile.MostFiles} files."));
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, Guid id, string name, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(articles, membership, caller, id, cancellation);
        if (connection is null)
            return NoArticle;
        return await ArticleFileStore.DeleteAsync(connection, id, name, caller.Name, clock.GetUtcNow(), cancellation) > 0 ? TypedResults.NoContent() : NoFile;
    }

    private static async Task<Results<Ok<PastFiles>, ProblemHttpResult>> ListPastAsync(ArticleStore articles, Membership membership, Caller caller, Guid id, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(articles, membership, caller, id, cancellation);
        if (connection is null)
            return NoArticle;
        return TypedResults.Ok(new PastFiles(await ArticleFileStore.PastAsync(connection, id, cancellation)));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadPastAsync(
        ArticleStore articles, Membership membership, Caller caller, HttpResponse response, Guid id, long past, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(articles, membership, caller, id, cancellation);
        if (connection is null)
            return NoArticle;
        return await ArticleFileStore.FindPastAsync(connection, id, past, cancellation) is { } file ? Sent(response, file) : NoFile;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RestoreAsync(
        ArticleStore articles, Membership membership, Caller caller, TimeProvider clock, Guid id, long past, CancellationToken cancellation)
    {
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ArticleStore.LockAsync(transaction, id, cancellation) is not { } article || !membership.Of(caller).Allows(article.Text.Audience))
            return NoArticle;
        return await ArticleFileStore.FindPastAsync(connection, id, past, cancellation) is { } file ? await SaveAsync(transaction, id, file, caller, clock, cancellation) : NoFile;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EraseAsync(
        ArticleStore articles, Membership membership, Caller caller, Guid id, long past, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(articles, membership, caller, id, cancellation);
        if (connection is null)
            return NoArticle;
        return await ArticleFileStore.ErasePastAsync(connection, id, past, cancellation) > 0 ? TypedResults.NoContent() : NoFile;
    }

    /// <summary>A connection for the work on an article's files; null when the caller may not read the article, or there is none.</summary>
    private static async Task<NpgsqlConnection?> OpenAsync(ArticleStore articles, Membership membership, Caller caller, Guid id, CancellationToken cancellation)
        => await articles.FindAsync(id.ToString(), membership.Of(caller), cancellation) is null ? null : await articles.OpenAsync(cancellation);

    /// <summary>The whole of a body; null when it is longer than it may be.</summary>
    public static async Task<byte[]?> ReadBodyAsync(Stream body, int most, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var buffer = new byte[81_920];
        while (await body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (content.Length + read > most)
                return null;
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static ProblemHttpResult NoArticle => Problems.NotFound("article.unknown", "There is no such article.");

    private static ProblemHttpResult NoFile => Problems.NotFound("file.unknown", "There is no such file.");
}
