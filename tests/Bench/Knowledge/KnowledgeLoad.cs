using System.Net;
using System.Net.Http.Json;
using Desk.Bench.Load;

namespace Desk.Bench.Knowledge;

/// <summary>
/// A large base as people meet it: written through the API, asked over HTTP through the gateway. One who asks at a time tells how long an answer takes, many at once
/// how many there are a second.
/// </summary>
internal static class KnowledgeLoad
{
    public static async Task<IReadOnlyList<Measurement>> RunAsync(DeskOfItsOwn desk, int articles, int clients, TimeSpan duration, Func<double> cpu, Action<Measurement> print)
    {
        using var agent = await desk.ClientAsync("agent");
        var texts = SearchLoad.Texts(articles, new Random(5)).ToArray();
        var results = new List<Measurement>();
        void Add(Measurement measurement)
        {
            results.Add(measurement);
            print(measurement);
        }

        Add(await ClosedLoop.RunAsync($"publish {articles} articles", clients, articles, TimeSpan.FromMinutes(30), cpu, null, async (_, number) =>
        {
            using var written = await agent.PostAsJsonAsync("/api/v1/knowledge/articles", new
            { title = texts[number].Title, body = texts[number].Plain, language = number % 2 == 0 ? "sv" : "en", audience = number % 5 == 0 ? "agents" : "everyone", state = "published" });
            if (written.StatusCode != HttpStatusCode.Created)
                throw new InvalidOperationException($"An article was answered with {(int)written.StatusCode}: {await written.Content.ReadAsStringAsync()}");
        }));
        // What is measured is a base at rest: the last article is found, and the code is warm.
        for (var number = 0; number < 200; number++)
            await AskAsync(agent, texts[articles - 1 - number % articles].Title, typing: number % 2 == 0);

        Add(await ClosedLoop.RunAsync("search articles, one at a time (aim p95 15 ms)", 1, int.MaxValue, duration, cpu, null, (_, number) => AskAsync(agent, texts[number * 7 % articles].Title, typing: false)));
        Add(await ClosedLoop.RunAsync("as you type, one at a time (aim p95 20 ms)", 1, int.MaxValue, duration, cpu, null, (_, number) =>
        {
            var title = texts[number * 7 % articles].Title;
            return AskAsync(agent, title[..(3 + number * 31 % (title.Length - 3))], typing: true);
        }));
        Add(await ClosedLoop.RunAsync("search articles", clients, int.MaxValue, duration, cpu, 750, (_, number) => AskAsync(agent, texts[number * 7 % articles].Title, typing: false)));
        return results;
    }

    private static async Task AskAsync(HttpClient agent, string question, bool typing)
    {
        using var answer = await agent.GetAsync($"/api/v1/knowledge/search?q={Uri.EscapeDataString(question)}&limit=10{(typing ? "&typing=true" : "")}");
        await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"A search was answered with {(int)answer.StatusCode}.");
    }
}
