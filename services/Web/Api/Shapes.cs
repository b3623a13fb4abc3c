using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Web.Api;

/// <summary>A page of a list; Next is what to ask after, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A ticket as the public API shows it. Priority is null until the ticket is triaged.</summary>
public sealed record Ticket(
    Guid Id, string Number, string Subject, Channel Channel, TicketStatus Status, WaitingFor? WaitingFor, TicketType? Type, string? Category,
    Impact? Impact, Urgency? Urgency, Priority? Priority, string? Team, string? TeamName, Line? Line, string? Assignee, string? AssigneeName,
    Requester? Requester, string? NextStep, DateTimeOffset? NextStepAt, IReadOnlyList<TicketClock>? Clocks, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, long Version)
{
    [JsonIgnore]
    public bool IsOver => Status is TicketStatus.Resolved or TicketStatus.Closed;

    /// <summary>The clock that is due first, of those that run.</summary>
    [JsonIgnore]
    public TicketClock? FirstDue => Clocks?.Where(c => c is { MetAt: null, Paused: false, DueAt: not null }).MinBy(c => c.DueAt);
}

public sealed record TicketClock(TargetKind Target, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, bool Paused);

public sealed record Requester(Guid? Id, string Email, string? Name, string? Phone, string? Language, string? Organisation)
{
    [JsonIgnore]
    public string Display => string.IsNullOrWhiteSpace(Name) ? Email : Name;
}

public sealed record Address(string? Email, string? Name)
{
    [JsonIgnore]
    public string Display => string.IsNullOrWhiteSpace(Name) ? Email ?? "" : Name;
}

public sealed record Message(
    Guid Id, DateTimeOffset At, string Direction, Channel Channel, Address? From, IReadOnlyList<string>? To, IReadOnlyList<string>? Cc,
    string? Subject, string? Text, string? Html, IReadOnlyList<Attachment>? Attachments, string? Delivery);

public sealed record Note(Guid Id, DateTimeOffset At, Address? Author, string Text);

public sealed record Attachment(Guid Id, string Name, string? ContentType, long Size);

public sealed record Found(Guid Id, string Slug, string Title, string? Snippet, double Score, string? Language);

public sealed record Article(
    Guid Id, string Slug, string Title, string? Summary, string? Body, string? Html, string? Language, string? Audience, int Version,
    DateTimeOffset? UpdatedAt);

public sealed record TicketProposal(Guid ArticleId, string Slug, string Title, string? Snippet, string? Language, double Score, string? Outcome, string? Body);

public sealed record NewTicket(
    string Subject, string Body, NewRequester? Requester, Channel? Channel, TicketType? Type, string? Category, Impact? Impact, Urgency? Urgency);

public sealed record NewRequester(string Email, string? Name, string? Phone);

/// <summary>What stands in an RFC 9457 answer.</summary>
public sealed record Problem(string? Title, string? Detail, string? Code, int? Status, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>The API refused. Code is stable; Message is the API's own explanation, in English.</summary>
public sealed class ApiException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(Page<Ticket>))]
[JsonSerializable(typeof(Page<Message>))]
[JsonSerializable(typeof(Page<Note>))]
[JsonSerializable(typeof(Page<Found>))]
[JsonSerializable(typeof(Page<TicketProposal>))]
[JsonSerializable(typeof(Article))]
[JsonSerializable(typeof(NewTicket))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
internal sealed partial class ApiJson : JsonSerializerContext;
