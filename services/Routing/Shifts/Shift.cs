using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Routing.Shifts;

/// <summary>
/// When a team is staffed. Days are <c>monday</c>…<c>sunday</c>; From and To are times of the calendar's zone, and a To that is not after From is of the next
/// day. On the calendar's holidays and days off it falls away, unless Holidays. Need is how many there must be. Agents, by e-mail, are there every
/// time; a rotation adds who is there in turn. OnCall: to be reached, not at the desk.
/// </summary>
internal sealed record Shift(
    string Key, string Sv, string En, string Team, IReadOnlyList<string> Days, string From, string To, string Calendar, int Need = 1, bool OnCall = false,
    bool Holidays = false, IReadOnlyList<string>? Agents = null);

/// <summary>How long a turn lasts.</summary>
[JsonConverter(typeof(Word<Turn>))]
internal enum Turn { Day, Week }

/// <summary>Who takes a shift in turn, by e-mail, from a date on. Every day of the shift is a turn, or every week of them.</summary>
internal sealed record Rotation(string Key, string Sv, string En, string Shift, DateOnly Starts, IReadOnlyList<string> Agents, Turn Every = Turn.Day);

/// <summary>Somebody is not there, both days included. Substitute, by e-mail, takes what would have been theirs; without one, turns are swapped.</summary>
internal sealed record Absence(Guid Id, string Agent, DateOnly From, DateOnly To, string? Reason = null, string? Substitute = null)
{
    public bool Covers(string agent, DateOnly date) => date >= From && date <= To && agent.Equals(Agent, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A turn of a rotation that was given to somebody by hand.</summary>
internal sealed record Swap(string Rotation, DateOnly Date, string Agent);
