using System.Threading.Channels;
using Dapper;
using Desk.Knowledge.Search;
using Npgsql;

namespace Desk.Knowledge.Gaps;

/// <summary>
/// Counts searches that no article answers: none found, or the best has fewer than half of the telling words. Kept are the words, and how often; never who
/// asked, and no word with an address or a number in it. Written in the background, so that no search waits for it; what is too much is left out.
/// </summary>
internal sealed partial class FailedSearches(NpgsqlDataSource database, TimeProvider clock, ILogger<FailedSearches> logger) : BackgroundService
{
    private const int LongestWords = 200;
    private const int MostDigits = 3;

    // Before the stem in a term stands its language: s: or e:.
    private const int StemAt = 2;

    private readonly Channel<(string Asked, string Language, IndexedArticle? Best)> _asked =
        Channel.CreateBounded<(string, string, IndexedArticle?)>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A search was made, and this was the best that was found.</summary>
    public void Note(string asked, string language, IndexedArticle? best) => _asked.Writer.TryWrite((asked, language, best));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (asked, language, best) in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            if (KeyOf(asked, language) is not { } key)
                continue;
            try
            {
                if (best is null || !Answers($"{best.Title} {best.Plain}", asked))
                    await KeepAsync(key, Said(asked), language, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or TimeoutException)
            {
                LogLost(logger, failure);
            }
        }
    }

    private async Task KeepAsync(string key, string words, string language, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var gaps = await connection.QueryAsync<(Guid Id, string Words)>(new CommandDefinition(
            "select id, title || ' ' || words from gap where not dismissed", cancellationToken: cancellation));
        var stems = key.Split(' ');
        Guid? gap = gaps.Where(one => Stems(one.Words).IsSupersetOf(stems)).Select(one => (Guid?)one.Id).FirstOrDefault();
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into failed_search as f (key, words, language, times, first_at, last_at, gap_id) values (@key, @words, @language, 1, @now, @now, @gap)
            on conflict (key) do update set times = f.times + 1, last_at = @now, gap_id = coalesce(f.gap_id, excluded.gap_id)
            """, new { key, words, language, now = clock.GetUtcNow(), gap }, cancellationToken: cancellation));
    }

    /// <summary>Whether an article has at least half of the telling words of a question. Every search asks it: no more of the article is looked at than tells.</summary>
    internal static bool Answers(string article, string asked)
    {
        var lacking = Telling(asked).Select(word => (Swedish: Stem(word, "sv"), English: Stem(word, "en"))).ToList();
        var most = lacking.Count / 2;
        foreach (var word in Analysis.Words(article))
        {
            if (lacking.Count <= most)
                return true;
            // A stem begins as its word does, but for those that change within.
            if (!SwedishStems.ChangesWithin(word) && !lacking.Exists(one => one.Swedish[StemAt] == word[0] || one.English[StemAt] == word[0]))
                continue;
            var (swedish, english) = (Stem(word, "sv"), Stem(word, "en"));
            lacking.RemoveAll(one => one.Swedish == swedish || one.English == english);
        }
        return lacking.Count <= most;
    }

    /// <summary>The stems of the telling words, so that one question in other forms is one; null when nothing telling is asked.</summary>
    internal static string? KeyOf(string asked, string language)
    {
        var key = string.Join(' ', Telling(asked).Select(word => Stem(word, language)).Distinct().Order(StringComparer.Ordinal));
        return key.Length is 0 or > LongestWords ? null : key;
    }

    private static string Said(string asked) => string.Join(' ', Telling(asked)) is var words && words.Length > LongestWords ? words[..LongestWords] : words;

    private static IEnumerable<string> Telling(string asked) => Analysis.Words(string.Join(' ', asked.Split(' ').Where(part => !part.Contains('@'))))
        .Where(word => word.Length > 1 && Analysis.IsTelling(word) && word.Count(char.IsDigit) <= MostDigits).Distinct();

    private static HashSet<string> Stems(string text) => [.. Analysis.Words(text).SelectMany(word => new[] { Stem(word, "sv"), Stem(word, "en") })];

    private static string Stem(string word, string language) => language == "en" ? Analysis.EnglishTerm(word) : Analysis.SwedishTerm(word);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A search that found nothing could not be counted")]
    private static partial void LogLost(ILogger logger, Exception failure);
}
