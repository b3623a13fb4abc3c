using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Desk.Contracts;
using Desk.Routing.Calendars;
using Desk.Routing.Clocks;
using Desk.Routing.Priorities;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Calendar = Desk.Routing.Calendars.Calendar;

namespace Desk.Bench.Routing;

/// <summary>
/// Takes a real incident log in, as <c>POST /import/tickets</c> does with what Intake hands on: status, holder and reopenings must come out as the log says.
/// </summary>
internal static class ImportEvaluation
{
    /// <summary>The folder holds <c>incidents/incident_log.csv.gz</c>. 0 when the aims are reached.</summary>
    public static int Run(string folder, TextWriter output)
    {
        output.WriteLine("history in");
        var incidents = Read(Path.Combine(folder, "incidents", "incident_log.csv.gz"));
        var (desk, now) = (Desk(), new DateTimeOffset(2017, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var (events, status, group, reopened, facts, missed, resolved) = (0, 0, 0, 0, 0, 0, 0);
        var started = Stopwatch.GetTimestamp();
        foreach (var rows in incidents)
        {
            var imported = History(rows);
            events += rows.Count;
            var outcome = Importing.Decide(Dossier.Empty, imported, desk, now);
            facts += Importing.Past(Dossier.Empty, outcome, desk, now).Count;
            var (item, last) = (outcome.After.Item, rows[^1]);
            status += item.Status == StatusOf(last["ident_state"]) ? 1 : 0;
            group += item.Team == GroupOf(last["assignment_group"], item.Team) ? 1 : 0;
            reopened += item.Reopenings;
            if (outcome.Work.Targets.FirstOrDefault(target => target is { Kind: TargetKind.Resolution, MetAt: not null }) is { } solution)
            {
                resolved++;
                missed += solution.Missed ? 1 : 0;
            }
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {"incidents as if they were ours",-30} {incidents.Count} with {events} events, {facts} facts, in {seconds:0.0} s: {events / seconds:0} events/s on one core (aim 2000)"));
        output.WriteLine($"  {"status as the log ends",-30} {status}/{incidents.Count}");
        output.WriteLine($"  {"group as the log ends",-30} {group}/{incidents.Count}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"reopened",-30} {reopened} times; solved {resolved}, {missed} of them after a promise of 40 working hours"));
        return status == incidents.Count && group == incidents.Count && events / seconds >= 2000 ? 0 : 1;
    }

    private static TicketImported History(List<Dictionary<string, string>> rows)
    {
        var (first, before) = (rows[0], rows[0]);
        var (began, agent) = (Time(first["opened_at"])!.Value, new Actor(ActorKind.Agent, null, "Agent"));
        var events = new List<ImportedEvent>
        {
            new(ImportedKind.Registered, began, new Actor(ActorKind.Requester, null, first["caller_id"]), Team: GroupOf(first["assignment_group"], null) ?? "first",
                Category: first["category"], Priority: PriorityOf(first)),
        };
        var at = began;
        foreach (var row in rows)
        {
            // What the log wrote down earlier than what it wrote before happened no earlier.
            at = Later(Time(row["sys_updated_at"]) ?? at, at);
            if (row["assignment_group"] != "?" && (row == first || row["assignment_group"] != before["assignment_group"]))
                events.Add(new ImportedEvent(ImportedKind.Assigned, at, agent, Team: GroupOf(row["assignment_group"], null)));
            if (PriorityOf(row) != PriorityOf(before))
                events.Add(new ImportedEvent(ImportedKind.Reclassified, at, agent, Priority: PriorityOf(row)));
            if (row == first || row["ident_state"] != before["ident_state"])
                events.AddRange(Moves(row == first ? "New" : before["ident_state"], row["ident_state"], at, agent));
            before = row;
        }
        return new TicketImported(
            Guid.CreateVersion7(began), "D-" + first["number"], began, began, Channel.Phone,
            new Person(Guid.Empty, $"caller{first["caller_id"]}@example.org", null, null, "en", null, null), first["u_symptom"], "", events);
    }

    private static IEnumerable<ImportedEvent> Moves(string from, string to, DateTimeOffset at, Actor by)
    {
        var (was, becomes) = (StatusOf(from), StatusOf(to));
        if (was is TicketStatus.Resolved or TicketStatus.Closed && becomes is TicketStatus.New or TicketStatus.Open or TicketStatus.Waiting)
            yield return new ImportedEvent(ImportedKind.Reopened, at, by);
        else if (was == TicketStatus.Waiting && becomes is TicketStatus.Open)
            yield return new ImportedEvent(ImportedKind.Resumed, at, by);
        switch (becomes)
        {
            case TicketStatus.Open:
                yield return new ImportedEvent(ImportedKind.Opened, at, by);
                break;
            case TicketStatus.Waiting:
                yield return new ImportedEvent(ImportedKind.Paused, at, by, WaitingFor: to == "Awaiting Vendor" ? WaitingFor.Supplier : to == "Awaiting User Info" ? WaitingFor.Requester : WaitingFor.Time);
                break;
            case TicketStatus.Resolved:
                yield return new ImportedEvent(ImportedKind.Resolved, at, by);
                break;
            case TicketStatus.Closed:
                yield return new ImportedEvent(ImportedKind.Closed, at, by);
                break;
        }
    }

    /// <summary>A state that the log does not name (-100) is one in which somebody works on it.</summary>
    private static TicketStatus StatusOf(string state) => state switch
    {
        "New" => TicketStatus.New,
        "Resolved" => TicketStatus.Resolved,
        "Closed" => TicketStatus.Closed,
        _ when state.StartsWith("Awaiting", StringComparison.Ordinal) => TicketStatus.Waiting,
        _ => TicketStatus.Open,
    };

    private static string? GroupOf(string group, string? unknown) => group == "?" ? unknown : "group-" + group;

    private static Priority PriorityOf(Dictionary<string, string> row) => (Priority)int.Parse(row["priority"], CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset? Time(string text)
        => DateTimeOffset.TryParseExact(text, "d/M/yyyy HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static DeskSetUp Desk()
    {
        var hours = new[] { "monday", "tuesday", "wednesday", "thursday", "friday" }.ToDictionary(day => day, _ => (IReadOnlyList<IReadOnlyList<string>>)[["08:00", "17:00"]]);
        var calendar = new CalendarSpec("office", null, null, "UTC", hours, null).Build("office").Calendar!;
        return new DeskSetUp
        {
            Version = 1,
            CalendarsVersion = 1,
            Teams = [new("first", "Första", "First")],
            Categories = [],
            Agreements = [new("default", "Grundavtal", "Default", "office", Enum.GetNames<Priority>().ToDictionary(name => name, _ => new Promises(Resolution: TimeSpan.FromHours(40))))],
            Rules = [],
            Agents = [],
            Matrix = new Matrix(new Dictionary<string, IReadOnlyDictionary<string, Priority>>()),
            Calendars = new Dictionary<(string, long), Calendar> { [("office", 1)] = calendar },
        };
    }

    private static List<List<Dictionary<string, string>>> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var columns = reader.ReadLine()!.Split(',');
        var incidents = new Dictionary<string, List<Dictionary<string, string>>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(',') is not { } cells || cells.Length != columns.Length)
                continue;
            var row = columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second);
            if (!incidents.TryGetValue(row["number"], out var rows))
                incidents[row["number"]] = rows = [];
            rows.Add(row);
        }
        return [.. incidents.Values];
    }
}
