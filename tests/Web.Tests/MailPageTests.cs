using Microsoft.Playwright;

namespace Desk.Web.Tests;

/// <summary>The page of mail that became no ticket, and the account of mail on the leads' page.</summary>
[Collection(nameof(OneDesk))]
public sealed class MailPageTests(DeskBehindGlass desk) : IAsyncLifetime
{
    private Browsing _chromium = null!;
    private IBrowserContext _context = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _chromium = await Browsing.StartAsync();
        _context = await _chromium.ReaderAsync(desk, "lead", "sv", "light", 1440, 900);
        _page = await _context.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        (desk.Api.AccountFault, desk.Api.Unheard) = (null, 0);
        await _context.DisposeAsync();
        await _chromium.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_reads_why_makes_a_ticket_runs_again_and_a_lead_rules_on_the_sender()
    {
        await Browsing.OpenAsync(_page, desk, $"/agent/mail/{CannedMail.First}?show=quarantined");
        Assert.Contains(desk.Api.Asked, asked => asked.StartsWith("/mail?", StringComparison.Ordinal) && asked.Contains("outcome=quarantined", StringComparison.Ordinal));
        await _page.Locator(".desk").GetByText("Ett filter har märkt det som skräppost.").WaitForAsync();
        // What the mail says is words here, markup and all.
        Assert.Contains("<b>Betala</b>", await _page.Locator(".desk .said").First.InnerTextAsync());

        await _page.GetByRole(AriaRole.Button, new() { Name = "Gör ett ärende" }).ClickAsync();
        await PostedAsync($"POST /mail/{CannedMail.First}/ticket");
        // The same words twice in a row are two toasts, not the end of the page.
        await _page.GetByRole(AriaRole.Button, new() { Name = "Kör igen" }).ClickAsync();
        await PostedAsync($"POST /mail/{CannedMail.First}/again");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Regel för avsändaren" }).ClickAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Aldrig från @reklam.example" }).ClickAsync();
        await PostedAsync("PUT /mail/rules/@reklam.example", "never");
        await _page.Locator(".toast").GetByText("ignoreras från nu").WaitForAsync();
    }

    private async Task PostedAsync(string call, string containing = "")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (!desk.Api.Posts.Any(post => post.Call == call && post.Body.Contains(containing, StringComparison.Ordinal)))
        {
            Assert.False(limit.IsCancellationRequested, $"{call} was never posted, but {string.Join(", ", desk.Api.Posts.Select(post => post.Call))}.");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task A_mail_without_sender_asks_for_the_requester()
    {
        await Browsing.OpenAsync(_page, desk, $"/agent/mail/{new Guid(6, 9, 7, 8, 0, 0, 0, 0, 0, 0, 1)}");
        await _page.GetByLabel("Beställarens e-post").FillAsync("rut.hansson@nordvik.example");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Gör ett ärende" }).ClickAsync();
        await _page.Locator(".toast").First.WaitForAsync();
        Assert.Contains(desk.Api.Posts, post => post.Call.EndsWith("/ticket", StringComparison.Ordinal) && post.Body.Contains("rut.hansson@nordvik.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_holds_says_so()
    {
        await Browsing.OpenAsync(_page, desk, "/ops");
        await _page.GetByText("Summan stämmer").WaitForAsync();
    }

    [Fact]
    public async Task A_mail_that_the_store_does_not_bear_out_is_shown_as_a_fault()
    {
        desk.Api.AccountFault = "lost";
        await Browsing.OpenAsync(_page, desk, "/ops");
        await _page.Locator(".tile.alarm").GetByText("2 mejl sägs vara i ett ärende").WaitForAsync();
    }

    [Fact]
    public async Task Mails_that_the_statistics_have_not_heard_of_are_shown_as_a_fault()
    {
        desk.Api.Unheard = 5;
        await Browsing.OpenAsync(_page, desk, "/ops");
        await _page.Locator(".tile.alarm").GetByText("407 av 412").WaitForAsync();
    }
}
