using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Desk.Web.Tests;

/// <summary>The agent's ticket when things go wrong on the way: every wait ends, nothing typed is lost, nobody overwrites another unseen.</summary>
[Collection(nameof(OneDesk))]
public sealed class WorkspaceTests(DeskBehindGlass desk) : IAsyncLifetime
{
    private const string Ticket = "/agent/tickets/D-1042?view=due";

    private Browsing _chromium = null!;
    private IBrowserContext _context = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _chromium = await Browsing.StartAsync();
        _context = await _chromium.ReaderAsync(desk, "agent", "sv", "light", 1440, 900);
        _page = await _context.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        desk.Api.Cut = null;
        desk.Api.StaleOnce = false;
        desk.Api.Refuse = null;
        desk.Api.SomebodyElse = null;
        desk.Api.BoxLeft = 1.5;
        desk.Api.Tickets = 10;
        await _context.DisposeAsync();
        await _chromium.DisposeAsync();
    }

    [Theory]
    [InlineData("/tickets/D-1042")]
    [InlineData("/tickets/D-1042/messages")]
    [InlineData("/tickets/D-1042/notes")]
    public async Task An_answer_that_ends_in_the_middle_is_an_error_that_can_be_tried_again(string path)
    {
        desk.Api.Cut = path;
        await _page.GotoAsync(new Uri(desk.Address, Ticket).ToString());
        var again = _page.Locator(".desk").GetByRole(AriaRole.Button, new() { Name = "Försök igen" });
        await again.WaitForAsync();
        Assert.Equal(0, await _page.Locator(".desk [aria-busy=true]").CountAsync());

        desk.Api.Cut = null;
        await again.ClickAsync();
        await _page.Locator(".ticket-subject").WaitForAsync();
        // What stands beside it is read as well, though the first reading was refused.
        await _page.Locator(".proposals li").First.WaitForAsync();
        Assert.Equal(0, await _page.Locator("[aria-busy=true]").CountAsync());
    }

    [Fact]
    public async Task A_page_full_of_tickets_comes_alive()
    {
        desk.Api.Tickets = 50;
        await Browsing.OpenAsync(_page, desk, Ticket);
        Assert.Equal(50, await _page.Locator("a.row").CountAsync());
    }

    [Fact]
    public async Task Without_proposals_the_ticket_is_there_and_nothing_goes_on_waiting()
    {
        desk.Api.Cut = "/tickets/D-1042/proposals";
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.WaitForFunctionAsync("() => !document.querySelector('[aria-busy=true]')");
    }

    [Fact]
    public async Task Whoever_waits_without_a_circuit_is_told_and_shown_the_way_on()
    {
        // The page comes, its circuit never does: the process died in between.
        await _page.RouteAsync("**/_blazor/**", route => route.AbortAsync());
        await _page.AddInitScriptAsync("const wait = window.setTimeout; window.setTimeout = (act, ms, ...rest) => wait(act, ms === 20000 ? 500 : ms, ...rest)");
        await _page.GotoAsync(new Uri(desk.Address, Ticket).ToString());
        await _page.Locator("desk-wait").GetByRole(AriaRole.Link, new() { Name = "Försök igen" }).WaitForAsync();
        Assert.Equal(0, await _page.Locator("[aria-busy=true]").CountAsync());
    }

    [Fact]
    public async Task Another_agents_change_holds_the_act_says_who_did_what_and_keeps_what_was_typed()
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.Locator("#compose").FillAsync("Jag tittar på det nu");
        desk.Api.StaleOnce = true;
        desk.Api.SomebodyElse = "Bo Ek";
        await _page.Keyboard.PressAsync("Control+Enter");

        var held = _page.Locator(".held");
        await held.GetByText("Bo Ek tog ärendet").WaitForAsync();
        Assert.Equal("Jag tittar på det nu", await _page.Locator("#compose").InputValueAsync());

        await held.GetByRole(AriaRole.Button, new() { Name = "Gör det ändå" }).ClickAsync();
        await _page.WaitForFunctionAsync("() => document.querySelector('#compose').value === ''");
        Assert.Contains(desk.Api.Posts, post => post is { Call: "POST /tickets/D-1042/messages", IfMatch: "\"7\"" } && post.Body.Contains("Jag tittar p", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_desk_itself_changed_stops_nobody()
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.Locator("#compose").FillAsync("Ett svar till");
        desk.Api.StaleOnce = true;
        await _page.Keyboard.PressAsync("Control+Enter");
        await _page.Locator(".toast").GetByText("Svaret är på väg.").WaitForAsync();
        Assert.Equal(0, await _page.Locator(".held").CountAsync());
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_readers_language()
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.Locator("#compose").FillAsync("Ett svar som nekas");
        desk.Api.Refuse = 409;
        await _page.Keyboard.PressAsync("Control+Enter");
        await _page.Locator(".toast").GetByText("Det här nekas på prov.").WaitForAsync();
        Assert.Equal("Ett svar som nekas", await _page.Locator("#compose").InputValueAsync());
    }

    [Theory]
    [InlineData("Läs http://localhost:8080/help/nodkoden", "Beställaren får inte läsa ”Nödkoden”")]
    [InlineData(":::pass network\nKoden är 1234.\n:::", "bara är för handläggare")]
    public async Task What_is_for_agents_does_not_go_out_with_a_reply(string text, string why)
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.Locator("#compose").FillAsync(text);
        await _page.Keyboard.PressAsync("Control+Enter");
        await _page.Locator(".toast").GetByText(why).WaitForAsync();
        Assert.Equal(text, await _page.Locator("#compose").InputValueAsync());
        Assert.DoesNotContain(desk.Api.Posts, post => post.Call == "POST /tickets/D-1042/messages" && (post.Body.Contains("nodkoden", StringComparison.Ordinal) || post.Body.Contains("1234", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Files_are_chosen_again_and_again_dropped_let_go_and_sent_with_the_reply()
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        var input = _page.Locator("#compose-files");
        await input.SetInputFilesAsync(new FilePayload { Name = "bruksanvisning åäö.txt", MimeType = "text/plain", Buffer = "Gör så"u8.ToArray() });
        await input.SetInputFilesAsync(new FilePayload { Name = "fel fil.txt", MimeType = "text/plain", Buffer = "x"u8.ToArray() });
        await _page.EvaluateAsync("""
            () => { const carried = new DataTransfer(); carried.items.add(new File(["bild"], "bild.png", { type: "image/png" }));
                    document.querySelector("#compose").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried })); }
            """);
        Assert.Equal(3, await _page.Locator(".picked li").CountAsync());
        await _page.GetByRole(AriaRole.Button, new() { Name = "Ta bort fel fil.txt" }).ClickAsync();

        await _page.Locator("#compose").FillAsync("Se bilagorna");
        await _page.Keyboard.PressAsync("Control+Enter");
        await _page.Locator(".toast").GetByText("Svaret är på väg.").WaitForAsync();
        var sent = JsonNode.Parse(desk.Api.Posts.Last(post => post.Call == "POST /tickets/D-1042/messages").Body)!["attachments"]!.AsArray();
        Assert.Equal(["bruksanvisning åäö.txt", "bild.png"], sent.Select(file => (string?)file!["name"]));
        Assert.Equal("Gör så"u8.ToArray(), Convert.FromBase64String((string)sent[0]!["content"]!));
        Assert.Equal(0, await _page.Locator(".picked li").CountAsync());
    }

    [Fact]
    public async Task One_key_takes_the_next_ticket_and_the_menu_says_whether_one_is_there()
    {
        await Browsing.OpenAsync(_page, desk, "/agent?view=due");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Din närvaro: Tillgänglig" }).ClickAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Borta, lämnar tillbaka" }).ClickAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Din närvaro: Borta, lämnar tillbaka" }).WaitForAsync();
        Assert.Contains(desk.Api.Posts, post => post.Call.StartsWith("PUT /routing/agents/", StringComparison.Ordinal) && post.Body.Contains("handBack", StringComparison.Ordinal));

        await _page.Locator("h1").First.FocusAsync();
        await _page.Keyboard.PressAsync("t");
        await _page.Locator(".ticket-subject").WaitForAsync();
        Assert.EndsWith("/agent/tickets/D-1042?view=mine", _page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_lines_time_is_over_escalation_is_offered_and_asks_for_what_the_next_team_needs()
    {
        desk.Api.BoxLeft = -1;
        await Browsing.OpenAsync(_page, desk, Ticket);
        await _page.Locator(".line-time").GetByRole(AriaRole.Button, new() { Name = "Eskalera nu" }).ClickAsync();
        var dialog = _page.Locator("dialog#escalate[open]");
        await dialog.GetByLabel("Var?").FillAsync("Plan 3, uttag 14");
        await dialog.GetByLabel("Varför?").FillAsync("Behöver en växel");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Eskalera" }).ClickAsync();
        await _page.Locator(".toast").GetByText("Eskalerat.").WaitForAsync();
        Assert.Contains(desk.Api.Posts, post => post.Call == "POST /tickets/D-1042/escalate" && post.Body.Contains("\"where\":\"Plan 3, uttag 14\"", StringComparison.Ordinal));

        await _page.GetByRole(AriaRole.Button, new() { Name = "Fråga någon" }).ClickAsync();
        await _page.Locator("dialog#ask[open] #ask-whom").SelectOptionAsync("team:network");
        await _page.Locator("dialog#ask[open] textarea").FillAsync("Vem har switchen?");
        await _page.Keyboard.PressAsync("Control+Enter");
        await _page.Locator(".toast").GetByText("Frågan är ställd.").WaitForAsync();
        Assert.Contains(desk.Api.Posts, post => post.Call == "POST /routing/tickets/D-1042/asks" && post.Body.Contains("network", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reminder_to_come_stands_by_its_ticket_and_is_called_off_there()
    {
        await Browsing.OpenAsync(_page, desk, Ticket);
        var coming = _page.GetByRole(AriaRole.Region, new() { Name = "Dina påminnelser" });
        await coming.GetByText("Fråga om bytet hjälpte").WaitForAsync();
        Assert.Equal(0, await coming.GetByText("Ring Rut").CountAsync());
        await coming.GetByRole(AriaRole.Button).ClickAsync();
        await _page.Locator(".toast").GetByText("Påminnelsen är avbokad.").WaitForAsync();
        Assert.Contains(desk.Api.Posts, post => post.Call == "DELETE /routing/reminders/0190f000-0000-7000-8000-00000000dddd");
    }

    [Fact]
    public async Task My_teams_are_all_of_mine()
    {
        await _page.GotoAsync(new Uri(desk.Address, "/agent?view=team").ToString());
        await _page.Locator("a.row").First.WaitForAsync();
        Assert.Contains(desk.Api.Asked, asked => asked.StartsWith("/tickets?", StringComparison.Ordinal) && asked.Contains("team=service-desk%2Cnetwork", StringComparison.Ordinal));
    }
}
