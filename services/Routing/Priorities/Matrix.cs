using Desk.Contracts;

namespace Desk.Routing.Priorities;

/// <summary>
/// Impact × urgency → priority. Rows are impacts, columns urgencies, by their words; any size, so that a desk's own scale fits.
/// Beside it stands the right of a VIP: whatever they have is at least <paramref name="vip"/>.
/// </summary>
internal sealed class Matrix(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Priority>> cells, Priority vip = Priority.P2)
{
    /// <exception cref="KeyNotFoundException">The matrix has no such cell: it is checked for gaps before it is put to use.</exception>
    public Priority Of(string impact, string urgency) => cells[impact][urgency];

    public Priority Of(Impact impact, Urgency urgency) => Of(impact.ToWord(), urgency.ToWord());

    public Priority Of(Impact impact, Urgency urgency, bool isVip)
        => Of(impact, urgency) is var read && isVip && vip < read ? vip : read;

    public static IEnumerable<string> Gaps(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, Priority>> cells, IEnumerable<string> impacts, IReadOnlyList<string> urgencies)
        => from impact in impacts
           from urgency in urgencies
           where !cells.TryGetValue(impact, out var row) || !row.ContainsKey(urgency)
           select $"{impact}.{urgency}";
}
