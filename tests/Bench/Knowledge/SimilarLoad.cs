using System.Diagnostics;
using Desk.Knowledge.Likeness;

namespace Desk.Bench.Knowledge;

/// <summary>
/// How long it takes to find similar solved tickets among 200,000, in this process: the index is in memory. The tickets are the bench's stories, each
/// with some words of its own, so that there are as many and as rare words as in a real desk's history.
/// </summary>
internal static class SimilarLoad
{
    private const int Tickets = 200_000;
    private const int Searches = 1_000;

    public static int Run(TextWriter output)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var index = new TicketIndex();
        var start = new DateTimeOffset(2024, 1, 1, 8, 0, 0, TimeSpan.Zero);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Tickets; i++)
        {
            var story = Made(i);
            index.Put(new IndexedTicket(Guid.CreateVersion7(start.AddMinutes(i)), story.Language, story.Subject, story.Body, story.Solution, story.Category, start.AddMinutes(i), false, true));
        }
        var made = Stopwatch.GetElapsedTime(started);
        var memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;

        var (took, found) = (new double[Searches], 0);
        for (var i = -50; i < Searches; i++)
        {
            var story = Made(1_000_000 + i);
            var from = Stopwatch.GetTimestamp();
            var words = Matter.Asked(story.Subject, story.Body);
            var like = index.Like(words, other => Alike.Solved(other, story.Category, words.Count), 12);
            if (i >= 0)
                (took[i], found) = (Stopwatch.GetElapsedTime(from).TotalMilliseconds, found + (like.Count > 0 ? 1 : 0));
        }
        Array.Sort(took);
        var p95 = took[Searches * 95 / 100];
        output.WriteLine($"  similar among {Tickets} solved tickets in memory: p50 {took[Searches / 2]:0.0} ms, p95 {p95:0.0} ms, found for {found} of {Searches}; index made in {made.TotalSeconds:0.0} s, {memory:0} MB");
        return p95 <= 50 ? 0 : 1;
    }

    private static Story Made(int number)
    {
        var story = Stories.Number(number);
        var random = new Random(number);
        // Words of its own: a thing, a place, a code. Some belong to many, most to few.
        string Own() => $"{"bcdfghklmnprstv"[random.Next(15)]}{"aeiouåäö"[random.Next(8)]}{"lmnrst"[random.Next(6)]}{(int)(30_000 * Math.Pow(random.NextDouble(), 3))}";
        return story with { Body = $"{Own()} {Own()} {Own()} {Own()} {Own()}. {story.Body}" };
    }
}
