using System.Net.Http.Json;
using System.Text.Json;
using Desk.SystemTests.Harness;
using Microsoft.Playwright;

namespace Desk.SystemTests.Journeys;

/// <summary>
/// One matter told twice, by two colleagues: an agent lets one ticket go on with both, and finds that it was a mistake. One cause behind two tickets: a lead
/// declares it, everybody sees it, and it is solved once.
/// </summary>
[Collection(FreshDeskCollection.Name)]
public sealed class MergedAndParted(ObservedDesk whole)
{
    [Fact]
    public async Task An_agent_merges_two_tickets_both_requesters_are_told_and_the_undo_brings_all_back()
    {
        var run = $"{Guid.CreateVersion7():N}"[^8..];
        var (rut, kim) = ($"rut.{run}@nordvik.example", $"kim.{run}@nordvik.example");
        var first = await RegisterAsync(rut, "Skrivaren i receptionen", "Den skriver inte ut.");
        var second = await RegisterAsync(kim, "Skrivaren igen", "Samma fel här borta.");
        var before = await ReadAsync(second);

        var page = await whole.PageAsync();
        await whole.SignInAsync(page, "agent");
        await OpenAsync(page, second);
        await page.GetByRole(AriaRole.Button, new() { Name = "Slå ihop" }).First.ClickAsync();
        var dialog = page.Locator("dialog#merge");
        await dialog.GetByLabel("Det ärende som fortsätter").FillAsync(first);
        await dialog.GetByLabel("Varför?").FillAsync("Samma skrivare");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Slå ihop" }).ClickAsync();
        await page.GetByText("Ärendet är hopslaget med").WaitForAsync();
        Assert.Equal(0, await page.Locator("#compose").CountAsync());

        // Told, and heard where it goes on.
        var told = Mail.Read(await WholeDesk.EventuallyAsync("the mail that it is merged", () => Task.FromResult(whole.MailsAbout(second, "merged").FirstOrDefault())));
        Assert.Contains(first, told.Text, StringComparison.Ordinal);
        await WholeDesk.EventuallyAsync("the other requester to be told", () => Task.FromResult(whole.MailsAbout(first, "joined").FirstOrDefault()));
        await page.Locator(".merged").GetByRole(AriaRole.Link, new() { Name = first }).ClickAsync();
        await page.Locator(".talk").GetByText("Samma fel här borta.").WaitForAsync();
        await page.Locator(".talk").GetByText("Den skriver inte ut.").WaitForAsync();
        await page.Locator(".facts").GetByText("hopslaget hit").WaitForAsync();

        // Undone: each has its own words, and the merged one all that it had.
        await OpenAsync(page, second);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ångra hopslagningen" }).ClickAsync();
        await page.Locator("#compose").WaitForAsync();
        var after = await ReadAsync(second);
        foreach (var what in new[] { "status", "team", "priority", "category" })
            Assert.Equal(before.GetProperty(what).GetString(), after.GetProperty(what).GetString());
        Assert.Equal(before.GetProperty("clocks").ToString(), after.GetProperty("clocks").ToString());
        await WholeDesk.EventuallyAsync("the mail that it is undone", () => Task.FromResult(whole.MailsAbout(second, "parted").FirstOrDefault()));
        var messages = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{first}/messages");
        Assert.Equal("Den skriver inte ut.", Assert.Single(messages.GetProperty("items").EnumerateArray()).GetProperty("text").GetString());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_lead_declares_a_major_incident_the_portal_tells_of_it_and_it_is_solved_for_all()
    {
        var run = $"{Guid.CreateVersion7():N}"[^8..];
        var (first, second) = (await RegisterAsync($"rut.{run}@nordvik.example", "Växeln svarar inte", "Det går inte att ringa."), await RegisterAsync($"kim.{run}@nordvik.example", "Ingen ton", "Luren är tyst."));

        var page = await whole.PageAsync();
        await whole.SignInAsync(page, "lead");
        await page.GotoAsync("/agent/problems");
        await page.Locator("main[data-live]").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Nytt problem" }).ClickAsync();
        await page.Locator("dialog#found").GetByLabel("Vad är problemet?").FillAsync($"Växeln {run}");
        await page.Locator("dialog#found").GetByLabel("Ärenden det ligger bakom").FillAsync($"{first} {second}");
        await page.Locator("dialog#found").GetByRole(AriaRole.Button, new() { Name = "Skapa" }).ClickAsync();
        await page.Locator(".ticket .others-list").GetByText(second).WaitForAsync();
        await SayAsync("Utlys större störning", "declare", $"Växeln är nere ({run}).", "Utlys");
        await page.Locator(".ticket-head").GetByText("Nästa besked senast").WaitForAsync();

        // Everybody sees it, without an account; whoever asked is told it once, in their ticket and by mail.
        var portal = await whole.PageAsync();
        await WholeDesk.EventuallyAsync("the portal to tell of it", async () =>
        {
            await portal.GotoAsync("/");
            return await portal.GetByText($"Växeln är nere ({run}).").CountAsync() > 0 ? "shown" : null;
        });
        foreach (var ticket in new[] { first, second })
            Assert.Contains($"Växeln är nere ({run}).", Mail.Read(await WholeDesk.EventuallyAsync("the word by mail", () => Task.FromResult(whole.MailsAbout(ticket, "reply").FirstOrDefault()))).Text, StringComparison.Ordinal);

        await SayAsync("Lös för alla", "solve", "Växeln är lagad.", "Lös");
        await page.Locator(".ticket-head").GetByText("Löst").WaitForAsync();
        foreach (var ticket in new[] { first, second })
            Assert.Contains("Växeln är lagad.", Mail.Read(await WholeDesk.EventuallyAsync("the mail that it is solved", () => Task.FromResult(whole.MailsAbout(ticket, "resolved").FirstOrDefault()))).Text, StringComparison.Ordinal);
        await portal.Context.CloseAsync();
        await page.Context.CloseAsync();

        async Task SayAsync(string button, string dialog, string words, string action)
        {
            await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            await page.Locator($"dialog#{dialog}").GetByLabel("På svenska").FillAsync(words);
            await page.Locator($"dialog#{dialog}").GetByRole(AriaRole.Button, new() { Name = action, Exact = false }).Last.ClickAsync();
        }
    }

    private static async Task OpenAsync(IPage page, string number)
    {
        await page.GotoAsync($"/agent/tickets/{number}");
        await page.Locator(".ticket-subject").WaitForAsync();
    }

    private Task<JsonElement> ReadAsync(string number) => whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}");

    private async Task<string> RegisterAsync(string requester, string subject, string body)
    {
        using var made = await whole.Agent.PostAsJsonAsync("/api/v1/tickets", new { subject, body, requester = new { email = requester } });
        var number = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()!;
        await WholeDesk.EventuallyAsync("triage", async () => (await ReadAsync(number)).TryGetProperty("priority", out var priority) ? priority.GetString() : null);
        return number;
    }
}
