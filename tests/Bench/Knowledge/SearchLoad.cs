using System.Diagnostics;
using Desk.Knowledge.Articles;
using Desk.Knowledge.Search;
using Desk.Knowledge.Seeding;

namespace Desk.Bench.Knowledge;

/// <summary>
/// How long a search takes over 20,000 articles, in this process and without HTTP: the index is in memory, and the rest of a request is what
/// every request costs. The articles are made of the words of the seeded ones and of made-up words, as many and as rare as in a real base.
/// </summary>
internal static class SearchLoad
{
    private const int Articles = 20_000;
    private const int Searches = 3_000;

    public static int Run(TextWriter output)
    {
        var random = new Random(5);
        var articles = Texts(Articles, random).Select((text, no) => new IndexedArticle(
            Guid.CreateVersion7(), no, $"article-{no}", text.Title, text.Plain, no % 2 == 0 ? "sv" : "en", null, no % 5 == 0 ? "agents" : "everyone")).ToArray();

        var started = Stopwatch.GetTimestamp();
        var index = ArticleIndex.Of(articles);
        var loaded = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        var added = index.With([articles[0] with { No = Articles }], new HashSet<int> { 0 });
        var refreshed = Stopwatch.GetElapsedTime(started);

        var search = Measure(added, articles, random, typing: false);
        var typed = Measure(added, articles, random, typing: true);
        // Processor time, so that what else the machine does is left out of it.
        var before = Environment.CpuUsage.TotalTime;
        started = Stopwatch.GetTimestamp();
        Parallel.For(0, Searches, i => SearchArticles.Find(added, articles[i * 7 % Articles].Title, false, article => article.Audience == "everyone", 10));
        var rate = Searches / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var each = (Environment.CpuUsage.TotalTime - before) / Searches;
        output.WriteLine($"  over {Articles} articles in memory: search p50 {search.Half:0.0} ms, p95 {search.Most:0.0} ms, {rate:0}/s on {Environment.ProcessorCount} cores, {each.TotalMilliseconds:0.00} ms of processor each; as you type p95 {typed.Most:0.0} ms; index made in {loaded.TotalSeconds:0.0} s, one article changed in {refreshed.TotalMilliseconds:0} ms");
        return search.Most <= 15 && typed.Most <= 20 && rate >= 750 ? 0 : 1;
    }

    /// <summary>Titles and texts of articles, made of the words of the seeded ones and of made-up words.</summary>
    public static IEnumerable<(string Title, string Plain)> Texts(int count, Random random)
    {
        var words = SeedFile.All().SelectMany(seed => Analysis.Words(Markup.ToPlain(seed.Text.Body))).ToArray();
        var stems = words.Where(word => word.Length > 4).Distinct().ToArray();
        for (var no = 0; no < count; no++)
        {
            var title = string.Join(' ', Enumerable.Range(0, 5).Select(_ => Word()));
            yield return (title, string.Join(". ", Enumerable.Range(0, 10).Select(_ => string.Join(' ', Enumerable.Range(0, 12).Select(_ => Word())))));
        }

        // Some words are everybody's, most are few articles' own.
        string Word() => random.Next(3) == 0
            ? stems[random.Next(stems.Length)] + stems[(int)(stems.Length * Math.Pow(random.NextDouble(), 3))]
            : words[random.Next(words.Length)];
    }

    private static (double Half, double Most) Measure(ArticleIndex index, IndexedArticle[] articles, Random random, bool typing)
    {
        var took = new double[Searches];
        for (var i = -200; i < Searches; i++)
        {
            var title = articles[random.Next(articles.Length)].Title;
            var started = Stopwatch.GetTimestamp();
            SearchArticles.Find(index, typing ? title[..random.Next(3, title.Length)] : title, typing, article => article.Audience == "everyone", 10);
            if (i >= 0)
                took[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        Array.Sort(took);
        return (took[Searches / 2], took[Searches * 95 / 100]);
    }
}
