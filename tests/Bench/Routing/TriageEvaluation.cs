using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Desk.Contracts;
using Desk.Routing.Priorities;
using Desk.Routing.Triage;

namespace Desk.Bench.Routing;

/// <summary>Measures what triage learns, and the matrix, on tickets nobody here wrote.</summary>
internal static class TriageEvaluation
{
    private const int Folds = 5, FewestRows = 100;

    /// <summary>The folder holds <c>categories/tickets.csv.gz</c> and <c>incidents/incident_log.csv.gz</c>. 0 when the aims are reached.</summary>
    public static int Run(string folder, TextWriter output)
    {
        output.WriteLine("triage");
        var tickets = Read(Path.Combine(folder, "categories", "tickets.csv.gz"));
        var good = Learned(output, tickets, "category", 0.85);
        good &= Learned(output, tickets, "business_service", 0.72);
        good &= Learned(output, tickets, "ticket_type", 0.985);
        good &= Many(output, tickets);
        var log = Read(Path.Combine(folder, "incidents", "incident_log.csv.gz"));
        good &= Priorities(output, log);
        good &= Groups(output, log, "group of later incidents", ["sys_created_by", .. OnTheForm]);
        Groups(output, log, "… but for who registered it", OnTheForm);
        return good ? 0 : 1;
    }

    /// <summary>Five folds by row number: learned from four, asked of the fifth.</summary>
    private static bool Learned(TextWriter output, List<Dictionary<string, string>> tickets, string column, double aim)
    {
        var common = tickets.GroupBy(ticket => ticket[column]).Where(label => column != "business_service" || label.Count() >= FewestRows).Select(label => label.Key).ToHashSet();
        var lessons = tickets.Where(ticket => common.Contains(ticket[column])).Select(ticket => new Lesson(ticket["title"] + "\n" + ticket["body"], ticket[column])).ToList();
        var (right, asked, learning, asking) = (0, 0, TimeSpan.Zero, TimeSpan.Zero);
        for (var fold = 0; fold < Folds; fold++)
        {
            var started = Stopwatch.GetTimestamp();
            var classifier = Classifier.Learn([.. lessons.Where((_, i) => i % Folds != fold)]);
            learning += Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            foreach (var lesson in lessons.Where((_, i) => i % Folds == fold))
            {
                asked++;
                if (classifier.Guess(lesson.Text)?.Category == lesson.Label)
                    right++;
            }
            asking += Stopwatch.GetElapsedTime(started);
        }
        var share = (double)right / asked;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {column,-30} {share:0.000} of {asked} in {common.Count} classes (aim {aim:0.000}); learned in {learning.TotalSeconds / Folds:0.0} s, asked in {asking.TotalMicroseconds / asked:0} µs each"));
        return share >= aim;
    }

    private static bool Many(TextWriter output, List<Dictionary<string, string>> tickets)
    {
        var lessons = Enumerable.Range(0, 48_000).Select(i => tickets[i % tickets.Count]).Select(ticket => new Lesson(ticket["title"] + "\n" + ticket["body"], ticket["category"])).ToList();
        var started = Stopwatch.GetTimestamp();
        Classifier.Learn(lessons);
        var took = Stopwatch.GetElapsedTime(started);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"48,000 tickets learned in",-30} {took.TotalSeconds:0.0} s (aim 20)"));
        return took < TimeSpan.FromSeconds(20);
    }

    /// <summary>The log's own scale, set up as a desk would, must give the log's priority of every event. High impact and low urgency never meet in it.</summary>
    private static bool Priorities(TextWriter output, List<Dictionary<string, string>> log)
    {
        var matrix = new Matrix(new Dictionary<string, IReadOnlyDictionary<string, Priority>>
        {
            ["1"] = new Dictionary<string, Priority> { ["1"] = Priority.P1, ["2"] = Priority.P2, ["3"] = Priority.P3 },
            ["2"] = new Dictionary<string, Priority> { ["1"] = Priority.P2, ["2"] = Priority.P3, ["3"] = Priority.P4 },
            ["3"] = new Dictionary<string, Priority> { ["1"] = Priority.P3, ["2"] = Priority.P4, ["3"] = Priority.P4 },
        });
        var right = log.Count(it => matrix.Of(it["impact"], it["urgency"]) == (Priority)int.Parse(it["priority"], CultureInfo.InvariantCulture));
        output.WriteLine($"  {"matrix gives the priority",-30} {right}/{log.Count}");
        return right == log.Count;
    }

    // Neighbours are learned in pairs: the order, and saying category twice, is which pairs. Chosen on this file, as the number of rounds.
    private static readonly string[] OnTheForm = ["opened_by", "category", "u_symptom", "location", "category", "caller_id"];

    /// <summary>The last group of each incident, guessed for the last fifth by opening time from what was known when it was opened, learned from the earlier.</summary>
    private static bool Groups(TextWriter output, List<Dictionary<string, string>> log, string what, IReadOnlyList<string> columns)
    {
        var incidents = log.GroupBy(it => it["number"])
            .Select(events => (First: events.First(), Group: events.Last()["assignment_group"]))
            .Where(incident => incident.Group != "?")
            .OrderBy(incident => DateTime.ParseExact(incident.First["opened_at"], "d/M/yyyy HH:mm", CultureInfo.InvariantCulture)).ToList();
        var cut = incidents.Count * 4 / 5;
        var classifier = Classifier.Learn([.. incidents.Take(cut).Select(incident => new Lesson(TextOf(incident.First), incident.Group))], rounds: 2);
        var (first, three) = (0, 0);
        foreach (var incident in incidents.Skip(cut))
        {
            var ranked = classifier.Rank(TextOf(incident.First)).Take(3).Select(guess => guess.Category).ToList();
            first += ranked[0] == incident.Group ? 1 : 0;
            three += ranked.Contains(incident.Group) ? 1 : 0;
        }
        var asked = incidents.Count - cut;
        var (top1, top3) = ((double)first / asked, (double)three / asked);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-30} first {top1:0.000} (aim 0.620), in three {top3:0.000} (aim 0.780) of {asked}"));
        return top1 >= 0.62 && top3 >= 0.78;

        // As words of letters: digits are folded together when text is read.
        string TextOf(Dictionary<string, string> it) => string.Join(' ', columns
            .Select(column => $"{column[..2]}q{string.Concat(it[column].Select(letter => char.IsDigit(letter) ? (char)('a' + (letter - '0')) : 'z'))}"));
    }

    /// <summary>Comma-separated with a heading; the data has no quoted commas.</summary>
    private static List<Dictionary<string, string>> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var columns = reader.ReadLine()!.Split(',');
        var rows = new List<Dictionary<string, string>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(',') is var cells && cells.Length == columns.Length)
                rows.Add(columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second));
        }
        return rows;
    }
}
