using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Routing.Clocks;

namespace Desk.Routing.Holders;

/// <summary>
/// How a team's tickets find their agent. ByHand: nobody is handed any; agents take them. RoundRobin: whoever was handed one longest ago.
/// LeastLoad: whoever holds the fewest.
/// </summary>
[JsonConverter(typeof(Word<Strategy>))]
internal enum Strategy { LeastLoad, RoundRobin, ByHand }

/// <summary>
/// How a team goes about what it cannot solve. Lines: it hands on to the next line, and each line has its time. NoLines: everyone takes everything
/// and keeps it; who knows more is asked in. Mixed: both ways are open.
/// </summary>
[JsonConverter(typeof(Word<DeskModel>))]
internal enum DeskModel { Mixed, Lines, NoLines }

/// <summary>Something a team must be told when it is given a ticket, as a question.</summary>
internal sealed record Need(string Key, string Sv, string En, bool Required = true);

/// <summary>
/// Agents who hold tickets together. EscalatesTo is the team that helps when this one cannot. SkillForMinutes: a ticket that needs a skill goes, so
/// long after it was registered, only to those who have it, and then to anybody; left out, skills are not looked at. SameAgent: whoever
/// helped this person last goes before others. TakeBackAfter: so much working time without a sign of the holder, and the ticket is taken back.
/// TimeBox: so much working time the team gives a ticket, from when somebody begins, before it is time to escalate; TimeBoxGrace: so much later
/// the desk does it itself, never when left out. Needs: what others tell it when they hand it a ticket. Lead and Manager, by e-mail, are whom it goes to when the
/// matter needs them. HandsOver: when a holder's shift is over, what they hold goes to who is on duty then; the most pressing (P1) always does.
/// </summary>
internal sealed record Team(
    string Key, string Sv, string En, Line? Line = null, string? EscalatesTo = null, Strategy Assign = Strategy.LeastLoad, int? SkillForMinutes = null,
    bool SameAgent = false, [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? TakeBackAfter = null, DeskModel Model = DeskModel.Mixed,
    [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? TimeBox = null, [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? TimeBoxGrace = null,
    IReadOnlyList<Need>? Needs = null, string? Lead = null, string? Manager = null, bool HandsOver = false);

/// <summary>Something an agent can be good at, from 1 to 3. The tickets of its categories need it, at Level at least.</summary>
internal sealed record Skill(string Key, string Sv, string En, IReadOnlyList<string>? Categories = null, int Level = 1);

/// <summary>HandBack: away, and what they hold goes to others.</summary>
[JsonConverter(typeof(Word<Presence>))]
internal enum Presence { Available, Busy, Away, HandBack }

/// <summary>
/// A person who may hold tickets. Inactive: the account is closed, or is no longer of an agent. Skills: a level, 1 to 3, for each. Capacity: how many
/// open tickets they are handed at most, for each channel by its word, and in all (<c>all</c>).
/// </summary>
internal sealed record Agent(
    Guid Id, string Email, string Name, Role Role, bool Active, Presence Presence, IReadOnlyList<string> Teams,
    IReadOnlyDictionary<string, int>? Skills = null, IReadOnlyDictionary<string, int>? Capacity = null)
{
    public const string AllChannels = "all";

    public bool IsOf(string? team) => team is not null && Teams.Contains(team);

    public bool Knows(string skill, int level) => Skills?.GetValueOrDefault(skill) >= level;
}
