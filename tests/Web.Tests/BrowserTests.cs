using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Desk.Web.Tests;

/// <summary>In a real browser: what needs a circuit, a keyboard or eyes.</summary>
[Collection(nameof(OneDesk))]
public sealed class BrowserTests(DeskBehindGlass desk)
{
    [Fact]
    public async Task On_every_page_axe_finds_nothing_against_WCAG_and_nothing_is_wider_than_a_phone_of_360_pixels()
    {
        await using var chromium = await StartAsync();
        var faults = new List<string>();
        foreach (var theme in new[] { "light", "dark" })
        {
            // In the dark only the colours differ: the pages that have them all will do.
            foreach (var (name, path, role) in Browsing.Pages.Where(p => theme == "light" || p.Name is "portal" or "ticket" or "workspace" or "ops"))
            {
                await using var context = await chromium.ReaderAsync(desk, role, "sv", theme, 1280, 900);
                var page = await context.NewPageAsync();
                await Browsing.OpenAsync(page, desk, path);
                var found = await page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
                faults.AddRange(found.Violations.Select(v => $"{name} ({theme}): {v.Id}: {string.Join("; ", v.Nodes.Take(3).Select(n => n.Html[..Math.Min(160, n.Html.Length)]))}"));
                await page.SetViewportSizeAsync(360, 740);
                var width = await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth)");
                if (width > 360) faults.Add($"{name} ({theme}): {width} pixels wide on a phone of 360");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task An_agent_works_by_keyboard_alone()
    {
        await using var chromium = await StartAsync();
        await using var context = await chromium.ReaderAsync(desk, "agent", "sv", "light", 1440, 900);
        var page = await context.NewPageAsync();
        await Browsing.OpenAsync(page, desk, "/agent/tickets/D-1042?view=due");

        await page.Keyboard.PressAsync("n");
        await page.Locator(".composer.writing-note").WaitForAsync();
        await page.Keyboard.TypeAsync("Skriven med tangenter");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator(".toast").WaitForAsync();
        Assert.Contains(desk.Api.Posts, p => p.Call == "POST /tickets/D-1042/notes" && p.Body.Contains("Skriven med tangenter", StringComparison.Ordinal));

        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("s");
        await page.Locator("dialog#resolve[open] textarea").FillAsync("Bytte lösenord på telefonen");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator("dialog#resolve[open]").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.toast').length > 0");

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("dialog#palette[open] input").FillAsync("skrivare");
        await page.Locator("dialog#palette[open] a[href^='/agent/tickets']").First.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("?");
        await page.Locator("dialog#keys[open]").WaitForAsync();
    }

    [Fact]
    public async Task Two_agents_in_one_ticket_see_each_other()
    {
        await using var chromium = await StartAsync();
        await using var one = await chromium.ReaderAsync(desk, "agent", "sv", "light", 1440, 900);
        await using var other = await chromium.ReaderAsync(desk, "agent", "sv", "light", 1440, 900, "Bo Ek");
        var (mine, theirs) = (await one.NewPageAsync(), await other.NewPageAsync());
        await Browsing.OpenAsync(mine, desk, "/agent/tickets/D-1042?view=due");
        await Browsing.OpenAsync(theirs, desk, "/agent/tickets/D-1042?view=due");
        await mine.GetByText("Bo Ek är också här").WaitForAsync();
        await theirs.GetByText("Anna Lind är också här").WaitForAsync();
    }

    [Fact]
    public async Task A_draft_is_there_after_the_page_was_closed()
    {
        await using var chromium = await StartAsync();
        await using var context = await chromium.ReaderAsync(desk, "agent", "sv", "light", 1440, 900);
        var page = await context.NewPageAsync();
        await Browsing.OpenAsync(page, desk, "/agent/tickets/D-1042?view=due");
        await page.Locator("#compose").FillAsync("Halvfärdigt svar");
        await page.CloseAsync();
        var again = await context.NewPageAsync();
        await Browsing.OpenAsync(again, desk, "/agent/tickets/D-1042?view=due");
        await again.WaitForFunctionAsync("() => document.querySelector('#compose').value === 'Halvfärdigt svar'");
    }

    [Fact]
    public async Task Suggestions_come_while_the_subject_is_written()
    {
        await using var chromium = await StartAsync();
        await using var context = await chromium.ReaderAsync(desk, null, "sv", "light", 1280, 900);
        var page = await context.NewPageAsync();
        await Browsing.OpenAsync(page, desk, "/");
        await page.Locator("#subject").PressSequentiallyAsync("glömt lösenord");
        await page.Locator("#suggestions a").First.WaitForAsync();
    }

    private static Task<Browsing> StartAsync()
    {
        Assert.True(Browsing.Chromium is not null, "No chromium was found: install it (apt-get install chromium) or name it in CHROMIUM.");
        return Browsing.StartAsync();
    }
}
