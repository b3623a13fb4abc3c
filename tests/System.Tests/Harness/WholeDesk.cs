using System.Text.Json;
using Desk.Bench.Load;
using Microsoft.Playwright;

namespace Desk.SystemTests.Harness;

/// <summary>One desk for all system tests, started as README says, and one browser.</summary>
public class WholeDesk : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private DeskOfItsOwn? _desk;

    internal DeskOfItsOwn Desk => _desk ?? throw new InvalidOperationException("The desk has not started.");

    public IBrowser Browser { get; private set; } = null!;

    internal HttpClient Agent { get; private set; } = null!;

    /// <summary>Environment that the desk is started with.</summary>
    private protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        _desk = await DeskOfItsOwn.StartAsync(Settings);
        Agent = await _desk.ClientAsync("agent");
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("DESK_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    public virtual async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
        Agent?.Dispose();
        if (_desk is not null)
            await _desk.DisposeAsync();
    }

    /// <summary>A demo person's way in, by e-mail.</summary>
    internal (string Email, string Password) Person(string role)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Desk.State, "demo-people.json")));
        var person = document.RootElement.EnumerateArray().First(item => item.GetProperty("role").GetString() == role);
        return (person.GetProperty("email").GetString()!, person.GetProperty("password").GetString()!);
    }

    /// <summary>A page in a context of its own, so that no test sees another's sign-in.</summary>
    public async Task<IPage> PageAsync(string language = "sv-SE", bool javaScript = true)
    {
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Desk.Address.ToString(),
            Locale = language,
            JavaScriptEnabled = javaScript,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
        });
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    /// <summary>Signs a demo person in by password, as on the sign-in page.</summary>
    internal async Task SignInAsync(IPage page, string role)
    {
        var (email, password) = Person(role);
        await page.GotoAsync("/sign-in");
        await page.Locator("form[action='/account/sign-in'] input[name=email]").FillAsync(email);
        await page.Locator("form[action='/account/sign-in'] input[name=password]").FillAsync(password);
        await page.Locator("form[action='/account/sign-in'] button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>Asks until the answer is there; fails with what was waited for when it is not there in time.</summary>
    internal static async Task<T> EventuallyAsync<T>(string what, Func<Task<T?>> ask, double seconds = 20)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            if (await ask() is { } answer)
                return answer;
        }
        while (!limit.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None));
        throw new TimeoutException($"Waited {seconds} s for: {what}.");
    }

    /// <summary>The mails of the sink about a ticket, oldest first.</summary>
    internal IReadOnlyList<string> MailsAbout(string number, string kind = "*")
        => [.. Directory.EnumerateFiles(Desk.MailFolder, $"*-{number}-{kind}-*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}

[CollectionDefinition(Name)]
public sealed class WholeDeskCollection : ICollectionFixture<WholeDesk>
{
    public const string Name = "whole desk";
}

/// <summary>A desk that nobody has killed anything in, for looking at and into.</summary>
[CollectionDefinition(Name)]
public sealed class FreshDeskCollection : ICollectionFixture<ObservedDesk>
{
    public const string Name = "fresh desk";
}

/// <summary>A fact about real data that lies beside the repository, and is skipped where it does not.</summary>
public sealed class FactOnDataAttribute : FactAttribute
{
    public FactOnDataAttribute(string folder)
    {
        if (!Directory.Exists(DataFolder(folder)))
            Skip = $"The data folder {folder} is not beside the repository.";
    }

    public static string DataFolder(string folder)
        => Path.Combine(Environment.GetEnvironmentVariable("DESK_DATA") ?? Path.Combine(DeskOfItsOwn.FindRoot(), "..", "shared", "data"), folder);
}
