using Desk.Knowledge.Search;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Knowledge.Articles.Transfer;

/// <summary>What became, or would become, of an article in a zip: <c>new</c>, <c>changed</c> or <c>same</c>.</summary>
internal sealed record ImportedArticle(string Path, Guid Id, string Slug, string Outcome);

/// <summary>What was taken in; with tried, what would be: nothing was written.</summary>
internal sealed record ImportAnswer(bool Tried, int New, int Changed, int Same, IReadOnlyList<ImportedArticle> Items);

/// <summary>Takes in a zip of articles, all of it or nothing. Taken in again, it changes nothing: an article is known by its id, else by its address.</summary>
internal static class ImportArticles
{
    public static void MapImportArticles(this IEndpointRouteBuilder group) => group.MapPost("/import", ImportAsync)
        .WithName("ImportArticles")
        .WithSummary("Takes in a zip as /knowledge/export makes it (the body, up to 25 MB), all or nothing; with try=true nothing is written, and it tells what would be. Every article is written by the rules for the caller. What is wrong is told by the names in the zip.");

    private static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> ImportAsync(
        ArticleStore articles, Membership membership, LiveIndex index, Caller caller, TimeProvider clock, HttpRequest request, CancellationToken cancellation, bool @try = false)
    {
        if (await FilesOfArticle.ReadBodyAsync(request.Body, ArticleZip.MostBytes, cancellation) is not { } zip)
            return Problems.Invalid("import.tooLarge", Phrase.Of("En zip har högst 25 MB. Exportera per kategori eller språk, och ta in dem en efter en.", "A zip has at most 25 MB. Export by category or language, and take them in one after another."));
        var (found, faults) = await ArticleZip.ReadAsync(zip, cancellation);
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var import = new Import(articles, membership.Of(caller), WriteArticle.WriterOf(caller), clock.GetUtcNow(), found.ToDictionary(article => (article.Fields.Language!, article.Slug), article => article.Version));
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var outcomes = new List<ImportedArticle>();
        // What translates comes after what it translates.
        foreach (var article in found.OrderBy(article => !string.IsNullOrEmpty(article.Fields.Translates)).ThenBy(article => article.Path, StringComparer.Ordinal))
        {
            try
            {
                outcomes.Add(await import.TakeAsync(transaction, article, cancellation));
            }
            catch (RuleBrokenException broken)
            {
                return Problems.Invalid(new Dictionary<string, string[]> { [article.Path] = [broken.Message] });
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return Problems.Invalid(new Dictionary<string, string[]> { [article.Path] = [Phrase.Of("Dess adress, eller dess original, är upptagen av en annan artikel.", "Its address, or its original, is taken by another article.")] });
            }
        }
        if (!@try)
        {
            await transaction.CommitAsync(cancellation);
            index.Outdate();
        }
        return TypedResults.Ok(new ImportAnswer(@try, Count("new"), Count("changed"), Count("same"), outcomes));

        int Count(string outcome) => outcomes.Count(article => article.Outcome == outcome);
    }

