using System.Net.Http.Json;
using System.Text.Json;
using Desk.SystemTests.Harness;
using Microsoft.Playwright;

namespace Desk.SystemTests.Journeys;

/// <summary>One matter told twice, by two colleagues: an agent lets one ticket go on with both, and finds that it was a mistake.</summary>
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
