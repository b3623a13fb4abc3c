using System.Text.Json;
using Desk.Analytics.Staffing;

namespace Desk.Bench.Analytics;

/// <summary>Measures the staffing formulas against values that were worked out elsewhere (<c>anchors.json</c>).</summary>
internal static class StaffingEvaluation
{
    private const double ExactC = 1e-6;
    private const double ExactA = 1e-3;

    /// <summary>The folder holds <c>anchors.json</c>; when it does not, that is said and skipped.</summary>
    public static int Run(string folder, TextWriter output)
    {
        output.WriteLine("staffing");
        var file = Path.Combine(folder, "anchors.json");
        if (!File.Exists(file))
        {
            output.WriteLine($"  skipped: there is no {file}");
            return 0;
        }

        using var anchors = JsonDocument.Parse(File.ReadAllText(file));
        var (right, all) = (0, 0);
        foreach (var row in anchors.RootElement.GetProperty("erlangC").EnumerateArray())
        {
            var forecast = Erlang.WithEndlessPatience(Int(row, "agents"), Load(row), Number(row, "handleSeconds"), Number(row, "answerWithinSeconds"))!;
            Compare(row, "Erlang C", forecast, ExactC);
        }
        foreach (var row in anchors.RootElement.GetProperty("erlangA").EnumerateArray())
        {
            var forecast = Erlang.WithPatience(
                Int(row, "agents"), Load(row), Number(row, "handleSeconds"), Number(row, "answerWithinSeconds"), Number(row, "patienceSeconds"));
            Compare(row, "Erlang A", forecast, ExactA);
        }
        foreach (var row in anchors.RootElement.GetProperty("staffing").EnumerateArray())
        {
            var plan = StaffingPlan.For(new StaffingRequest(
                Number(row, "calls"), Number(row, "intervalMinutes"), Number(row, "handleSeconds"), Number(row, "answerWithinSeconds"),
                Number(row, "serviceLevel"), Number(row, "maxOccupancy"), Number(row, "shrinkage"), null));
            Check($"staffing: agents {plan.Agents}", plan.Agents == Int(row, "agents"));
            Check($"staffing: positions {plan.Positions}", plan.Positions == Int(row, "positions"));
        }
        foreach (var row in anchors.RootElement.GetProperty("erlangB").EnumerateArray())
        {
            if (row.TryGetProperty("blocking", out var blocking))
            {
                Check("Erlang B: blocking", Math.Abs(Erlang.Blocking(Int(row, "servers"), Number(row, "erlangs")) - blocking.GetDouble()) < ExactC);
                continue;
            }
            var servers = Enumerable.Range(1, 1000).First(n => Erlang.Blocking(n, Number(row, "erlangs")) <= Number(row, "maxBlocking"));
            Check($"Erlang B: servers {servers}", servers == Int(row, "servers"));
        }
        output.WriteLine($"  {right} of {all} values right");
        return right == all ? 0 : 1;

        void Compare(JsonElement row, string formula, QueueForecast forecast, double exact)
        {
            foreach (var (name, value) in new[]
            {
                ("serviceLevel", forecast.ServiceLevel), ("averageAnswerSeconds", forecast.AverageAnswerSeconds), ("waitProbability", forecast.WaitProbability),
                ("occupancy", forecast.Occupancy), ("abandonment", forecast.Abandonment ?? 0),
            })
            {
                if (!row.TryGetProperty(name, out var expected))
                    continue;
                // A value written with four decimals can't be met closer than half of its last.
                var written = Math.Pow(10, -(expected.GetRawText().Split('.') is [_, var decimals] ? decimals.Length : 0)) / 2;
                Check($"{formula}: {name} {value:0.0000000}, expected {expected.GetRawText()}", Math.Abs(value - expected.GetDouble()) <= Math.Max(exact, written));
            }
        }

        void Check(string what, bool good)
        {
            all++;
            if (good) right++;
            else output.WriteLine($"  wrong: {what}");
        }
    }

    private static double Load(JsonElement row) => row.TryGetProperty("erlangs", out var erlangs)
        ? erlangs.GetDouble()
        : Number(row, "calls") * Number(row, "handleSeconds") / (Number(row, "intervalMinutes") * 60);

    private static double Number(JsonElement row, string name) => row.GetProperty(name).GetDouble();

    private static int Int(JsonElement row, string name) => row.GetProperty(name).GetInt32();
}
