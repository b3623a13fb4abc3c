namespace Desk.Routing.Triage;

/// <summary>What a ticket is about, and the team that knows it. A dot makes a branch: <c>network.wifi</c>. Retired ones are offered no more.</summary>
internal sealed record Category(string Key, string Sv, string En, string Team, bool Retired = false);
