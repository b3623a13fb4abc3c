using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Routing.Agreements;
using Desk.Routing.Automation;
using Desk.Routing.Calendars;
using Desk.Routing.Causes;
using Desk.Routing.Checklists;
using Desk.Routing.Clocks;
using Desk.Routing.Holders;
using Desk.Routing.Relations;
using Desk.Routing.Reminders;
using Desk.Routing.Shifts;
using Desk.Routing.Timeline;
using Desk.Routing.Triage;
using Desk.Routing.Watch;
using Desk.Routing.Work;

namespace Desk.Routing.SetUp;

/// <summary>A list of the set-up, as it is stored, read and written.</summary>
internal sealed record Listed<T>(IReadOnlyList<T> Items);

/// <summary>Cells maps an impact to urgencies to priorities. Vip is the least that a VIP's ticket has, P2 unless told; with P5 they have no right.</summary>
internal sealed record MatrixDocument(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Priority>> Cells, Priority Vip = Priority.P2);

/// <summary>How this room reads and writes JSON: its stored facts and documents, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(Listed<Team>))]
[JsonSerializable(typeof(Listed<Category>))]
[JsonSerializable(typeof(Listed<AgreementSpec>))]
[JsonSerializable(typeof(Listed<CalendarSpec>))]
[JsonSerializable(typeof(Listed<Rule>))]
[JsonSerializable(typeof(Listed<Skill>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, int>))]
[JsonSerializable(typeof(Listed<Agent>))]
[JsonSerializable(typeof(MatrixDocument))]
[JsonSerializable(typeof(ClocksPreview))]
[JsonSerializable(typeof(ClocksPreviewed))]
[JsonSerializable(typeof(ClocksAnswer))]
[JsonSerializable(typeof(TicketWork))]
[JsonSerializable(typeof(AssignRequest))]
[JsonSerializable(typeof(EscalateRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(ReopenRequest))]
[JsonSerializable(typeof(CloseRequest))]
[JsonSerializable(typeof(ReclassifyRequest))]
[JsonSerializable(typeof(AgentRequest))]
[JsonSerializable(typeof(Listed<Shift>))]
[JsonSerializable(typeof(Listed<Rotation>))]
[JsonSerializable(typeof(Roster))]
[JsonSerializable(typeof(AbsenceRequest))]
[JsonSerializable(typeof(SwapRequest))]
[JsonSerializable(typeof(HandOverRequest))]
[JsonSerializable(typeof(Feed))]
[JsonSerializable(typeof(Listed<DocumentVersion>))]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RulePreview))]
[JsonSerializable(typeof(PaceAnswer))]
[JsonSerializable(typeof(AskRequest))]
[JsonSerializable(typeof(AskList))]
[JsonSerializable(typeof(Place))]
[JsonSerializable(typeof(TimelineAnswer))]
[JsonSerializable(typeof(BlackHoleList))]
[JsonSerializable(typeof(MergeRequest))]
[JsonSerializable(typeof(UnmergeRequest))]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(UnlinkRequest))]
[JsonSerializable(typeof(LinksAnswer))]
[JsonSerializable(typeof(TellRequest))]
[JsonSerializable(typeof(ProblemFact))]
[JsonSerializable(typeof(ProblemRequest))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(ProblemList))]
[JsonSerializable(typeof(MajorList))]
[JsonSerializable(typeof(TellAnswer))]
[JsonSerializable(typeof(Listed<DayRead>))]
[JsonSerializable(typeof(Listed<Trigger>))]
[JsonSerializable(typeof(Trigger))]
[JsonSerializable(typeof(TriggerPreview))]
[JsonSerializable(typeof(TriggerStates))]
[JsonSerializable(typeof(Listed<ChecklistSpec>))]
[JsonSerializable(typeof(ChecklistAnswer))]
[JsonSerializable(typeof(StepsRequest))]
[JsonSerializable(typeof(StepRequest))]
[JsonSerializable(typeof(Reminder))]
[JsonSerializable(typeof(ReminderList))]
[JsonSerializable(typeof(ReminderRequest))]
internal sealed partial class RoutingJson : JsonSerializerContext
{
    /// <summary>As above, but with letters as letters: å is å in the database too.</summary>
    public static RoutingJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
