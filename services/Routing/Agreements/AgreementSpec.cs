using Desk.Contracts;
using Desk.Routing.Clocks;

namespace Desk.Routing.Agreements;

/// <summary>
/// The promises to some organisations, by name; to everyone that no other agreement names when the list is left out. AtRisk is the part of a promise
/// that may be used up before somebody is warned.
/// </summary>
internal sealed record AgreementSpec(
    string Key, string Sv, string En, string Calendar, IReadOnlyDictionary<string, Promises> Targets, IReadOnlyList<string>? Organisations = null,
    double AtRisk = 0.75)
{
    public Promises Of(Priority priority) => Targets.GetValueOrDefault(priority.ToString()) ?? new Promises();

    public bool Covers(string? organisation)
        => Organisations is { Count: > 0 } names && organisation is not null && names.Contains(organisation, StringComparer.OrdinalIgnoreCase);
}
