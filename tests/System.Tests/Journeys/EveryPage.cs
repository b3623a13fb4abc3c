using Deque.AxeCore.Playwright;
using Desk.Bench;
using Desk.SystemTests.Harness;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Desk.SystemTests.Journeys;

/// <summary>
/// Every page, in both languages, light and dark, wide and narrow: nothing breaks, nothing sticks out, nothing a screen reader can't use.
/// With <c>DESK_PICTURES</c> set to a folder, the pages are also kept there as pictures.
/// </summary>
[Collection(FreshDeskCollection.Name)]
public sealed class EveryPage(ObservedDesk whole, ITestOutputHelper output)
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DESK_PICTURES");

    public static TheoryData<string, string, ColorScheme, int> Looks => new()
    {
        { "sv-SE", "light", ColorScheme.Light, 1440 },
        { "en-GB", "dark", ColorScheme.Dark, 1440 },
        { "sv-SE", "phone", ColorScheme.Light, 390 },
        { "en-GB", "phone-dark", ColorScheme.Dark, 390 },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Can_be_read_by_everybody(string language, string look, ColorScheme colours, int width)
    {
        var number = await BenchCommand.CreateAsync(whole.Agent, 4_711);
        await WholeDesk.EventuallyAsync("the confirmation", () => Task.FromResult(whole.MailsAbout(number, "confirmation").FirstOrDefault()));

        var problems = new List<string>();
        await VisitAsync(null, ["/", "/help", "/sign-in"], "portal");
        await VisitAsync("requester", ["/tickets"], "portal");
        await VisitAsync("agent", ["/agent", $"/agent/tickets/{number}"], "workspace");
        await VisitAsync("lead", ["/ops"], "operations");
        Assert.True(problems.Count == 0, string.Join("\n", problems));

        async Task VisitAsync(string? role, string[] paths, string room)
        {
            await using var context = await whole.Browser.NewContextAsync(new BrowserNewContextOptions
            {
                BaseURL = whole.Desk.Address.ToString(),
                Locale = language,
                ColorScheme = colours,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
            });
            var page = await context.NewPageAsync();
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                    problems.Add($"{page.Url}: console: {message.Text}");
            };
            if (role is not null)
                await whole.SignInAsync(page, role);
            foreach (var path in paths)
            {
                var answer = await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
                if (answer is null || !answer.Ok)
                    problems.Add($"{path}: answered {answer?.Status}");
                // A live page is itself when its circuit runs: that takes the head over, which for a moment has no title.
                await page.WaitForFunctionAsync(
                    "() => !document.querySelector('[aria-busy=true]') && document.title && (!document.body.matches('.live') || document.querySelector('main[data-live]'))");
                if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > window.innerWidth + 1"))
                    problems.Add($"{path} ({look}): wider than the window");
                var axe = await page.RunAxe();
                problems.AddRange(axe.Violations.Where(violation => violation.Impact is "serious" or "critical")
                    .Select(violation => $"{path} ({look}): {violation.Id}: {violation.Help}: {violation.Nodes[0].Html}"));
                output.WriteLine($"{path} ({language}, {look}): {axe.Violations.Length} of axe's rules broken, {axe.Passes.Length} kept");
                if (Pictures is not null)
                {
                    Directory.CreateDirectory(Pictures);
                    var name = path == "/" ? room : $"{room}{path.Replace(number, "ticket").Replace('/', '-')}";
                    await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-{look}.png"), FullPage = width < 500 });
                }
            }
        }
    }
}
