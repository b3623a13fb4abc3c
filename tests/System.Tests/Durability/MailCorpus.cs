using System.Net.Http.Json;
using System.Text.Json;
using Desk.Bench.Load;
using Desk.SystemTests.Harness;
using Xunit.Abstractions;

namespace Desk.SystemTests.Durability;

/// <summary>Awkward and malformed mails of real life, through the front door.</summary>
[Collection(WholeDeskCollection.Name)]
public sealed class MailCorpus(WholeDesk whole, ITestOutputHelper output)
{
    [FactOnData("mail/mikel")]
    public async Task Every_malformed_mail_is_taken_with_an_outcome_or_refused_with_a_reason()
    {
        var before = await ListedAsync();
        var files = Directory.EnumerateFiles(FactOnDataAttribute.DataFolder("mail/mikel"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var taken = new List<string>();
        foreach (var file in files)
        {
            await using var sender = await SmtpSender.ConnectAsync("localhost", whole.Desk.SmtpPort);
            var (code, text) = await sender.SendAsync("writer@post.example", "support@desk.example", await File.ReadAllBytesAsync(file));
            output.WriteLine($"{Path.GetFileName(file),-60} {text}");
            Assert.True(code is >= 200 and < 300 || (code >= 400 && text.Length > 12), $"{file}: {text}");
            if (code == 250)
                taken.Add(text["250 2.0.0 Stored as ".Length..].Split(':')[0]);
        }
        // 250 comes after the commit, outcome and all. The same mail under two names is taken once, and answered with the first's id.
        var after = await ListedAsync();
        var outcomes = after.Where(mail => !before.ContainsKey(mail.Key)).GroupBy(mail => mail.Value).ToDictionary(group => group.Key, group => group.Count());
        output.WriteLine($"{files.Count} mails, {taken.Count} taken: {string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.All(taken, id => Assert.Contains(id, after.Keys));
        Assert.Equal(taken.Distinct().Count(), outcomes.Values.Sum());
    }

    private async Task<Dictionary<string, string>> ListedAsync()
    {
        var mails = new Dictionary<string, string>();
        string? after = null;
        do
        {
            var page = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/mail?limit=200{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
                mails[item.GetProperty("id").GetString()!] = item.GetProperty("outcome").GetString()!;
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return mails;
    }
}
