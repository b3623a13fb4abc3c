using System.Net;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class StatusLinkTests(IntakeDesk desk)
{
    private SignedTokens Tokens => desk.Host.Services.GetRequiredService<SignedTokens>();

    private static DateTimeOffset Later => TimeProvider.System.GetUtcNow().AddDays(1);

    [Fact]
    public async Task A_link_shows_how_it_stands_and_not_what_was_said()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester(), "VPN nere", "Mitt lösenord är hemligt");
        await desk.Triage(ticket, Works.Triaged);
        var seen = await Follow(Tokens.Write(StatusLinks.Purpose, ticket["id"]!.GetValue<string>(), Later));
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        Assert.Equal((IntakeDesk.Number(ticket), "new", "P4", "Nätverk"), (
            IntakeDesk.Number(seen.Json!), seen.Json!["status"]!.GetValue<string>(), seen.Json["priority"]!.GetValue<string>(), seen.Json["teamName"]!.GetValue<string>()));
        Assert.DoesNotContain("lösenord", seen.Json.ToJsonString());
        Assert.Null(seen.Json["requester"]);
        Assert.Equal("no-store", seen.Response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_forged_expired_or_borrowed_link_shows_nothing()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester());
        var id = ticket["id"]!.GetValue<string>();
        var right = Tokens.Write(StatusLinks.Purpose, id, Later);
        var forged = Tokens.Write(StatusLinks.Purpose, Guid.CreateVersion7().ToString(), Later);
        foreach (var token in new[]
        {
            right[..^1] + (right[^1] == '0' ? '1' : '0'),
            forged.Split('.')[0] + "." + right.Split('.')[1],
            Tokens.Write(StatusLinks.Purpose, id, TimeProvider.System.GetUtcNow().AddMinutes(-1)),
            Tokens.Write("mail", id, Later),
            Tokens.Write(StatusLinks.Purpose, "not an id", Later),
            forged,
            "x",
            id,
            new string('a', 5000),
        })
        {
            var answer = await Follow(token);
            Assert.Equal((HttpStatusCode.NotFound, "link.unknown"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        var response = await desk.Host.Anonymous().GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var document = (await Answer.Of(response)).Json!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!).ToList();
        Assert.All(operations, operation => Assert.False(string.IsNullOrEmpty(operation["summary"]?.GetValue<string>())));
        var post = document["paths"]!["/api/v1/tickets"]!["post"]!;
        Assert.NotNull(post["requestBody"]!["content"]!["application/json"]);
        var clocks = document["components"]!["schemas"]!["TicketView"]!["properties"]!["clocks"]!;
        Assert.Contains("array", (clocks["$ref"] is { } reference
            ? document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]! : clocks).ToJsonString());
    }

    private async Task<Answer> Follow(string token)
        => await Answer.Of(await desk.Host.Anonymous().GetAsync($"/api/v1/tickets/by-link/{token}"));
}
