using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Knowledge.Articles;
using Desk.Testing;

namespace Desk.Knowledge.Tests;

/// <summary>The knowledge service with its seeded articles, one for all tests of a class, and what other services would say to it.</summary>
public sealed class KnowledgeDesk : IAsyncLifetime
{
    private int _tickets;

    internal ServiceHost<ArticleStore> Host { get; private set; } = null!;

    public HttpClient Agent { get; private set; } = null!;

    public HttpClient Requester { get; private set; } = null!;

    public HttpClient Anonymous { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await ServiceHost.StartAsync<ArticleStore>("knowledge", new HostOptions { Settings = new Dictionary<string, string?> { ["Desk:SeedArticles"] = "true" } });
        await Host.Broker.Hear<SolutionsProposed>();
        await Host.Broker.Hear<ArticlePublished>();
        Agent = Host.As(Callers.Agent);
        Requester = Host.As(Callers.Requester);
        Anonymous = Host.Anonymous();
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public TicketRegistered Ticket(string subject, string text, string language = "sv")
    {
        var number = $"D-{Interlocked.Increment(ref _tickets)}";
        return new TicketRegistered(
            Guid.CreateVersion7(), number, DateTimeOffset.UnixEpoch, Channel.Mail,
            new Person(Guid.CreateVersion7(), "rut.hansson@nordvik.example", "Rut Hansson", null, language, null, null), subject, text, Guid.CreateVersion7(),
            null, null, null, null, false, true, null, null, []);
    }

    public static TicketTriaged Triaged(TicketRegistered ticket, string? category) => new(
        ticket.TicketId, ticket.Number, ticket.At,
        new Work(1, TicketStatus.New, null, TicketType.Incident, category, Impact.One, Urgency.Medium, Priority.P4, "service-desk", "Servicedesk", null,
            null, null, null, "Svara", ticket.At, []),
        new Actor(ActorKind.System, null, null), 0.9);

    /// <summary>Registers and triages a ticket, and returns what is then proposed.</summary>
    public async Task<SolutionsProposed> Propose(TicketRegistered ticket, string? category = null)
    {
        await Host.Broker.Say(ticket.TicketId, ticket);
        await Host.Broker.Say(ticket.TicketId, Triaged(ticket, category));
        return await Host.Broker.Next<SolutionsProposed>(said => said.TicketId == ticket.TicketId);
    }

    public async Task<JsonElement> Search(HttpClient caller, string question, string also = "")
        => (await caller.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/search?q={Uri.EscapeDataString(question)}{also}")).GetProperty("items");

    public async Task<HttpResponseMessage> Write(object article) => await Agent.PostAsJsonAsync("/api/v1/knowledge/articles", article);

    public static object Draft(string title, string body, string audience = "everyone", string state = "published", string language = "sv")
        => new { title, body, language, audience, state };
}
