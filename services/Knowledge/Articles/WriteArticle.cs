using System.Security.Cryptography;
using System.Text.Json;
using Desk.Knowledge.Guides;
using Desk.Knowledge.Search;
using Desk.Messaging;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>
/// What a writer sends. Title (1–200 characters), body (Markdown, up to 200,000) and language (<c>sv</c> or <c>en</c>) are needed;
/// audience (<c>everyone</c>, <c>agents</c>, <c>team:KEY</c>, <c>organisation:ID</c>) is <c>everyone</c> and state <c>draft</c> when left out. Owner is the e-mail of who answers for it. Published with a publishAt to come,
/// it waits for it; at reviewAt it is listed as due; at expiresAt readers lose it. Slug, when a revision gives one, is its new address. Translates is the
/// original (id or slug) that this says in another language, as it was in translatesVersion (its newest when left out of a new link); left out, both
/// stay as they were; empty, it stands on its own.
/// </summary>
internal sealed record WriteArticleRequest(
    string? Title, string? Body, string? Language, string? Audience, string? Category, ArticleState? State,
    string? Owner = null, DateTimeOffset? PublishAt = null, DateTimeOffset? ReviewAt = null, DateTimeOffset? ExpiresAt = null, string? Slug = null,
    string? Translates = null, int? TranslatesVersion = null)
{
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > 200)
            faults["title"] = [Phrase.Of("En rubrik har 1 till 200 tecken.", "A title has 1 to 200 characters.")];
        if (string.IsNullOrWhiteSpace(Body) || Body.Length > 200_000)
            faults["body"] = [Phrase.Of("En text har 1 till 200 000 tecken.", "A body has 1 to 200,000 characters.")];
        else if (Markup.UnknownMark(Body) is { } mark)
            faults["body"] = [Phrase.Of($"En del är märkt :::{mark}; märkena är :::tell och :::pass.", $"A part is marked :::{mark}; the marks are :::tell and :::pass.")];
        else if (Guide.Parse(Body) is { } guide && guide.Faults().Take(10).ToArray() is { Length: > 0 } wrong)
            faults["body"] = wrong;
        if (Owner is { Length: > 200 })
            faults["owner"] = [Phrase.Of("En ägare har högst 200 tecken.", "An owner has at most 200 characters.")];
        if (!string.IsNullOrEmpty(Slug) && Slug != Article.SlugOf(Slug))
            faults["slug"] = [Phrase.Of("En adress har små bokstäver a till z, siffror, och bindestreck mellan dem; högst 80.", "An address has small letters a to z, digits, and hyphens between them; at most 80.")];
        if (Language is not ("sv" or "en"))
            faults["language"] = [Phrase.Of("Språken är sv och en.", "The languages are sv and en.")];
        if (Audience is not null && Articles.Audience.TryParse(Audience) is null)
            faults["audience"] = [Phrase.Of("Läsekretsarna är everyone, agents, team:NYCKEL och organisation:ID.", "The audiences are everyone, agents, team:KEY and organisation:ID.")];
        if (Category is { Length: > 100 })
            faults["category"] = [Phrase.Of("En kategorinyckel har högst 100 tecken.", "A category key has at most 100 characters.")];
        return faults;
    }

    public ArticleText Text => new(
        Title!.Trim(), Body!, Language!, Audience is null ? Articles.Audience.Everyone : Articles.Audience.Parse(Audience), string.IsNullOrWhiteSpace(Category) ? null : Category.Trim(),
        State ?? ArticleState.Draft);

    public ArticlePlan Plan => new(
        string.IsNullOrWhiteSpace(Owner) ? null : Owner.Trim(), PublishAt?.ToUniversalTime(), ReviewAt?.ToUniversalTime(), ExpiresAt?.ToUniversalTime());
}

internal static class WriteArticle
{
    public static void MapWriteArticle(this IEndpointRouteBuilder group)
    {
        group.MapPost("/articles", CreateAsync).WithName("CreateArticle")
            .WithSummary("Writes a new article, as a draft or published at once; once for an Idempotency-Key. A published one is found by the next search.");
        group.MapPut("/articles/{id:guid}", ReviseAsync).WithName("ReviseArticle")
            .WithSummary("Writes a new version. state: draft and review leave what readers see, published replaces it, withdrawn takes it away. Who sent it for review does not publish it: another agent does, or a lead. If-Match is honoured.");
    }

