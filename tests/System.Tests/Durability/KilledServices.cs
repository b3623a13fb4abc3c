using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Desk.Bench;
using Desk.Bench.Load;
using Desk.SystemTests.Harness;
using Xunit.Abstractions;

namespace Desk.SystemTests.Durability;

/// <summary>Acknowledged means stored, triaged and told, once, whatever process dies.</summary>
[Collection(WholeDeskCollection.Name)]
public sealed class KilledServices(WholeDesk whole, ITestOutputHelper output)
{
    private const int Tickets = 2_000;
    private const int Mails = 500;
    private const int PerSecond = 50;

    private static readonly string[] Services =
        ["Desk.Intake", "Desk.Routing", "Desk.Knowledge", "Desk.Notification", "Desk.Analytics", "Desk.Gateway", "Desk.Web"];

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_while_every_service_is_killed_once()
    {
        var run = $"run{Guid.CreateVersion7():N}"[^8..];
        var acknowledged = new ConcurrentDictionary<string, string>();
        var kills = new ConcurrentBag<string>();
        var total = Tickets + Mails;
        var length = TimeSpan.FromSeconds(total / (double)PerSecond);
        using var over = new CancellationTokenSource(length + TimeSpan.FromMinutes(3));

        var killing = KillEachOnceAsync(length, kills, over.Token);
        var watch = Stopwatch.StartNew();
        var sending = new List<Task>(total);
        for (var i = 0; i < total; i++)
        {
            var due = TimeSpan.FromSeconds(i / (double)PerSecond) - watch.Elapsed;
            if (due > TimeSpan.Zero)
                await Task.Delay(due, over.Token);
            var key = $"{run}-{i}";
            sending.Add(i % (total / Mails) == 0
                ? SendUntilAcknowledgedAsync(key, () => MailAsync(key), acknowledged, over.Token)
                : SendUntilAcknowledgedAsync(key, () => TicketAsync(key), acknowledged, over.Token));
        }
        await Task.WhenAll(sending);
        await killing;

        var stored = await WholeDesk.EventuallyAsync("every acknowledged ticket triaged", async () =>
        {
            var found = await AllAsync(run);
            return found.Count >= acknowledged.Count && found.All(ticket => ticket.Triaged) ? found : null;
        }, seconds: 120);
        var told = await WholeDesk.EventuallyAsync("a confirmation for each", () =>
        {
            var counts = stored.ToDictionary(ticket => ticket.Number, ticket => whole.MailsAbout(ticket.Number, "confirmation").Count);
            return Task.FromResult(counts.Values.All(count => count > 0) ? counts : null);
        }, seconds: 120);

        var doubled = stored.GroupBy(ticket => ticket.Key).Where(group => group.Count() > 1).ToList();
        output.WriteLine($"killed -9: {string.Join(", ", kills)}");
        output.WriteLine("| acknowledged | stored | lost | doubled | triaged | told once | told more than once |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        output.WriteLine(FormattableString.Invariant(
            $"| {acknowledged.Count} | {stored.Count} | {acknowledged.Keys.Except(stored.Select(ticket => ticket.Key)).Count()} | {doubled.Count} | {stored.Count(ticket => ticket.Triaged)} | {told.Values.Count(count => count == 1)} | {told.Values.Count(count => count > 1)} |"));

        Assert.Equal(Services.Order(), kills.Order());
        Assert.Equal(total, acknowledged.Count);
        Assert.Equal(total, stored.Count);
        Assert.Empty(doubled);
        Assert.Empty(acknowledged.Keys.Except(stored.Select(ticket => ticket.Key)));
        Assert.All(told, pair => Assert.Equal(1, pair.Value));
    }

    private async Task KillEachOnceAsync(TimeSpan length, ConcurrentBag<string> kills, CancellationToken cancellation)
    {
        var order = Services.ToArray();
        Random.Shared.Shuffle(order);
        foreach (var service in order)
        {
            await Task.Delay(length / (order.Length + 1), cancellation);
            var process = ProcessTree.Of(whole.Desk.HostPid).First(candidate => candidate.Name == service);
            Process.GetProcessById(process.Pid).Kill();
            kills.Add(service);
        }
    }

    /// <summary>As a well-made client: repeats with the same key until it is told that the desk has it.</summary>
    private static async Task SendUntilAcknowledgedAsync(
        string key, Func<Task<bool>> send, ConcurrentDictionary<string, string> acknowledged, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await send())
                {
                    acknowledged[key] = key;
                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                // The process that was to answer may just have been killed.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 200 * attempt)), cancellation);
        }
    }

    private async Task<bool> TicketAsync(string key)
    {
        var story = Stories.Number(key.GetHashCode());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tickets")
        {
            Headers = { { "Idempotency-Key", key } },
            Content = JsonContent.Create(new { subject = $"{story.Subject} {key}", body = story.Body, requester = new { email = $"{key}@nordvik.example", name = story.Name } }),
        };
        using var answer = await whole.Agent.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.Created;
    }

    private async Task<bool> MailAsync(string key)
    {
        var story = Stories.Number(key.GetHashCode()) with { Email = $"{key}@lindqvist.example" };
        await using var sender = await SmtpSender.ConnectAsync("localhost", whole.Desk.SmtpPort);
        var reply = await sender.SendAsync(story.Email, "support@desk.example", BenchCommand.Mail(story with { Subject = $"{story.Subject} {key}" }, $"{key}@sender.example"));
        return reply.Code == 250;
    }

    private sealed record Found(string Key, string Number, bool Triaged);

    private async Task<List<Found>> AllAsync(string run)
    {
        var found = new List<Found>();
        string? after = null;
        do
        {
            var page = await whole.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets?limit=200{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var subject = item.GetProperty("subject").GetString()!;
                if (subject.IndexOf(run, StringComparison.Ordinal) is >= 0 and var at)
                    found.Add(new(subject[at..], item.GetProperty("number").GetString()!, item.TryGetProperty("priority", out _)));
            }
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return found;
    }
}
