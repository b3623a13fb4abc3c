using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Desk.Web.Tests;

[CollectionDefinition(nameof(OneDesk))]
public sealed class OneDesk : ICollectionFixture<DeskBehindGlass>;

/// <summary>Debian's chromium, driven by Playwright.</summary>
internal sealed class Browsing : IAsyncDisposable
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public static readonly IReadOnlyList<(string Name, string Path, string? Role)> Pages =
    [
        ("portal", "/", null), ("sign-in", "/sign-in", null), ("sign-in-link", "/sign-in/link?token=x", null), ("my-tickets", "/tickets", "requester"),
        ("ticket", "/tickets/D-1042", "requester"), ("status-link", "/t/good", null), ("updates", "/updates/on", null), ("help", "/help?q=lösenord", null), ("article", "/help/byt-losenord", null), ("help-front", "/help", null), ("guide", "/help/internet-hemma/guide", null),
        ("not-found", "/nowhere", null), ("queue", "/agent?view=due", "agent"), ("workspace", "/agent/tickets/D-1042?view=due", "agent"), ("new-ticket", "/agent/new", "agent"), ("mail", "/agent/mail", "agent"), ("knowledge", "/agent/knowledge", "agent"), ("article-editor", $"/agent/knowledge/{Canned.Article}", "agent"), ("transfer", "/agent/knowledge/transfer", "agent"), ("gaps", "/agent/knowledge/gaps", "agent"), ("self-service", "/agent/knowledge/self-service", "lead"), ("stand-up", "/agent/stand-up", "agent"), ("asked", "/agent/asked", "agent"), ("shifts", "/agent/shifts", "agent"), ("setup", "/agent/setup/teams", "lead"), ("setup-agents", "/agent/setup", "lead"), ("setup-triggers", "/agent/setup/triggers", "lead"), ("mail-one", $"/agent/mail/{CannedMail.First}", "lead"), ("mail-rules", "/agent/mail?show=rules", "lead"), ("ops", "/ops", "lead"),
    ];

    public static string? Chromium { get; } = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public static async Task<Browsing> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return new Browsing
        {
            _playwright = playwright,
            _browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] }),
        };
    }

    public async Task<IBrowserContext> ReaderAsync(DeskBehindGlass desk, string? role, string language, string theme, int width, int height, string? name = null)
    {
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Europe/Stockholm",
        });
        var cookies = new List<Cookie> { new() { Name = "desk-language", Value = language, Url = desk.Address.ToString() } };
        if (role is not null)
            cookies.Add(new() { Name = "desk", Value = desk.TokenFor(role, name ?? (role == "requester" ? "Rut Hansson" : "Anna Lind"), language), Url = desk.Address.ToString() });
        await context.AddCookiesAsync(cookies);
        return context;
    }

    /// <summary>Opens a page and waits until it is itself: live pages until their content has come over the circuit.</summary>
    /// <exception cref="TimeoutException">It did not become itself: what it shows instead, and what the browser said of it.</exception>
    public static async Task OpenAsync(IPage page, DeskBehindGlass desk, string path)
    {
        var said = new ConcurrentQueue<string>();
        page.Console += (_, message) => said.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => said.Enqueue("error: " + error);
        page.RequestFailed += (_, request) => said.Enqueue($"failed: {request.Url}: {request.Failure}");
        await page.GotoAsync(new Uri(desk.Address, path).ToString());
        try
        {
            if (Sign(path) is { } sign)
                await page.Locator(sign).First.WaitForAsync();
            // The circuit takes the head over after the page has come: for a moment it has no title.
            if (path.StartsWith("/agent", StringComparison.Ordinal) || path.StartsWith("/ops", StringComparison.Ordinal))
                await page.Locator("html:has(head title:not(:empty)) main[data-live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{path}: {late.Message}\nTitle: {await page.TitleAsync()}\n{await page.Locator("main").EvaluateAsync<string>("main => main.outerHTML.slice(0, 400)")}\n{string.Join('\n', said)}", late);
        }
    }

    /// <summary>What is on a page of agents once its content has come.</summary>
    private static string? Sign(string path) => path.Split('?') switch
    {
        ["/agent/mail", "show=rules"] => ".rule-list li",
        // An option is never visible by itself.
        ["/agent/new", ..] => "#n-category:has(option:nth-child(2))",
        ["/agent/knowledge", ..] => ".row",
        ["/agent/knowledge/transfer", ..] => "#t-in",
        ["/agent/knowledge/gaps" or "/agent/knowledge/self-service" or "/agent/stand-up", ..] => ".ops-grid",
        ["/agent/shifts", ..] => ".roster",
        ["/ops", ..] => ".chart",
        [var page, ..] when page.StartsWith("/agent/tickets", StringComparison.Ordinal) => ".ticket-subject",
        [var page, ..] when page.StartsWith("/agent/knowledge/", StringComparison.Ordinal) => "#k-versions",
        [var page, ..] when page.StartsWith("/agent/mail/", StringComparison.Ordinal) => ".desk .said",
        [var page, ..] when page.StartsWith("/agent/setup", StringComparison.Ordinal) => ".form-grid",
        [var page, ..] when page.StartsWith("/agent", StringComparison.Ordinal) => "a.row",
        _ => null,
    };

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
