using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Desk.SystemTests.Harness;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Desk.SystemTests.Journeys;

/// <summary>
/// What agents and requesters see of mail: a newsletter, an Outlook reply chain, an invoice with attachments and a bounce, wide and narrow, light and
/// dark. With <c>DESK_PICTURES</c> set to a folder, every page is kept there as a picture.
/// </summary>
[Collection(FreshDeskCollection.Name)]
public sealed class LettersInABrowser(ObservedDesk whole, ITestOutputHelper output)
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DESK_PICTURES");

    private readonly List<string> _problems = [];

    [Fact]
    public async Task The_agent_sees_a_newsletter_a_reply_chain_an_invoice_and_a_bounce_well()
    {
        var run = $"{Guid.CreateVersion7():N}"[^8..];
        var (rut, firm) = ($"rut.{run}@nordvik.example", $"ekonomi.{run}@vaktbolaget.example");

        // A newsletter is automatic and opens no ticket; an agent who wants one makes it.
        var newsletter = await PostAsync(SampleLetters.Newsletter($"nyheter.{run}@bibliotek.example", $"n{run}@bibliotek.example"));
        Assert.Equal("automatic", newsletter.GetProperty("outcome").GetString());
        using var made = await whole.Agent.PostAsync($"/api/v1/mail/{newsletter.GetProperty("id")}/ticket", null);
        var letter = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!;

        var question = (await PostAsync(SampleLetters.Question(rut, $"q{run}@nordvik.example", "Kalendern"))).GetProperty("number").GetString()!;
        var chain = await PostAsync(SampleLetters.OutlookReply(rut, $"r{run}@nordvik.example", $"q{run}@nordvik.example", "Kalendern"));
        Assert.Equal(("reply", question), (chain.GetProperty("outcome").GetString(), chain.GetProperty("number").GetString()));

        var invoice = (await PostAsync(SampleLetters.Invoice(firm, $"i{run}@vaktbolaget.example"))).GetProperty("number").GetString()!;

        // Our reply does not reach Rut: it comes back to the ticket it was written in.
        await WholeDesk.EventuallyAsync("triage", async () =>
            (await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{question}")).TryGetProperty("priority", out var priority) ? priority.GetString() : null);
        using var replied = await whole.Agent.PostAsJsonAsync($"/api/v1/tickets/{question}/messages", new { text = "Hej Rut! Vi tittar på behörigheten igen." });
        replied.EnsureSuccessStatusCode();
        var sent = Mail.Read(await WholeDesk.EventuallyAsync("the reply by mail", () => Task.FromResult(whole.MailsAbout(question, "reply").FirstOrDefault())));
        var bounce = await PostAsync(SampleLetters.Bounce(rut, sent.Header("Message-ID")));
        Assert.Equal(("bounce", question), (bounce.GetProperty("outcome").GetString(), bounce.GetProperty("number").GetString()));

        foreach (var (look, colours, width) in new[] { ("wide-light", ColorScheme.Light, 1440), ("wide-dark", ColorScheme.Dark, 1440), ("phone-light", ColorScheme.Light, 390), ("phone-dark", ColorScheme.Dark, 390) })
        {
            await using var context = await whole.Browser.NewContextAsync(new BrowserNewContextOptions
            { BaseURL = whole.Desk.Address.ToString(), Locale = "sv-SE", ColorScheme = colours, ViewportSize = new ViewportSize { Width = width, Height = 1000 } });
            context.SetDefaultTimeout(20_000);
            var fetched = new List<string>();
            context.Request += (_, request) => fetched.Add(request.Url);
            var page = await context.NewPageAsync();
            await whole.SignInAsync(page, "agent");

            await OpenAsync(page, $"/agent/tickets/{letter}");
            var frame = page.FrameLocator("iframe.mail");
            await frame.GetByText("Författarkväll den 4 december").WaitForAsync();
            Assert.Equal(0, await frame.Locator("script, style:not(head style), base, form").CountAsync());
            await LookAsync(page, $"newsletter-{look}");
            Assert.DoesNotContain(fetched, url => url.Contains("bibliotek.example", StringComparison.Ordinal));
            if (look == "wide-light")
            {
                // Asked for, they are fetched, and nobody is told from where.
                string? referrer = "";
                await context.RouteAsync("https://bibliotek.example/**", async route =>
                {
                    referrer = route.Request.Headers.GetValueOrDefault("referer");
                    await route.FulfillAsync(new() { Status = 404 });
                });
                var asked = page.WaitForRequestAsync("https://bibliotek.example/hero.jpg");
                await page.GetByText("Visa bilderna").ClickAsync();
                await asked;
                await WholeDesk.EventuallyAsync("the picture asked for without a referrer", () => Task.FromResult(referrer is null ? "none" : null));
            }

            await OpenAsync(page, $"/agent/tickets/{question}");
            await page.GetByText("Åtkomst nekad").First.WaitForAsync();
            Assert.False(await page.GetByText("Prova att starta om Outlook").First.IsVisibleAsync(), "The quote is not folded.");
            await page.GetByText("Gick inte fram").First.WaitForAsync();
            await LookAsync(page, $"reply-chain-and-bounce-{look}");
            await page.GetByText("Visa citerad text").First.ClickAsync();
            await page.GetByText("Prova att starta om Outlook").First.WaitForAsync();
            await LookAsync(page, $"reply-chain-unfolded-{look}");

            await OpenAsync(page, $"/agent/tickets/{invoice}");
            var logo = page.FrameLocator("iframe.mail").Locator("img[alt=Vaktbolaget]");
            await logo.WaitForAsync();
            await page.WaitForFunctionAsync("() => document.querySelector('iframe.mail').contentDocument.querySelector('img').naturalWidth === 160");
            await page.GetByText("Underlag för november.xlsx").WaitForAsync();
            Assert.Equal(0, await page.Locator(".files").GetByText("logo.png").CountAsync());
            await LookAsync(page, $"invoice-{look}");

            await OpenAsync(page, $"/agent/mail/{bounce.GetProperty("id")}");
            await page.Locator(".desk .said").First.WaitForAsync();
            await LookAsync(page, $"bounce-{look}");
            await OpenAsync(page, "/agent/mail");
            await page.Locator("a.row").First.WaitForAsync();
            await LookAsync(page, $"mail-{look}");
        }
        Assert.True(_problems.Count == 0, string.Join('\n', _problems));
    }

    private async Task<JsonElement> PostAsync(byte[] mail)
    {
        using var content = new ByteArrayContent(mail) { Headers = { ContentType = new MediaTypeHeaderValue("message/rfc822") } };
        using var answer = await whole.Agent.PostAsync("/api/v1/mail", content);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.WaitForFunctionAsync("() => !document.querySelector('[aria-busy=true]') && document.title && document.querySelector('main[data-live]')");
    }

    /// <summary>Axe on our own page (a stranger's letter keeps its own faults), its width, and its picture.</summary>
    private async Task LookAsync(IPage page, string name)
    {
        if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > window.innerWidth + 1 || document.querySelector('main').scrollWidth > window.innerWidth + 1"))
            _problems.Add($"{name}: wider than the window");
        var axe = await page.RunAxe(new() { Iframes = false });
        _problems.AddRange(axe.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{name}: {violation.Id}: {violation.Help}: {violation.Nodes[0].Html}"));
        output.WriteLine($"{name}: {axe.Violations.Length} of axe's rules broken, {axe.Passes.Length} kept");
        if (Pictures is null)
            return;
        Directory.CreateDirectory(Pictures);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"letter-{name}.png") });
    }
}
