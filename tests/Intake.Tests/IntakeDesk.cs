using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests;

/// <summary>The service on the real PostgreSQL and RabbitMQ, shared by all tests: each makes its own people and tickets.</summary>
public sealed class IntakeDesk : IAsyncLifetime
{
    private static int _people;

    private ServiceHost<Registration>? _host;

    internal ServiceHost<Registration> Host => _host ?? throw new InvalidOperationException("The desk has not been started.");

    public async Task InitializeAsync() => _host = await ServiceHost.StartAsync<Registration>("intake");

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A requester nobody else in the tests has.</summary>
    public static Caller NewRequester(string domain = "nordvik.example")
    {
        var number = Interlocked.Increment(ref _people);
        return new Caller(Guid.CreateVersion7(), $"Person {number}", $"person{number}@{domain}", "requester", false, "sv");
    }

    public async Task<Answer> Get(Caller caller, string path) => await Answer.Of(await Host.As(caller).GetAsync("/api/v1" + path));

    public async Task<Answer> Post(Caller caller, string path, object body, string? key = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Answer.Of(await Host.As(caller).SendAsync(request));
    }

    /// <summary>Registers a ticket of this person and gives the answer's body.</summary>
    public async Task<JsonObject> Ticket(Caller requester, string subject = "Skrivaren", string body = "Den skriver inte ut.")
    {
        var answer = await Post(Callers.Agent, "/tickets", new { subject, body, requester = new { email = requester.Email, name = requester.Name } });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Json!.AsObject();
    }

    /// <summary>Routing says this of the ticket; returns when the copy is here.</summary>
    public async Task Triage(JsonObject ticket, Work work)
    {
        await Host.Broker.Say(Id(ticket), new TicketTriaged(Id(ticket), Number(ticket), Works.Noon, work, Works.Desk, 0.9));
        await Wait.Until(async () => (await Get(Callers.Agent, $"/tickets/{Number(ticket)}")).Json!["version"]!.GetValue<long>() >= work.Version,
            "the copy of the work is here");
    }

    public static string Number(JsonNode ticket) => ticket["number"]!.GetValue<string>();

    public static Guid Id(JsonNode thing) => thing["id"]!.GetValue<Guid>();

    public async Task<IReadOnlyList<JsonNode>> All(Caller caller, string path)
    {
        var items = new List<JsonNode>();
        string? next = null;
        do
        {
            var page = await Get(caller, path + (next is null ? "" : $"{(path.Contains('?') ? '&' : '?')}after={next}"));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            items.AddRange(page.Json!["items"]!.AsArray().Select(item => item!));
            next = page.Json["next"]?.GetValue<string>();
        }
        while (next is not null);
        return items;
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Json, HttpResponseMessage Response)
{
    public string? Code => Json?["code"]?.GetValue<string>();

    public string? ETag => Response.Headers.ETag?.Tag;

    internal static async Task<Answer> Of(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : null, response);
    }
}

[CollectionDefinition(Name)]
public sealed class UsesTheDesk : ICollectionFixture<IntakeDesk>
{
    public const string Name = "The desk";
}
