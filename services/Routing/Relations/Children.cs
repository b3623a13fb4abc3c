using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Npgsql;

namespace Desk.Routing.Relations;

/// <summary>The children of a ticket, and what they ask of their parent.</summary>
internal static class Children
{
    /// <summary>The numbers of those that are open.</summary>
    public static async Task<IReadOnlyList<string>> OpenOfAsync(WorkItem? parent, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var ids = parent?.Links.Where(link => link.Kind == LinkKind.Child).Select(link => link.To.Id).ToArray() ?? [];
        if (ids.Length == 0)
            return [];
        await using var command = database.CreateCommand(
            "select number from work_item where ticket_id = any($1) and status in ('new', 'open', 'waiting') order by number");
        command.Parameters.Add(new() { Value = ids });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var numbers = new List<string>();
        while (await rows.ReadAsync(cancellation))
            numbers.Add(rows.GetString(0));
        return numbers;
    }

    /// <exception cref="RuleBrokenException"><c>ticket.openChildren</c>.</exception>
    public static void MustBeOver(this WorkItem parent, IReadOnlyList<string> openChildren, bool leaveThem, string what)
    {
        if (openChildren.Count > 0 && !leaveThem)
        {
            throw new RuleBrokenException(
                "ticket.openChildren", Phrase.Of($"{parent.Number} har öppna delärenden: {string.Join(", ", openChildren)}. Avsluta dem först, eller säg att de får vara kvar.", $"{parent.Number} has open children: {string.Join(", ", openChildren)}. {what} them first, or say that they may be left."));
        }
    }
}
