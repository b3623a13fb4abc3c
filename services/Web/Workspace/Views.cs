using Desk.Web.Shared;

namespace Desk.Web.Workspace;

/// <summary>A saved view: what an agent looks at. Key is in the address, Keys opens it.</summary>
internal sealed record View(string Key, string Keys, string Icon, string Sv, string En)
{
    public static readonly IReadOnlyList<View> All =
    [
        new("mine", "g m", "person", "Mina", "Mine"),
        new("team", "g t", "people", "Mina team", "My teams"),
        new("unassigned", "g u", "inbox", "Utan handläggare", "Unassigned"),
        new("due", "g d", "clock", "Snart dags", "Due soon"),
        new("all", "g a", "list", "Alla öppna", "All open"),
    ];

    public static View Of(string? key) => All.FirstOrDefault(v => v.Key == key) ?? All[0];

    public string Name(Words words) => words[Sv, En];
}

/// <summary>The filter of the list as it stands in the address, and as the API is asked.</summary>
internal sealed record Filter(string View, string? Search, string? Team, string? Priority, string? Status, string? Sort)
{
    public const int PageSize = 30;

    public bool IsNarrowed => Search is not null || Team is not null || Priority is not null || Status is not null;

    public string ToQuery(IReadOnlyList<string> myTeams, string? after)
    {
        var query = new List<string> { "limit=" + PageSize };
        // Searching looks everywhere: whoever types a number wants that ticket, whatever the view.
        var everywhere = Search is not null;
        Add("q", Search);
        if (!everywhere && View == "mine")
            Add("assignee", "me");
        if (!everywhere && View == "unassigned")
            Add("assignee", "none");
        Add("team", Team ?? (!everywhere && View == "team" && myTeams.Count > 0 ? string.Join(',', myTeams) : null));
        Add("priority", Priority);
        Add("status", Status ?? (everywhere ? null : "active"));
        Add("sort", Sort ?? (everywhere || View == "all" ? "-created" : "due"));
        Add("after", after);
        return string.Join('&', query);

        void Add(string name, string? value)
        {
            if (value is not null) query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    /// <summary>The address of the list, or of a ticket beside it.</summary>
    public string Address(string? number = null)
    {
        var parts = new List<string> { "view=" + View };
        Add("q", Search);
        Add("team", Team);
        Add("priority", Priority);
        Add("status", Status);
        Add("sort", Sort);
        return (number is null ? "/agent?" : $"/agent/tickets/{Uri.EscapeDataString(number)}?") + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (value is not null) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }
}
