using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.SetUp;
using Desk.Routing.Triage;
using Desk.Routing.Work;

namespace Desk.Routing.Automation;

/// <summary>
/// What the desk does by itself. When On comes, and every condition of All and one of Any holds (where there are any), each deed of Do is done, in order.
/// Key stays, so that a firing is known again under another name. PerMinute: more firings than that, on all tickets, stop it until a person switches it on.
/// </summary>
internal sealed record Trigger(
    string Key, string Name, Occasion On, IReadOnlyList<Deed> Do, IReadOnlyList<Condition>? All = null, IReadOnlyList<Condition>? Any = null, bool Off = false,
    int PerMinute = Trigger.UsualPerMinute)
{
    public const int UsualPerMinute = 60;

    public bool Holds(WorkItem item, Lazy<string> words, DeskSetUp desk, DateTimeOffset at)
        => (All ?? []).All(condition => condition.Holds(item, words, desk, at)) && (Any is not { Count: > 0 } any || any.Any(condition => condition.Holds(item, words, desk, at)));
}

/// <summary>
/// When a trigger is asked. The first are events; the last four are times, and come once for each time that they come about: so long in a status, so long
/// without a word from the requester or from the desk, so long before a promise is due.
/// </summary>
[JsonConverter(typeof(Word<Moment>))]
internal enum Moment
{
    Registered, Reclassified, Assigned, Escalated, AgentReplied, RequesterReplied, NoteAdded, MailFailed, StatusChanged, Resolved, Reopened, Closed, TargetAtRisk, TargetMissed,
    InStatus, RequesterSilent, AgentSilent, BeforeDue,
}

/// <summary>
/// After: so long, in working time when Working, else by the clock on the wall; or Days, in whole working days. Status is of <see cref="Moment.InStatus"/>, Target of those that
/// are about a promise; left out, it is any.
/// </summary>
internal sealed record Occasion(
    Moment Event, [property: JsonConverter(typeof(WorkingDuration))] TimeSpan? After = null, int? Days = null, bool Working = false, TicketStatus? Status = null,
    TargetKind? Target = null)
{
    [JsonIgnore]
    public bool IsTime => Event >= Moment.InStatus;
}

/// <summary>What a condition looks at. Age is in hours, Reopened a count; Words are of the subject and the text.</summary>
[JsonConverter(typeof(Word<TicketField>))]
internal enum TicketField
{
    Type, Category, Impact, Urgency, Priority, Vip, Ownership, Team, Assignee, Line, Status, WaitingFor, Channel, Organisation, Requester, Language, Words, Age, Reopened,
}

[JsonConverter(typeof(Word<Comparison>))]
internal enum Comparison { Is, IsNot, Contains, More, Less }

/// <summary>
/// Value is one or several, with commas between: any of them will do. A category is also those under it; <c>none</c> is nothing at all; a requester may be
/// a domain, such as <c>@school.example</c>. More and Less are for Age and Reopened.
/// </summary>
internal sealed record Condition(TicketField Field, Comparison Is, string Value)
{
    public const string None = "none";

    [JsonIgnore]
    public IReadOnlyList<string> Values => Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [JsonIgnore]
    public bool IsNumber => Field is TicketField.Age or TicketField.Reopened;

    public bool Holds(WorkItem item, Lazy<string> words, DeskSetUp desk, DateTimeOffset at)
    {
        if (Field == TicketField.Words)
            return Values.Any(phrase => words.Value.Contains(CompiledRule.Phrase(phrase), StringComparison.Ordinal)) != (Is == Comparison.IsNot);
        if (IsNumber)
        {
            var (number, limit) = (Field == TicketField.Age ? (at - item.RegisteredAt).TotalHours : item.Reopenings, Number!.Value);
            return Is switch { Comparison.More => number > limit, Comparison.Less => number < limit, Comparison.IsNot => number != limit, _ => number == limit };
        }
        var now = Of(item, desk);
        return Is switch
        {
            Comparison.Is => Values.Any(value => Same(now, value)),
            Comparison.IsNot => !Values.Any(value => Same(now, value)),
            Comparison.Contains => now is not null && Values.Any(value => now.Contains(value, StringComparison.OrdinalIgnoreCase)),
            _ => false,
        };
    }

    [JsonIgnore]
    public double? Number => double.TryParse(Value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    private bool Same(string? now, string value) => value == None ? now is null
        : now is not null && (now.Equals(value, StringComparison.OrdinalIgnoreCase)
            || (Field == TicketField.Category && now.StartsWith(value + ".", StringComparison.OrdinalIgnoreCase))
            || (Field == TicketField.Requester && value.StartsWith('@') && now.EndsWith(value, StringComparison.OrdinalIgnoreCase)));

    private string? Of(WorkItem item, DeskSetUp desk) => Field switch
    {
        TicketField.Type => item.Type.ToWord(),
        TicketField.Category => item.Category,
        TicketField.Impact => item.Impact.ToWord(),
        TicketField.Urgency => item.Urgency.ToWord(),
        TicketField.Priority => item.Priority.ToString(),
        TicketField.Vip => item.Vip ? "true" : "false",
        TicketField.Ownership => item.Ownership.ToWord(),
        TicketField.Team => item.Team,
        TicketField.Assignee => desk.Agent(item.AssigneeId)?.Email,
        TicketField.Line => desk.Team(item.Team)?.Line?.ToWord(),
        TicketField.Status => item.Status.ToWord(),
        TicketField.WaitingFor => item.WaitingFor?.ToWord(),
        TicketField.Channel => item.Channel.ToWord(),
        TicketField.Organisation => item.Organisation,
        TicketField.Requester => item.RequesterEmail,
        TicketField.Language => item.Language,
        _ => throw new ArgumentOutOfRangeException(nameof(item), Field, null),
    };
}

[JsonConverter(typeof(Word<Act>))]
internal enum Act
{
    SetType, SetCategory, SetImpact, SetUrgency, SetOwnership, AssignTeam, AssignAgent, Escalate, Note, Checklist, TellRequester, TellAgent, Pause, Resume, Resolve, Close,
}

/// <summary>
/// Value is what it sets: a word, a team's or checklist's key, an agent's e-mail (also <c>holder</c> or <c>lead</c> of <see cref="Act.TellAgent"/>), for whom a pause waits,
/// where it escalates to (a team, <c>lead</c> or <c>manager</c>; left out, the next). Sv and En are what it says, with <c>{number}</c>, <c>{team}</c> and <c>{agent}</c> in it.
/// </summary>
internal sealed record Deed(Act Act, string? Value = null, string? Sv = null, string? En = null);
