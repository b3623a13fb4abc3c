using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.SystemTests.Harness;

namespace Desk.SystemTests.Journeys;

/// <summary>What the dashboard shows of a ticket: one trace through all that had a hand in it, and log lines that carry its number.</summary>
[Collection(FreshDeskCollection.Name)]
public sealed class OneTrace(ObservedDesk whole)
{
    [Fact]
    public async Task A_ticket_is_one_trace_from_the_gateway_to_the_mail_and_its_log_lines_carry_its_number()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tickets")
        {
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01" } },
            Content = JsonContent.Create(new { subject = "Skrivaren skriver inte ut", body = "Inget kommer ut.", requester = new { email = "erik.sund@lindqvist.example" } }),
        };
        using var answer = await whole.Agent.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var number = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString();

        var spans = await WholeDesk.EventuallyAsync("all of the trace, to that the mail was sent", () => Task.FromResult(Seen()), seconds: 60);

        Assert.Superset(
            new HashSet<string> { "gateway", "intake", "routing", "knowledge", "notification", "analytics" }, spans.Select(span => span.Service).ToHashSet());
        var mail = spans.Single(span => span.Name == "mail confirmation");
        // The way back from the mail, without what each service did by itself.
        var way = BackFrom(mail).Select(span => $"{span.Service}: {span.Name}").ToList();
        Assert.Equal(
            [
                "notification: mail confirmation", "notification: OnSolutionsProposed", "knowledge: outbox SolutionsProposed", "knowledge: OnTicketTriaged",
                "routing: outbox TicketTriaged", "routing: OnTicketRegistered", "intake: outbox TicketRegistered", "intake: POST /api/v1/tickets",
                "gateway: POST", "gateway: proxy.forwarder", "gateway: POST /api/v1/tickets",
            ], way);
        Assert.All(spans.Where(span => span.Name.StartsWith("On", StringComparison.Ordinal)), span => Assert.Equal(number, span.Ticket));

        await WholeDesk.EventuallyAsync("the log line of the registration, with number and trace", () => Task.FromResult(whole.Collector.Lines.FirstOrDefault(
            line => line.Service == "intake" && line.Trace == trace && line.Ticket == number && line.Text.StartsWith("Registered", StringComparison.Ordinal))));

        IReadOnlyList<Collector.Span>? Seen()
        {
            var seen = whole.Collector.Spans.Where(span => span.Trace == trace).ToList();
            return seen.Any(span => span is { Service: "analytics", Name: "OnDelivery" }) && seen.Any(span => span is { Service: "gateway", Name: "POST /api/v1/tickets" })
                && seen.Any(span => span is { Service: "knowledge", Name: "outbox SolutionsProposed" }) && seen.Any(span => span.Name == "mail confirmation") ? seen : null;
        }

        IEnumerable<Collector.Span> BackFrom(Collector.Span? span)
        {
            for (; span is not null; span = spans.FirstOrDefault(other => other.Id == span.Parent))
                yield return span;
        }
    }
}
