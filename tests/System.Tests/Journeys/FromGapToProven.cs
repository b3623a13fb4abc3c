using System.Net.Http.Json;
using System.Text.Json;
using Desk.SystemTests.Harness;
using Microsoft.Playwright;

namespace Desk.SystemTests.Journeys;

/// <summary>
/// The way of knowledge, in browsers: a requester finds the answer while asking, an agent sends the right article with two keys, and what no article answers
/// becomes one that is reviewed by another, published, proposed, used and counted.
/// </summary>
[Collection(FreshDeskCollection.Name)]
public sealed class FromGapToProven(ObservedDesk whole)
{
    private readonly string _run = $"{Guid.CreateVersion7():N}"[^8..];

    [Fact]
    public async Task What_is_known_is_found_and_sent_and_what_is_lacking_is_written_reviewed_proposed_and_counted()
    {
        await FindsTheAnswerWhileAskingAsync();

        var agent = await whole.PageAsync();
        await whole.SignInAsync(agent, "agent");
        await SendsWithTwoKeysAsync(agent, await RegisterAsync("VPN kopplar ner", "VPN kopplar ner efter några minuter hemifrån."), "vpn-ansluter-inte-eller-kopplar-ner");

        var machine = $"Zenit{_run}";
        var title = $"Plottern {machine} ritar dubbla linjer";
        await GapIsFoundAsync(agent, machine, title);
        var article = await DraftAsync(agent, title);

        // Who sent it for review is refused; another publishes it.
        await agent.GetByRole(AriaRole.Button, new() { Name = "Publicera" }).ClickAsync();
        await agent.Locator("form .notice.bad").WaitForAsync();
        var lead = await whole.PageAsync();
        await whole.SignInAsync(lead, "lead");
        await OpenAsync(lead, "/agent/knowledge?state=review");
        await lead.Locator($"a.row[href='/agent/knowledge/{article}']").ClickAsync();
        await lead.Locator("#k-body").WaitForAsync();
        await lead.GetByRole(AriaRole.Button, new() { Name = "Publicera" }).ClickAsync();
        await lead.Locator("form .pill.good").GetByText("Publicerad").WaitForAsync();
        var slug = await WholeDesk.EventuallyAsync("the published article to be found", async () =>
            (await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/search?q={Uri.EscapeDataString(title)}")).GetProperty("items").EnumerateArray()
                .Where(item => item.GetProperty("id").GetString() == article).Select(item => item.GetProperty("slug").GetString()).FirstOrDefault());

        // Proposed on a new ticket of the kind, used, and proven when that is solved.
        var number = await RegisterAsync($"Plottern {machine}", $"Nu ritar plottern {machine} dubbla linjer för mig också.");
        await SendsWithTwoKeysAsync(agent, number, slug);
        await agent.Keyboard.PressAsync("Escape");
        await agent.Keyboard.PressAsync("s");
        await agent.Locator("#resolve-text").FillAsync("Huvudet kalibrerades som artikeln säger.");
        await agent.Locator("#resolve-text").PressAsync("Control+Enter");
        await agent.Locator(".ticket-head").GetByText("Löst").First.WaitForAsync();
        await WholeDesk.EventuallyAsync("the use to be counted as solved", async () =>
        {
            await OpenAsync(lead, "/agent/knowledge/gaps");
            return await lead.Locator("section[aria-labelledby=answered-title] li", new() { HasText = title }).GetByText("använd 1 gång, löste 1").CountAsync() > 0 ? "counted" : null;
        });
        await lead.Context.CloseAsync();
        await agent.Context.CloseAsync();
    }

    private async Task FindsTheAnswerWhileAskingAsync()
    {
        const string slug = "vpn-ansluter-inte-eller-kopplar-ner";
        var before = await SolvedAsync(slug);
        var portal = await whole.PageAsync();
        await portal.GotoAsync("/");
        await portal.GetByLabel("Vad gäller det?").PressSequentiallyAsync("vpn kopplar ner");
        var found = portal.Locator($"#suggestions a[href='/help/{slug}']");
        await found.WaitForAsync();
        var read = await portal.RunAndWaitForPopupAsync(() => found.ClickAsync());
        await read.GetByRole(AriaRole.Button, new() { Name = "Ja, det löste sig" }).ClickAsync();
        await read.GetByText("Tack!").WaitForAsync();
        await WholeDesk.EventuallyAsync("what was solved to be counted", async () => await SolvedAsync(slug) > before ? "counted" : null);
        await portal.Context.CloseAsync();
    }

    private async Task<int> SolvedAsync(string slug)
        => (await whole.Agent.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/self-service")).GetProperty("items").EnumerateArray()
            .Where(line => line.GetProperty("slug").GetString() == slug).Sum(line => line.GetProperty("solved").GetInt32());

    /// <summary>One key puts the article proposed first in the reply, another sends it.</summary>
    private async Task SendsWithTwoKeysAsync(IPage page, string number, string slug)
    {
        await OpenAsync(page, $"/agent/tickets/{number}");
        var proposal = page.Locator("section[aria-labelledby=proposals-title] li").First;
        await proposal.Locator($"a[href='/help/{slug}']").WaitForAsync();
        await page.Keyboard.PressAsync("1");
        await page.WaitForFunctionAsync("() => document.activeElement?.id === 'compose' && document.activeElement.value.includes('/help/')");
        await page.Keyboard.PressAsync("Control+Enter");
        await proposal.GetByText("Använt").WaitForAsync();
        var mail = Mail.Read(await WholeDesk.EventuallyAsync("the article by mail", () => Task.FromResult(whole.MailsAbout(number, "reply").FirstOrDefault())));
        Assert.Contains($"/help/{slug}", mail.Text, StringComparison.Ordinal);
    }

    private async Task GapIsFoundAsync(IPage page, string machine, string title)
    {
        foreach (var text in new[] { $"Plottern {machine} ritar dubbla linjer sedan i morse.", $"Alla linjer från plottern {machine} blir dubbla.", $"Dubbla linjer från {machine}, plottern på plan 2." })
        {
            var number = await RegisterAsync(title, text);
            // Seen, and none of what was proposed was used.
            await whole.Agent.GetStringAsync($"/api/v1/tickets/{number}/proposals");
            using var answered = await whole.Agent.PostAsJsonAsync($"/api/v1/tickets/{number}/messages", new { text = "Kalibrera huvudet: håll in knappen Kalibrera i fem sekunder." });
            answered.EnsureSuccessStatusCode();
            using var solved = await whole.Agent.PostAsJsonAsync($"/api/v1/tickets/{number}/resolve", new { solution = "Huvudet kalibrerades." });
            solved.EnsureSuccessStatusCode();
        }
        await WholeDesk.EventuallyAsync("the gap", async () =>
        {
            await OpenAsync(page, "/agent/knowledge/gaps");
            return await page.Locator("table.gaps tr", new() { HasText = title }).CountAsync() > 0 ? "found" : null;
        });
    }

    /// <summary>From the gap's own ticket, read and opened to everyone, and sent for review. Returns the article's id.</summary>
    private static async Task<string> DraftAsync(IPage page, string title)
    {
        await page.Locator("table.gaps tr", new() { HasText = title }).GetByRole(AriaRole.Link, new() { Name = "Gör en artikel" }).ClickAsync();
        await page.Locator("#k-body").WaitForAsync();
        Assert.Equal(title, await page.Locator("#k-title").InputValueAsync());
        Assert.Contains("Kalibrera huvudet", await page.Locator("#k-body").InputValueAsync(), StringComparison.Ordinal);
        await page.Locator("#k-audience").SelectOptionAsync("everyone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Skicka på granskning" }).ClickAsync();
        await page.Locator("form .pill.warn").GetByText("Att granska").WaitForAsync();
        return new Uri(page.Url).Segments[^1];
    }

    private static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.WaitForFunctionAsync("() => document.querySelector('main[data-live]') && !document.querySelector('main [aria-busy=true]')");
    }

    private async Task<string> RegisterAsync(string subject, string body)
    {
        using var made = await whole.Agent.PostAsJsonAsync("/api/v1/tickets", new { subject, body, requester = new { email = $"rut.{_run}@nordvik.example" } });
        var number = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!;
        await WholeDesk.EventuallyAsync("triage", async () =>
            (await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}")).TryGetProperty("priority", out var priority) ? priority.GetString() : null);
        return number;
    }
}