    private sealed class Import(
        ArticleStore articles, Readership readership, Writer writer, DateTimeOffset now, IReadOnlyDictionary<(string Language, string Slug), int?> versions)
    {
        public async Task<ImportedArticle> TakeAsync(NpgsqlTransaction transaction, ZippedArticle zipped, CancellationToken cancellation)
        {
            var (text, plan) = (zipped.Fields.Text, zipped.Fields.Plan);
            if (!readership.Allows(text.Audience))
                throw new RuleBrokenException("article.audience", Phrase.Of("Det som är för ett team skrivs av dess handläggare, eller av en gruppledare.", "What is for a team is written by its agents, or by a lead."));
            var known = zipped.Id is { } id ? await ArticleStore.LockAsync(transaction, id, cancellation) : null;
            known ??= await ArticleStore.LockBySlugAsync(transaction, zipped.Slug, cancellation);
            if (known is not null && !readership.Allows(known.Text.Audience))
                throw new RuleBrokenException("article.slugTaken", Phrase.Of("En annan artikel har, eller har haft, den adressen.", "Another article has, or had, that address."));

            // How lines end, and whether the last one does, is the file's matter.
            if (known is not null && known.Text.Body.ReplaceLineEndings("\n").Trim() == text.Body)
                text = text with { Body = known.Text.Body };
            var article = known is null
                ? Article.Write(zipped.Id ?? Guid.CreateVersion7(), zipped.Slug, text with { State = Newly(text.State) }, plan, now, writer)
                : known.Revise(text with { State = Again(text.State, known.Text.State) }, plan, now, writer) with { Slug = zipped.Slug };
            article = article with { Translates = await OriginalAsync(transaction, zipped, article, cancellation) };
            var isSame = known is not null && article with { Version = known.Version, UpdatedAt = known.UpdatedAt, UpdatedBy = known.UpdatedBy, UpdatedById = known.UpdatedById } == known;
            if (!isSame)
            {
                if (known is not null && known.Slug != article.Slug && !await ArticleStore.MoveAsync(transaction, known, article.Slug, cancellation))
                    throw new RuleBrokenException("article.slugTaken", Phrase.Of("En annan artikel har, eller har haft, den adressen.", "Another article has, or had, that address."));
                await articles.SaveAsync(transaction, article, cancellation);
            }
            var filesChanged = await FilesAsync(transaction, article.Id, zipped.Files, cancellation);
            return new ImportedArticle(zipped.Path, article.Id, article.Slug, known is null ? "new" : isSame && !filesChanged ? "same" : "changed");
        }

        /// <summary>What readers elsewhere have lost, readers here have never had: it comes as a draft.</summary>
        private static ArticleState Newly(ArticleState state) => state is ArticleState.Expired or ArticleState.Withdrawn ? ArticleState.Draft : state;

        private static ArticleState Again(ArticleState state, ArticleState known) => state == ArticleState.Expired && known != ArticleState.Expired ? ArticleState.Withdrawn : state;

        private async Task<TranslationOf?> OriginalAsync(NpgsqlTransaction transaction, ZippedArticle zipped, Article article, CancellationToken cancellation)
        {
            if (string.IsNullOrEmpty(zipped.Fields.Translates))
                return article.Translates;
            var (id, version) = await Translations.OriginalAsync(transaction, zipped.Fields.Translates, article.Id, article.Text.Language, readership, cancellation)
                ?? throw new RuleBrokenException("article.noOriginal", Phrase.Of("Det den översätter finns varken i zipen eller här.", "What it translates is neither in the zip nor here."));
            // Versions are numbered by each desk on its own: what comes along is whether the translation was behind.
            if (article.Translates is { } of && of.Original == id)
                return of with { Version = Math.Max(of.Version, Math.Min(zipped.Fields.TranslatesVersion ?? 0, version)) };
            var behind = versions.GetValueOrDefault((article.Text.Language == "sv" ? "en" : "sv", zipped.Fields.Translates)) > zipped.Fields.TranslatesVersion;
            return new TranslationOf(id, behind ? version - 1 : version);
        }

        private async Task<bool> FilesAsync(NpgsqlTransaction transaction, Guid article, IReadOnlyList<ArticleFile> files, CancellationToken cancellation)
        {
            var changed = false;
            foreach (var file in files)
            {
                if (await ArticleFileStore.FindAsync(transaction.Connection!, article, file.Name, cancellation) is { } kept && kept.Content.AsSpan().SequenceEqual(file.Content))
                    continue;
                if (!await ArticleFileStore.SaveAsync(transaction, article, file, writer.Name, now, cancellation))
                    throw new RuleBrokenException("file.tooMany", Phrase.Of($"En artikel har högst {ArticleFile.MostFiles} filer.", $"An article has at most {ArticleFile.MostFiles} files."));
                changed = true;
            }
            return changed;
        }
    }
}
