using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Desk.Bench.Load;
using Desk.SystemTests.Harness;

namespace Desk.SystemTests.Journeys;

/// <summary>The way of a ticket, as the people in it see it.</summary>
[Collection(WholeDeskCollection.Name)]
public sealed partial class FromPortalToSolved(WholeDesk whole)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_requester_writes_in_the_portal_is_told_answers_by_mail_and_is_helped(bool javaScript)
    {
        var address = $"rut.{Guid.CreateVersion7():N}"[..20] + "@nordvik.example";
        var subject = "Skrivaren på plan 2 skriver inte ut";
        var page = await whole.PageAsync(javaScript: javaScript);

        // In: the portal's form.
        await page.GotoAsync("/");
        await page.GetByLabel("Vad gäller det?").FillAsync(subject);
        await page.GetByLabel("Beskriv det").FillAsync("Utskrifterna fastnar i kön sedan lunch.");
        await page.GetByLabel("Din e-postadress").FillAsync(address);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Skicka" }).ClickAsync();
        await page.WaitForURLAsync("**/thanks/**");
        var number = Number().Match(await page.Locator("main").InnerTextAsync()).Value;
        Assert.StartsWith("D-", number, StringComparison.Ordinal);

        // Triaged: category, team, priority, targets, holder.
        var ticket = await WholeDesk.EventuallyAsync("triage", async () =>
        {
            var answer = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}");
            return answer.TryGetProperty("priority", out _) ? (JsonElement?)answer : null;
        }) ?? default;
        Assert.Equal("printer", ticket.GetProperty("category").GetString());
        Assert.Equal("workplace", ticket.GetProperty("team").GetString());
        Assert.Contains(ticket.GetProperty("clocks").EnumerateArray(), clock => clock.GetProperty("target").GetString() == "resolution" && clock.TryGetProperty("dueAt", out _));

        // Proposed.
        var proposals = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/proposals");
        Assert.NotEqual(0, proposals.GetProperty("items").GetArrayLength());

        // Told: one confirmation, in the requester's language, with a link that needs no account.
        var confirmation = Mail.Read(await WholeDesk.EventuallyAsync("the confirmation", () => Task.FromResult(whole.MailsAbout(number, "confirmation").FirstOrDefault())));
        Assert.Equal(address, confirmation.Header("To").Trim('<', '>'));
        Assert.Equal("auto-generated", confirmation.Header("Auto-Submitted"));
        Assert.Contains(number, confirmation.Text, StringComparison.Ordinal);
        var link = StatusLink().Match(confirmation.Text).Value;
        Assert.NotEmpty(link);
        await page.GotoAsync(new Uri(link).PathAndQuery);
        Assert.Contains(number, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);

        // An agent's answer is mailed; the requester's answer to that mail comes into the same ticket.
        using var answered = await whole.Agent.PostAsJsonAsync($"/api/v1/tickets/{number}/messages", new { text = "Är det den stora skrivaren vid fönstret?" });
        answered.EnsureSuccessStatusCode();
        var reply = Mail.Read(await WholeDesk.EventuallyAsync("the agent's reply by mail", () => Task.FromResult(whole.MailsAbout(number, "reply").FirstOrDefault())));
        Assert.Contains("vid fönstret", reply.Text, StringComparison.Ordinal);
        await using (var sender = await SmtpSender.ConnectAsync("localhost", whole.Desk.SmtpPort))
        {
            var (code, text) = await sender.SendAsync(address, "support@desk.example", System.Text.Encoding.UTF8.GetBytes(
                $"From: {address}\r\nTo: support@desk.example\r\nSubject: SV: {subject}\r\nMessage-ID: <{Guid.CreateVersion7():N}@nordvik.example>\r\n" +
                $"In-Reply-To: {reply.Header("Message-ID")}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nJa, den vid fönstret.\r\n"));
            Assert.True(code == 250, text);
        }
        var conversation = await WholeDesk.EventuallyAsync("the requester's answer in the ticket", async () =>
        {
            var messages = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/messages");
            return messages.GetProperty("items").EnumerateArray().Any(message => message.GetProperty("text").GetString()!.Contains("Ja, den vid fönstret")) ? (JsonElement?)messages : null;
        }) ?? default;
        Assert.Equal(3, conversation.GetProperty("items").GetArrayLength());

        // What is written and not yet heard of when a ticket is solved opens it again: it must not be lost.
        await WholeDesk.EventuallyAsync("the answer to be heard of by those who sort", async () =>
            (await whole.Agent.GetStringAsync($"/api/v1/tickets/{number}/timeline")).Contains("requesterWrote", StringComparison.Ordinal) ? "heard" : null);

        // Solved, and told so.
        using var solved = await whole.Agent.PostAsJsonAsync($"/api/v1/tickets/{number}/resolve", new { solution = "Kön tömdes." });
        solved.EnsureSuccessStatusCode();
        // Seen at once as a rule; a desk that has just been killed and come back may take longer than the second that is waited for it (ADR 1).
        await WholeDesk.EventuallyAsync("the ticket to be seen as resolved", async () =>
            (await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}")).GetProperty("status").GetString() is "resolved" and var status ? status : null);
        var told = Mail.Read(await WholeDesk.EventuallyAsync("the mail that it is solved", () => Task.FromResult(whole.MailsAbout(number, "resolved").FirstOrDefault())));
        Assert.Contains("Kön tömdes.", told.Text, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"D-\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"http://localhost:\d+/t/[\w.~-]+")]
    private static partial Regex StatusLink();
}
