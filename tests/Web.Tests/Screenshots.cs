namespace Desk.Web.Tests;

/// <summary>Pictures of every page for the docs and for the eye: runs only when DESK_SCREENSHOTS names a folder to put them in.</summary>
[Collection(nameof(OneDesk))]
public sealed class Screenshots(DeskBehindGlass desk)
{
    [Fact]
    public async Task Every_page_has_its_picture()
    {
        if (Environment.GetEnvironmentVariable("DESK_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        var only = Environment.GetEnvironmentVariable("DESK_SCREENSHOTS_ONLY");
        await using var chromium = await Browsing.StartAsync();
        foreach (var look in (Environment.GetEnvironmentVariable("DESK_SCREENSHOTS_LOOKS") ?? "wide-light-sv wide-dark-en phone-light-sv phone-dark-sv").Split(' '))
        {
            var parts = look.Split('-');
            foreach (var (name, path, role) in Browsing.Pages)
            {
                if (only is not null && !only.Split(' ').Contains(name))
                    continue;
                await using var context = await chromium.ReaderAsync(desk, role, parts[2], parts[1], parts[0] == "phone" ? 390 : 1440, parts[0] == "phone" ? 844 : 900);
                var page = await context.NewPageAsync();
                page.Console += (_, message) => { if (message.Type == "error") Console.WriteLine($"{name}: {message.Text}"); };
                await Browsing.OpenAsync(page, desk, path);
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{look}.png"), FullPage = role is null or "requester" });
            }
        }
    }
}
