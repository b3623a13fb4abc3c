using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Bench.Load;
using Microsoft.Playwright;

namespace Desk.Bench.Knowledge;

/// <summary>
/// A new ticket until its proposals are stored, and until they are on an agent's open page. The agent's workspace is open in Chromium; as soon as the desk has
/// answered that the ticket is registered, the page goes to it as by a click, and the time ends when the article that fits is in the page. One ticket at a time:
/// that is how a call comes.
/// </summary>
internal static class ProposalsLoad
{
    // As many as the runtime wants to have seen before it compiles for good: a desk that is at work is warm.
    private const int Warm = 60;

    private static readonly (string Subject, string Text, string Article)[] Kinds =
    [
        ("VPN kopplar ner", "VPN kopplar ner efter några minuter hemifrån.", "VPN ansluter inte eller kopplar ner"),
        ("Skrivaren skriver inte ut", "Jag behöver skriva ut och installera skrivaren på plan två.", "Skriva ut och installera skrivare"),
    ];

    public static async Task<IReadOnlyList<Measurement>> RunAsync(DeskOfItsOwn desk, int tickets, Func<double> cpu)
    {
        using var agent = await desk.ClientAsync("agent");
        var slugs = await Task.WhenAll(Kinds.Select(kind => SlugAsync(agent, kind.Article)));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        { ExecutablePath = Environment.GetEnvironmentVariable("DESK_CHROMIUM") ?? "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        var context = await browser.NewContextAsync(new() { BaseURL = desk.Address.ToString() });
        var page = await context.NewPageAsync();
        await SignInAsync(desk, page);

        var stored = await TimeAsync("a new ticket's proposals are stored", async number =>
            await agent.GetStringAsync($"/api/v1/tickets/{await RegisterAsync(agent, number)}/proposals"));
        // The subjects take turns, so that what the page showed before is not taken for the answer.
        var shown = await TimeAsync("… and on an open page (aim p95 300 ms)", async number =>
        {
            var ticket = await RegisterAsync(agent, number);
            await page.EvaluateAsync("ticket => Blazor.navigateTo('/agent/tickets/' + ticket)", ticket);
            await page.WaitForFunctionAsync(
                "([ticket, slug]) => document.querySelector('.ticket-head')?.textContent.includes(ticket) && document.querySelector(`section[aria-labelledby=proposals-title] a[href='/help/${slug}']`) !== null",
                new[] { ticket, slugs[number % Kinds.Length] });
        });
        return [stored, shown];

        async Task<Measurement> TimeAsync(string what, Func<int, Task> once)
        {
            for (var number = 0; number < Warm; number++)
                await once(number);
            var (times, cpuBefore, all) = (new double[tickets], cpu(), Stopwatch.StartNew());
            for (var number = 0; number < tickets; number++)
            {
                var started = Stopwatch.GetTimestamp();
                await once(number);
                times[number] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
            return ClosedLoop.Summary(what, [.. times.Order()], 0, all.Elapsed.TotalSeconds, cpu() - cpuBefore, null);
        }
    }

    private static async Task<string> SlugAsync(HttpClient agent, string title)
        => (await agent.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/search?q={Uri.EscapeDataString(title)}&limit=1")).GetProperty("items")[0].GetProperty("slug").GetString()!;

    private static async Task<string> RegisterAsync(HttpClient agent, int number)
    {
        var (subject, text, _) = Kinds[number % Kinds.Length];
        using var made = await agent.PostAsJsonAsync("/api/v1/tickets", new { subject, body = text, requester = new { email = $"caller{number}@nordvik.example" }, channel = "phone" });
        return (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!;
    }

    private static async Task SignInAsync(DeskOfItsOwn desk, IPage page)
    {
        using var people = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(desk.State, "demo-people.json")));
        var person = people.RootElement.EnumerateArray().First(item => item.GetProperty("role").GetString() == "agent");
        await page.GotoAsync("/sign-in");
        var form = page.Locator("form[action='/account/sign-in']");
        await form.Locator("input[name=email]").FillAsync(person.GetProperty("email").GetString()!);
        await form.Locator("input[name=password]").FillAsync(person.GetProperty("password").GetString()!);
        await form.Locator("button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        await page.GotoAsync("/agent");
        await page.WaitForFunctionAsync("() => document.querySelector('main[data-live]') && !document.querySelector('main [aria-busy=true]')");
    }
}
