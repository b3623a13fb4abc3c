using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Desk.Bench.Load;

namespace Desk.Bench;

/// <summary>
/// Fills the running desk, through its public API, with what was solved in the weeks before and with tickets that look like a week's work: most of them answered
/// and solved, some waiting, some new. <c>DESK_URL</c> and <c>DESK_KEY</c> (an admin's key) say which desk.
/// </summary>
internal static class SeedCommand
{
    public static async Task<int> RunAsync(Options options)
    {
        var count = options.Number("tickets", 200);
        using var client = new HttpClient(new Patient()) { BaseAddress = new Uri(Environment.GetEnvironmentVariable("DESK_URL") ?? "http://localhost:8080") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Environment.GetEnvironmentVariable("DESK_KEY") ?? throw new InvalidOperationException("DESK_KEY is not set: ./desk seed sets it."));

        using var history = new StringContent(string.Join('\n', SolvedHistory.Lines(TimeProvider.System.GetUtcNow())), Encoding.UTF8, "application/x-ndjson");
        using var taken = await client.PostAsync("/api/v1/import/tickets", history);
        var came = await taken.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        Console.WriteLine($"{came.GetProperty("tickets")} tickets taken in that were solved in the last eight weeks.");

        var existing = await client.GetFromJsonAsync<JsonElement>("/api/v1/tickets?limit=1");
        // A second seeding goes on where the first ended, with other stories.
        var first = existing.GetProperty("items").GetArrayLength() == 0 ? 0
            : int.Parse(existing.GetProperty("items")[0].GetProperty("number").GetString()!.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
        var agents = (await client.GetFromJsonAsync<JsonElement>("/api/v1/routing/agents")).GetProperty("items").EnumerateArray()
            .Select(agent => agent.GetProperty("email").GetString()!).ToList();

        var done = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var story = Stories.Number(first + i);
            var random = new Random(first + i);
            var number = await BenchCommand.CreateAsync(client, first + i);
            if (agents.Count > 0 && random.Next(100) < 75)
                await PostAsync(client, number, "assign", new { assignee = agents[random.Next(agents.Count)] });
            if (random.Next(100) < 65)
                await PostAsync(client, number, "messages", new { text = story.Language == "sv" ? "Hej! Jag tittar på det nu och hör av mig så snart jag vet mer." : "Hello! I am looking into it now and will tell you as soon as I know more." });
            switch (random.Next(100))
            {
                case < 55: await PostAsync(client, number, "resolve", new { solution = story.Solution }); break;
                case < 65: await PostAsync(client, number, "pause", new { @for = "requester" }); break;
                case < 70: await PostAsync(client, number, "notes", new { text = story.Language == "sv" ? "Kollade loggen: samma fel hos två till." : "Checked the log: two others have the same." }); break;
                default: break;
            }
            if (Interlocked.Increment(ref done) % 50 == 0)
                Console.WriteLine($"{done} of {count}");
        });
        Console.WriteLine($"{done} tickets made, from D-{first + 1} on or thereabouts.");
        return 0;
    }

    private static async Task PostAsync(HttpClient client, string number, string verb, object body)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/tickets/{number}/{verb}", body);
        // 409: it was done after all, by a try whose answer was lost with the service that gave it.
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.Conflict)
            throw new InvalidOperationException($"{number} {verb}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
