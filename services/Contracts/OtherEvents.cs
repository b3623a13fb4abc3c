namespace Desk.Contracts;

/// <summary>Knowledge looked for articles that may solve the ticket. The list may be empty: then none was found.</summary>
public sealed record SolutionsProposed(Guid TicketId, string Number, DateTimeOffset At, IReadOnlyList<Proposal> Proposals);

/// <summary>
/// An article can be read in this version by its audience: <c>everyone</c>, <c>agents</c>, <c>team:KEY</c> or <c>organisation:ID</c>.
/// </summary>
public sealed record ArticlePublished(Guid ArticleId, string Slug, string Title, string Language, int Version, string Audience, DateTimeOffset At);

/// <summary>A mail was handed to the relay or the sink. Kind is the template's name, such as <c>confirmation</c> or <c>reply</c>.</summary>
public sealed record MessageDelivered(
    Guid DeliveryId, Guid? TicketId, string? Number, Guid? MessageId, string Kind, string To, string MailMessageId, DateTimeOffset At);

/// <summary>A mail could not be handed over. Permanent: it will not be tried again.</summary>
public sealed record DeliveryFailed(
    Guid DeliveryId, Guid? TicketId, string? Number, Guid? MessageId, string Kind, string To, bool Permanent, string Reason, DateTimeOffset At);

/// <summary>An account was made or changed. Agents, leads and admins are also people who can hold tickets.</summary>
public sealed record AccountChanged(Guid AccountId, string Email, string Name, Role Role, string Language, bool Active, DateTimeOffset At);

/// <summary>Somebody asked for a sign-in link. Token works once and until ExpiresAt.</summary>
public sealed record SignInLinkRequested(Guid AccountId, string Email, string? Name, string Language, string Token, DateTimeOffset ExpiresAt, DateTimeOffset At);

/// <summary>An agent's teams (keys) as they are now. Not active: no agent any more.</summary>
public sealed record AgentChanged(Guid AgentId, bool Active, IReadOnlyList<string> Teams, DateTimeOffset At);

/// <summary>An organisation as it is now. A person is of the organisation that has their mail domain, or the nearest domain above it.</summary>
public sealed record OrganisationChanged(Guid OrganisationId, string Name, IReadOnlyList<string> Domains, DateTimeOffset At);

/// <summary>Links of a published article have broken, and who answers for it has not been told of them yet. To is their e-mail.</summary>
public sealed record BrokenLinksFound(Guid ReportId, Guid ArticleId, string Slug, string Title, string To, IReadOnlyList<BrokenLink> Links, DateTimeOffset At);

/// <summary>
/// Tickets that a published article was used on came back, so many that it misleads, and who answers for it has not been told since it was last changed. To is
/// their e-mail; Tickets the numbers of those that came back, the latest first, and Misled how many there are in all.
/// </summary>
public sealed record ArticleMisleads(Guid ReportId, Guid ArticleId, string Title, string To, int Solved, int Misled, IReadOnlyList<string> Tickets, DateTimeOffset At);
