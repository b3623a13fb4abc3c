using Desk.Web.Shared;

namespace Desk.Web.Api;

/// <summary>The desk's own names (categories, teams, agents), asked for every few minutes and shared by all circuits.</summary>
internal sealed class Vocabulary(TimeProvider clock, ILogger<Vocabulary> log)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(5);

    private (DeskNames Names, DateTimeOffset Until)? _kept;

    /// <summary>Names were changed here: the next reader asks anew.</summary>
    public void Forget() => _kept = null;

    public async ValueTask<DeskNames> ReadAsync(DeskApi api)
    {
        if (_kept is { } kept && kept.Until > clock.GetUtcNow())
            return kept.Names;
        try
        {
            var categories = api.GetAsync("routing/categories", ApiJson.Default.PageNamed);
            var teams = api.GetAsync("routing/teams", ApiJson.Default.PageNamed);
            var agents = api.GetAsync("routing/agents", ApiJson.Default.PageDeskAgent);
            var names = new DeskNames((await categories)?.Items ?? [], (await teams)?.Items ?? [], (await agents)?.Items ?? []);
            _kept = (names, clock.GetUtcNow() + s_fresh);
            return names;
        }
        catch (ApiException away)
        {
            // Keys can be read in place of names until Routing answers again.
            log.LogWarning("The desk's names cannot be read: {Code}", away.Code);
            return _kept?.Names ?? new DeskNames([], [], []);
        }
    }
}

public sealed record DeskNames(IReadOnlyList<Named> Categories, IReadOnlyList<Named> Teams, IReadOnlyList<DeskAgent> Agents)
{
    public string Category(string? key, Words words) => Name(Categories, key, words) ?? key ?? "–";

    public string Team(string? key, string? told, Words words) => Name(Teams, key, words) ?? told ?? key ?? "–";

    public static string NameOf(Named named, Words words) => words[named.Sv ?? named.Key, named.En ?? named.Key];

    private static string? Name(IReadOnlyList<Named> all, string? key, Words words)
        => all.FirstOrDefault(n => n.Key == key) is { } named ? NameOf(named, words) : null;
}
