namespace Desk.Routing.Holders;

/// <summary>Which teams the demo people are in, so that a desk started for a look has somebody everywhere.</summary>
internal static class DemoTeams
{
    private static readonly Dictionary<string, string[]> Teams = new(StringComparer.OrdinalIgnoreCase)
    {
        ["leif.strom@desk.example"] = ["service-desk", "network", "workplace", "applications", "experts", "school", "library"],
        ["anna.lind@desk.example"] = ["service-desk", "library"],
        ["bo.ek@desk.example"] = ["service-desk", "school"],
        ["cecilia.dahl@desk.example"] = ["network", "experts"],
        ["daniel.nyman@desk.example"] = ["workplace", "experts", "school"],
    };

    public static IReadOnlyList<string> Of(string email) => Teams.GetValueOrDefault(email) ?? [];
}
