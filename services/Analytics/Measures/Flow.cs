namespace Desk.Analytics.Measures;

/// <summary>What counts as a ticket coming in and going out, as SQL over <c>fact</c>: the same words wherever it is counted.</summary>
internal static class Flow
{
    /// <summary>Facts that move a ticket in or out. Closing what was already resolved moves nothing.</summary>
    public const string Moves = """
        kind in ('registered', 'reopened', 'unmerged', 'resolved', 'closed', 'merged')
        and (kind <> 'closed' or (
            select before.status from fact before where before.ticket_id = fact.ticket_id and before.version < fact.version
            order by before.version desc limit 1) is distinct from 'resolved')
        """;

    public const string In = "count(*) filter (where kind in ('registered', 'reopened', 'unmerged'))::int";

    public const string Out = "count(*) filter (where kind in ('resolved', 'closed', 'merged'))::int";
}
