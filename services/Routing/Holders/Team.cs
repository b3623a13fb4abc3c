using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Holders;

/// <summary>Agents who hold tickets together. EscalatesTo is the team that helps when this one cannot.</summary>
internal sealed record Team(string Key, string Sv, string En, Line? Line = null, string? EscalatesTo = null);

[JsonConverter(typeof(Word<Presence>))]
internal enum Presence { Available, Busy, Away }

/// <summary>A person who may hold tickets. Inactive: the account is closed, or is no longer of an agent.</summary>
internal sealed record Agent(
    Guid Id, string Email, string Name, Role Role, bool Active, Presence Presence, IReadOnlyList<string> Teams)
{
    public bool IsOf(string? team) => team is not null && Teams.Contains(team);
}
