using System.Diagnostics;
using System.Text.Json;
using Desk.Knowledge.Search;

namespace Desk.Bench.Knowledge;

/// <summary>
/// Measures the search on Swedish questions nobody here wrote: every answer of <c>swefaq_dev.jsonl</c> is an article without a title, every
/// question is asked over all of them. The index in memory answers, as it does behind the API.
/// </summary>
internal static class SearchEvaluation
{
    // What the search is to reach; BM25 is known to reach .62, by words or by runs of letters.
    private const double Floor = 0.70;

    /// <summary>The folder holds <c>swefaq_dev.jsonl</c>; when it does not, that is said and skipped.</summary>
    public static int Run(string folder, TextWriter output)
    {
        output.WriteLine("search");
        var file = Path.Combine(folder, "swefaq_dev.jsonl");
        if (!File.Exists(file))
        {
            output.WriteLine($"  skipped: there is no {file}");
            return 0;
        }

        var questions = File.ReadLines(file).Where(line => line.Length > 0).Select(Read).ToList();
        var answers = questions.SelectMany(question => question.Answers).Distinct().ToList();
        var index = ArticleIndex.Of([.. answers.Select((answer, no) => new IndexedArticle(
            Guid.CreateVersion7(), no, "", "", answer, "sv", null, "everyone"))]);

        var ranks = questions.Select(question => Rank(index, question.Asked, answers.IndexOf(question.Right))).ToList();
        var first = ranks.Average(rank => rank == 1 ? 1.0 : 0);
        var reciprocal = ranks.Average(rank => rank <= 10 ? 1.0 / rank : 0);
        var started = Stopwatch.GetTimestamp();
        const int Rounds = 10;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var question in questions)
                index.Find(index.Ask(question.Asked));
        }
        var each = Stopwatch.GetElapsedTime(started) / (Rounds * questions.Count);
        output.WriteLine($"  {questions.Count} questions over {answers.Count} answers: right one first {first:0.000}, MRR@10 {reciprocal:0.000}; {each.TotalMicroseconds:0} µs a search in memory");
        return first >= Floor ? 0 : 1;
    }

    private static (string Asked, string Right, IReadOnlyList<string> Answers) Read(string line)
    {
        using var row = JsonDocument.Parse(line);
        var answers = row.RootElement.GetProperty("candidate_answers").EnumerateArray().Select(answer => answer.GetString()!).ToList();
        return (row.RootElement.GetProperty("question").GetString()!, answers[row.RootElement.GetProperty("label").GetInt32()], answers);
    }

    private static int Rank(ArticleIndex index, string question, int right)
    {
        var hits = index.Find(index.Ask(question));
        var score = hits.Where(hit => hit.Article.No == right).Select(hit => hit.Score).FirstOrDefault();
        return score == 0 ? int.MaxValue : 1 + hits.Count(hit => hit.Score > score);
    }
}
