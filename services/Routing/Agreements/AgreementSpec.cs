using Desk.Contracts;
using Desk.Routing.Clocks;

namespace Desk.Routing.Agreements;

/// <summary>
/// The promises to some organisations, by name, or for some categories (<c>network</c> is also <c>network.vpn</c>), or for some categories of some
/// organisations; to everyone that no other agreement names when both lists are left out. OnCall counts some priorities by another calendar than the
/// rest, as when P1 is seen to around the clock. AtRisk is the part of a promise that may be used up before somebody is warned.
/// </summary>
internal sealed record AgreementSpec(
    string Key, string Sv, string En, string Calendar, IReadOnlyDictionary<string, Promises> Targets, IReadOnlyList<string>? Organisations = null,
    double AtRisk = 0.75, IReadOnlyList<string>? Categories = null, IReadOnlyDictionary<string, string>? OnCall = null)
{
    public bool NamesOrganisations => Organisations is { Count: > 0 };

    public bool NamesCategories => Categories is { Count: > 0 };

    public Promises Of(Priority priority) => Targets.GetValueOrDefault(priority.ToString()) ?? new Promises();

    public string CalendarOf(Priority priority) => OnCall?.GetValueOrDefault(priority.ToString()) ?? Calendar;

    public IEnumerable<string> Calendars => [Calendar, .. OnCall?.Values ?? []];

    public bool Covers(string? organisation, string? category)
        => (!NamesOrganisations || (organisation is not null && Organisations!.Contains(organisation, StringComparer.OrdinalIgnoreCase)))
            && (!NamesCategories || (category is not null && Categories!.Any(named => category == named || category.StartsWith(named + ".", StringComparison.Ordinal))));
}
