using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Notification.Letters;

/// <summary>What a letter says, apart from how: kept with the delivery, put in words when it is sent. Which are set depends on the kind.</summary>
internal sealed record Facts
{
    /// <summary>The receiver's name.</summary>
    public string? Name { get; init; }

    /// <summary>The ticket's subject, in the requester's words.</summary>
    public string? Subject { get; init; }

    /// <summary>The desk knows the receiver: only then are their own words repeated to them.</summary>
    public bool Vouched { get; init; }

    /// <summary>A message from an agent.</summary>
    public string? Text { get; init; }

    /// <summary>The same message as HTML that Intake has made safe.</summary>
    public string? Html { get; init; }

    public string? Agent { get; init; }

    /// <summary>The files of the message. One that does not travel, or whose bytes are gone, becomes a link.</summary>
    public IReadOnlyList<AttachedFile>? Files { get; init; }

    /// <summary>The team that works on it.</summary>
    public string? Team { get; init; }

    /// <summary>A code of Routing's, such as <c>answer</c>.</summary>
    public string? NextStep { get; init; }

    public DateTimeOffset? NextStepAt { get; init; }

    public IReadOnlyList<Offer>? Proposals { get; init; }

    public string? Solution { get; init; }

    /// <summary>The number of another ticket that it is about.</summary>
    public string? Other { get; init; }

    /// <summary>Tickets that would be forgotten, and how many there are in all.</summary>
    public IReadOnlyList<ReportedHole>? Holes { get; init; }

    public int Total { get; init; }

    /// <summary>Links that have broken, and the article they stand in.</summary>
    public IReadOnlyList<BrokenLink>? Links { get; init; }

    public Guid? Article { get; init; }

    /// <summary>The numbers of tickets that came back although an article was used on them.</summary>
    public IReadOnlyList<string>? Back { get; init; }

    /// <summary>Why an agent is told.</summary>
    public ToldAbout? About { get; init; }

    /// <summary>The name of a trigger.</summary>
    public string? Trigger { get; init; }

    /// <summary>Of a sign-in link.</summary>
    public string? Token { get; init; }

    public DateTimeOffset? Until { get; init; }
}

/// <summary>An article offered to the requester. Open: everyone may read it.</summary>
internal sealed record Offer(Guid ArticleId, string Slug, string Title, string? Snippet, bool Open);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Facts))]
[JsonSerializable(typeof(List<Offer>))]
internal sealed partial class FactsJson : JsonSerializerContext;
