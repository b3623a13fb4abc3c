using System.Globalization;
using System.Text.Json.Nodes;

namespace Desk.Web.Tests;

/// <summary>A week of shifts: two of each day, one of them changed, one with nobody.</summary>
internal static class CannedRoster
{
    public static JsonObject Of(string from)
    {
        var monday = DateOnly.ParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["from"] = from,
            ["to"] = Day(monday, 6),
            ["duties"] = new JsonArray([.. Enumerable.Range(0, 5).SelectMany(i => new JsonNode[]
            {
                Duty(monday, i, "day", "Dagpass", "Day shift", i == 3 ? null : i % 2 == 0 ? "Anna Lind" : "Bo Ek", false, i == 1 ? "Anna Lind" : null),
                Duty(monday, i, "on-call", "Beredskap", "On call", "Cecilia Dahl", true, null),
            })]),
            ["conflicts"] = new JsonArray(new JsonObject { ["date"] = Day(monday, 3), ["kind"] = "unstaffed", ["shift"] = "day", ["sv"] = "Dagpass: 0 av 1 på plats", ["en"] = "Day shift: 0 of 1 there" }),
            ["fairness"] = new JsonArray(new JsonObject
            {
                ["rotation"] = "turns",
                ["sv"] = "Turordning",
                ["en"] = "Turns",
                ["agents"] = new JsonArray(Share("Anna Lind", 14, 15), Share("Bo Ek", 15, 14)),
            }),
            ["absences"] = new JsonArray(new JsonObject { ["id"] = new Guid(5, 5, 7, 8, 0, 0, 0, 0, 0, 0, 5).ToString(), ["agent"] = "anna.lind@desk.example", ["name"] = "Anna Lind", ["from"] = Day(monday, 1), ["to"] = Day(monday, 1), ["reason"] = "Tandläkare" }),
            ["handOvers"] = new JsonArray(new JsonObject { ["id"] = new Guid(6, 5, 7, 8, 0, 0, 0, 0, 0, 0, 5).ToString(), ["shift"] = "on-call", ["words"] = "Lugn natt. Skrivservern startades om 03:10.", ["by"] = "Cecilia Dahl", ["at"] = TimeProvider.System.GetUtcNow().AddHours(-5).ToString("o", CultureInfo.InvariantCulture) }),
        };
    }

    private static JsonObject Duty(DateOnly monday, int day, string key, string sv, string en, string? name, bool onCall, string? insteadOf) => new()
    {
        ["date"] = Day(monday, day),
        ["shift"] = key,
        ["sv"] = sv,
        ["en"] = en,
        ["team"] = "service-desk",
        ["agent"] = name?.ToLowerInvariant().Replace(' ', '.') + "@desk.example",
        ["name"] = name,
        ["from"] = Day(monday, day) + "T06:30:00Z",
        ["to"] = Day(monday, day) + "T15:30:00Z",
        ["onCall"] = onCall,
        ["rotation"] = "turns",
        ["for"] = insteadOf,
        ["why"] = insteadOf is null ? null : "leave",
    };

    private static JsonObject Share(string name, int turns, int byOrder) => new() { ["agent"] = name, ["name"] = name, ["turns"] = turns, ["byOrder"] = byOrder };

    private static string Day(DateOnly monday, int days) => monday.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