    private static async Task<Results<Created<ArticleAnswer>, ContentHttpResult, ProblemHttpResult>> CreateAsync(
        ArticleStore articles, Membership membership, LiveIndex index, IdempotentRequests requests, IOptions<JsonOptions> json, Caller caller, TimeProvider clock, HttpContext http,
        WriteArticleRequest request, CancellationToken cancellation)
    {
        if (request.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        if (!membership.Of(caller).Allows(request.Text.Audience))
            return NotTheirs;
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 255)
            return Problems.Invalid("idempotency.invalid", "An Idempotency-Key has at most 255 characters.");

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await articles.OpenAsync(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                if (key.Length > 0 && await requests.ClaimAsync(transaction, caller.Id, key, Fingerprint(request), cancellation) is { } kept)
                {
                    (http.Response.Headers.Location, http.Response.Headers.ETag) = (kept.Location, kept.ETag);
                    return TypedResults.Content(kept.Body, "application/json", statusCode: kept.Status);
                }
                var slug = await ArticleStore.FreeSlugAsync(transaction, Article.SlugOf(request.Title!), cancellation);
                var article = Article.Write(Guid.CreateVersion7(), slug, request.Text, request.Plan, clock.GetUtcNow(), WriterOf(caller));
                if (!TryLink(article, request, await OriginalAsync(transaction, request, article, membership.Of(caller), cancellation), out article))
                    return NoOriginal;
                await articles.SaveAsync(transaction, article, cancellation);

                var answer = Answer(article, null);
                var (location, etag) = ($"/api/v1/knowledge/articles/{slug}", ETags.Of(article.Version));
                if (key.Length > 0)
                {
                    await requests.KeepAsync(
                        transaction, caller.Id, key,
                        new KeptAnswer(StatusCodes.Status201Created, JsonSerializer.Serialize(answer, json.Value.SerializerOptions), location, etag), cancellation);
                }
                await transaction.CommitAsync(CancellationToken.None);
                index.Outdate();
                http.Response.Headers.ETag = etag;
                return TypedResults.Created(location, answer);
            }
            catch (KeyReusedException reused)
            {
                return Problems.Conflict("idempotency.reused", reused.Message);
            }
            catch (PostgresException taken) when (taken.ConstraintName == TranslationIndex)
            {
                return AlreadyTranslated;
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation && attempt < 5)
            {
                // Another article took the slug between the look and the commit.
            }
        }
    }

    private const string TranslationIndex = "article_translation";

    private static async Task<(Guid Id, int Version)?> OriginalAsync(
        NpgsqlTransaction transaction, WriteArticleRequest request, Article article, Readership readership, CancellationToken cancellation)
        => string.IsNullOrEmpty(request.Translates) ? null
            : await Translations.OriginalAsync(transaction, request.Translates, article.Id, article.Text.Language, readership, cancellation);

    /// <summary>The article with the original that the writer names. False when there is none that it can translate.</summary>
    private static bool TryLink(Article article, WriteArticleRequest request, (Guid Id, int Version)? original, out Article linked)
    {
        linked = request.Translates switch
        {
            null => request.TranslatesVersion is { } says && article.Translates is { } of ? article with { Translates = of with { Version = says } } : article,
            "" => article with { Translates = null },
            _ => original is var (id, version)
                ? article with { Translates = new TranslationOf(id, request.TranslatesVersion ?? (article.Translates?.Original == id ? article.Translates.Version : version)) }
                : article,
        };
        return string.IsNullOrEmpty(request.Translates) || original is not null;
    }

    private static ProblemHttpResult NoOriginal
        => Problems.Invalid("article.noOriginal", Phrase.Of("Det den översätter är en artikel på det andra språket som inte själv är en översättning, och som du får läsa.", "What it translates is an article in the other language that is itself no translation, and that you may read."));

    private static ProblemHttpResult AlreadyTranslated => Problems.Conflict("article.alreadyTranslated", Phrase.Of("Originalet har redan en översättning till det språket. Ändra den.", "The original has a translation into that language. Change that one."));

    private static ProblemHttpResult NotTheirs
        => Problems.Invalid("article.audience", Phrase.Of("Det som är för ett team skrivs av dess handläggare, eller av en gruppledare.", "What is for a team is written by its agents, or by a lead."));

    internal static Writer WriterOf(Caller caller) => new(caller.Id, caller.Name, caller.IsAtLeast("lead"));

    private static string Fingerprint(WriteArticleRequest request) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request)));

    private static async Task<Results<Ok<ArticleAnswer>, ProblemHttpResult>> ReviseAsync(
        ArticleStore articles, Membership membership, LiveIndex index, Caller caller, TimeProvider clock, HttpRequest http, HttpResponse response, Guid id, WriteArticleRequest request,
        CancellationToken cancellation)
    {
        if (request.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var readership = membership.Of(caller);
        if (!readership.Allows(request.Text.Audience))
            return NotTheirs;
        var before = await articles.FindPublishedAsync(id.ToString(), readership, cancellation);
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ArticleStore.LockAsync(transaction, id, cancellation) is not { } article || !readership.Allows(article.Text.Audience))
            return Problems.NotFound("article.unknown", "There is no such article.");
        if (!ETags.Allows(http.Headers, article.Version))
            return Problems.Stale(article.Version);

        var slug = string.IsNullOrEmpty(request.Slug) ? article.Slug : request.Slug;
        if (slug != article.Slug && !await ArticleStore.MoveAsync(transaction, article, slug, cancellation))
            return Problems.Conflict("article.slugTaken", Phrase.Of("En annan artikel har, eller har haft, den adressen.", "Another article has, or had, that address."));
        article = article.Revise(request.Text, request.Plan, clock.GetUtcNow(), WriterOf(caller)) with { Slug = slug };
        if (!TryLink(article, request, await OriginalAsync(transaction, request, article, readership, cancellation), out article))
            return NoOriginal;
        try
        {
            await articles.SaveAsync(transaction, article, cancellation);
        }
        catch (PostgresException taken) when (taken.ConstraintName == TranslationIndex)
        {
            return AlreadyTranslated;
        }
        await transaction.CommitAsync(cancellation);
        index.Outdate();
        response.Headers.ETag = ETags.Of(article.Version);
        return TypedResults.Ok(Answer(article, before?.Version));
    }

    private static ArticleAnswer Answer(Article article, int? publishedBefore) => ArticleAnswer.ToAgent(article, article.Text.State switch
    {
        ArticleState.Published => article.Version,
        ArticleState.Withdrawn or ArticleState.Expired => null,
        ArticleState.Draft or ArticleState.Review or ArticleState.Scheduled => publishedBefore,
    });
}
