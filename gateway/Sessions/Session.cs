using Desk.Contracts;

namespace Desk.Gateway.Sessions;

/// <summary>Somebody is signed in, in one browser, until it ends or is revoked.</summary>
internal sealed record Session(Guid Id, Guid AccountId, string Email, string Name, Role Role, string Language, DateTimeOffset ExpiresAt);
