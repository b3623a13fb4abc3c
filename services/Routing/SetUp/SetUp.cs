using Desk.Contracts;
using Desk.Routing.Agreements;
using Desk.Routing.Automation;
using Desk.Routing.Calendars;
using Desk.Routing.Checklists;
using Desk.Routing.Clocks;
using Desk.Routing.Holders;
using Desk.Routing.Priorities;
using Desk.Routing.Shifts;
using Desk.Routing.Triage;
using Desk.Routing.Work;
using Desk.ServiceDefaults.Identity;

namespace Desk.Routing.SetUp;

/// <summary>Which promises a ticket has: enough to find them again, whatever is changed later. Version is of the calendars.</summary>
internal sealed record Pledge(string Agreement, Priority Priority, Promises Promises, string Calendar, long Version, double AtRisk);

/// <summary>How the desk is set up, at one moment. Never changed: a change makes another.</summary>
internal sealed record DeskSetUp
{
    public required long Version { get; init; }
    public required long CalendarsVersion { get; init; }
    public required IReadOnlyList<Team> Teams { get; init; }
    public required IReadOnlyList<Category> Categories { get; init; }
    public required IReadOnlyList<AgreementSpec> Agreements { get; init; }
    public required IReadOnlyList<CompiledRule> Rules { get; init; }
    public required IReadOnlyList<Agent> Agents { get; init; }
    public IReadOnlyList<Skill> Skills { get; init; } = [];
    public DutyPlan Duties { get; init; } = DutyPlan.Nothing;
    /// <summary>Those that are switched on and were not stopped, in their order.</summary>
    public IReadOnlyList<Trigger> Triggers { get; init; } = [];

    public long TriggersVersion { get; init; }
    public IReadOnlyList<ChecklistSpec> Checklists { get; init; } = [];
    public required Matrix Matrix { get; init; }

    /// <summary>Every calendar in every version that a ticket may have been promised by.</summary>
    public required IReadOnlyDictionary<(string Key, long Version), Calendar> Calendars { get; init; }

    public Team? Team(string? key) => Teams.FirstOrDefault(team => team.Key == key);

    public Category? Category(string? key) => Categories.FirstOrDefault(category => category.Key == key);

    public Agent? Agent(Guid? id) => id is null ? null : Agents.FirstOrDefault(agent => agent.Id == id);

    /// <summary>The agent that a caller is; null for machines and for who is not, or no longer, an agent.</summary>
    public Agent? AgentOf(Caller caller) => caller.Machine
        ? null
        : Agents.FirstOrDefault(agent => agent.Active && (agent.Id == caller.Id || agent.Email.Equals(caller.Email, StringComparison.OrdinalIgnoreCase)));

    public Agent? AgentAt(string? email) => email is null ? null : Agents.FirstOrDefault(agent => agent.Active && agent.Email.Equals(email, StringComparison.OrdinalIgnoreCase));

    /// <summary>The team's own lead, else any lead of it, else the desk's first, by name.</summary>
    public Agent? LeadOf(string? team)
    {
        var leads = Agents.Where(agent => agent is { Active: true, Role: Role.Lead }).ToList();
        return AgentAt(Team(team)?.Lead) ?? leads.Find(lead => lead.IsOf(team)) ?? leads.FirstOrDefault();
    }

    /// <summary>The team's own manager, else the desk's first admin.</summary>
    public Agent? ManagerOf(string? team) => AgentAt(Team(team)?.Manager) ?? Agents.FirstOrDefault(agent => agent is { Active: true, Role: Role.Admin });

    /// <summary>
    /// Where what a team cannot solve goes: where the team says, else to those who know the category; from a line, else to a team of the next line.
    /// Null when nowhere.
    /// </summary>
    public Team? NextAfter(string? team, string? category)
    {
        var from = Team(team);
        var next = from?.EscalatesTo ?? (Category(category)?.Team is { } known && known != team ? known : null);
        return Team(next) ?? (from is { Model: DeskModel.Lines, Line: { } line } ? Teams.FirstOrDefault(other => other.Line == line + 1) : null);
    }

    public IEnumerable<Agent> Members(string? team) => Agents.Where(agent => agent.Active && agent.IsOf(team));

    /// <summary>
    /// The agreement that names the organisation, else the one of the door it came through, else the first for everyone; of each, one that names the
    /// category before one that does not.
    /// </summary>
    public Pledge PledgeTo(string? organisation, string? category, Priority priority, string? claimed = null)
    {
        var covering = Agreements.Where(agreement => agreement.Covers(organisation, category)).OrderByDescending(agreement => agreement.NamesCategories).ToList();
        var agreement = covering.Find(agreement => agreement.NamesOrganisations)
            ?? Agreements.FirstOrDefault(agreement => agreement.Key == claimed)
            ?? covering[0];
        return new Pledge(agreement.Key, priority, agreement.Of(priority), agreement.CalendarOf(priority), CalendarsVersion, agreement.AtRisk);
    }

    public Pledge PledgeOf(WorkItem item) => PledgeTo(item.Organisation, item.Category, item.Priority, item.Agreement);

    public Terms Terms(Pledge pledge) => new(pledge.Promises, Calendars[(pledge.Calendar, pledge.Version)]);
}
