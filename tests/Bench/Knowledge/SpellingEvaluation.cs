using Desk.Knowledge.Articles;
using Desk.Knowledge.Search;
using Desk.Knowledge.Seeding;

namespace Desk.Bench.Knowledge;

/// <summary>
/// Measures how well the search forgives: 500 questions made from the titles of the seeded articles, each with one or two letters wrong (put in,
/// left out, exchanged, or two that changed places), asked over all of them. The same 500 every time.
/// </summary>
internal static class SpellingEvaluation
{
    private const double Floor = 0.90;
    private const int Questions = 500;
    private const string Letters = "abcdefghijklmnopqrstuvwxyzåäö";

    public static int Run(TextWriter output)
    {
        var texts = SeedFile.All();
        var index = ArticleIndex.Of([.. texts.Select((seed, no) => new IndexedArticle(
            Guid.CreateVersion7(), no, seed.Slug, seed.Text.Title, Markup.ToPlain(seed.Text.Body), seed.Text.Language, seed.Text.Category, "everyone"))]);
        var random = new Random(5);
        var (first, three) = (0, 0);
        for (var i = 0; i < Questions; i++)
        {
            var right = texts[i % texts.Count];
            var found = index.Best(index.Ask(Misspelt(Part(right.Text.Title, random), random)), _ => true, 3).Select(hit => hit.Article.Slug).ToList();
            first += found.FirstOrDefault() == right.Slug ? 1 : 0;
            three += found.Contains(right.Slug) ? 1 : 0;
        }
        output.WriteLine($"  {Questions} misspelt questions over {texts.Count} articles: right one first {first / (double)Questions:0.000}, in the first three {three / (double)Questions:0.000}");
        return three >= Floor * Questions ? 0 : 1;
    }

    /// <summary>Two to four words of the title in a row, of which one at least is telling.</summary>
    private static string Part(string title, Random random)
    {
        var words = title.ToLowerInvariant().Split([' ', ',', ':', '?', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        while (true)
        {
            var length = Math.Min(words.Length, random.Next(2, 5));
            var part = words.Skip(random.Next(0, words.Length - length + 1)).Take(length).ToList();
            if (part.Exists(word => word.Length > 3 && Analysis.IsTelling(word)))
                return string.Join(' ', part);
        }
    }

    /// <summary>One or two faults, in its longer words.</summary>
    private static string Misspelt(string question, Random random)
    {
        var words = question.Split(' ');
        for (var faults = random.Next(1, 3); faults > 0; faults--)
        {
            var candidates = Enumerable.Range(0, words.Length).Where(i => words[i].Length > 3).ToList();
            if (candidates.Count == 0)
                break;
            var which = candidates[random.Next(candidates.Count)];
            var word = words[which];
            var at = random.Next(word.Length - 1);
            words[which] = random.Next(4) switch
            {
                0 => word.Remove(at, 1),
                1 => word.Insert(at, Letters[random.Next(Letters.Length)].ToString()),
                2 => word[..at] + Letters[random.Next(Letters.Length)] + word[(at + 1)..],
                _ => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
            };
        }
        return string.Join(' ', words);
    }
}
