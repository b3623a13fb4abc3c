using Desk.Knowledge.Articles;

namespace Desk.Knowledge.Seeding;

/// <summary>
/// Fills an empty base with the articles every IT desk needs (embedded <c>Articles/{language}/*.md</c>), so that the first ticket already meets a
/// proposal. <c>Desk:SeedArticles</c> switches it; it is on in Development.
/// </summary>
internal sealed partial class SeedArticles(
    ArticleStore articles, IConfiguration configuration, IHostEnvironment environment, TimeProvider clock, ILogger<SeedArticles> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue("Desk:SeedArticles", environment.IsDevelopment()))
            await SeedAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task SeedAsync(CancellationToken cancellation)
    {
        await using var connection = await articles.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Replicas that start together: the first seeds, the others then find a base that is not empty.
        await ArticleStore.LockSeedingAsync(transaction, cancellation);
        if (!await ArticleStore.IsEmptyAsync(transaction, cancellation))
            return;
        var texts = SeedFile.All();
        var originals = new Dictionary<string, Article>();
        foreach (var (name, slug, text) in texts.OrderBy(text => text.Text.Language != "sv"))
        {
            var article = Article.Write(Guid.CreateVersion7(), slug, text, ArticlePlan.None, clock.GetUtcNow(), Writer.Desk);
            if (!originals.TryAdd(name, article))
                article = article with { Translates = new TranslationOf(originals[name].Id, originals[name].Version) };
            await articles.SaveAsync(transaction, article, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        LogSeeded(logger, texts.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seeded {Articles} articles")]
    private static partial void LogSeeded(ILogger logger, int articles);
}
