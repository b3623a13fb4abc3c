using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake.Tickets;

internal enum TicketOrder { Newest, Oldest, Updated, Due, Priority }

/// <summary>
/// Which tickets, in which order, from where. Its query has the same text for the same kind of question, so that PostgreSQL plans it once.
/// </summary>
internal sealed partial record TicketFilter(TicketOrder Order)
{
    // A word that one ticket in fifteen has fills a page of 25 from these.
    private const int Recent = 400;

    /// <summary>Only tickets that are neither resolved nor closed.</summary>
    public bool Active { get; init; }

    public IReadOnlyList<string>? Statuses { get; init; }

    public IReadOnlyList<string>? Teams { get; init; }

    /// <summary>Held by this account.</summary>
    public Guid? AssigneeId { get; init; }

    public string? AssigneeEmail { get; init; }

    public bool Unassigned { get; init; }

    public string? Requester { get; init; }

    public string? Category { get; init; }

    public IReadOnlyList<short>? Priorities { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>A number, an address, or words.</summary>
    public string? Sought { get; init; }

    public Cursor? After { get; init; }

    /// <summary>The name of an order in the API; also the name in its cursors.</summary>
    public static string NameOf(TicketOrder order) => order switch
    {
        TicketOrder.Newest => "-created",
        TicketOrder.Oldest => "created",
        TicketOrder.Updated => "-updated",
        TicketOrder.Due => "due",
        TicketOrder.Priority => "priority",
    };

    public string Query(string columns, string joins, Visibility visibility, int limit, NpgsqlParameterCollection parameters)
    {
        var conditions = new List<string>();
        if (Active) conditions.Add("not ticket.over");
        if (Statuses is not null) Add("ticket.status = any(@statuses)", new NpgsqlParameter<string[]>("statuses", [.. Statuses]));
        if (Teams is [var team]) Add("ticket.team = @team", new NpgsqlParameter<string>("team", team));
        else if (Teams is not null) Add("ticket.team = any(@teams)", new NpgsqlParameter<string[]>("teams", [.. Teams]));
        if (AssigneeId is { } holder) Add("ticket.assignee_id = @assignee", new NpgsqlParameter<Guid>("assignee", holder));
        if (AssigneeEmail is not null) Add("lower(ticket.assignee_email) = @assigneeEmail", new NpgsqlParameter<string>("assigneeEmail", AssigneeEmail));
        if (Unassigned) conditions.Add("ticket.assignee_id is null");
        if (Requester is not null) Add(RequesterIs, new NpgsqlParameter<string>("requester", Requester));
        if (Category is not null) Add("ticket.category = @category", new NpgsqlParameter<string>("category", Category));
        // One of them with "=", as one team above: with any(…) the index is not read in the order that is asked for.
        if (Priorities is [var priority]) Add("ticket.priority = @priority", new NpgsqlParameter<short>("priority", priority));
        else if (Priorities is not null) Add("ticket.priority = any(@priorities)", new NpgsqlParameter<short[]>("priorities", [.. Priorities]));
        if (Channels is not null) Add("ticket.channel = any(@channels)", new NpgsqlParameter<string[]>("channels", [.. Channels]));
        if (visibility.Parameter is not null || visibility.Condition != "true")
        {
            conditions.Add(visibility.Condition);
            visibility.AddTo(parameters);
        }

        var from = "ticket";
        var after = After is null ? null : Order switch
        {
            TicketOrder.Newest => "ticket.id < @afterId",
            TicketOrder.Oldest => "ticket.id > @afterId",
            TicketOrder.Updated => "(ticket.updated_at, ticket.id) < (@afterKey, @afterId)",
            TicketOrder.Due => "(ticket.due_at, ticket.id) > (@afterKey, @afterId)",
            TicketOrder.Priority => "(ticket.priority, ticket.id) > (@afterKey, @afterId)",
        };
        if (TicketNumber.TryParse(Sought, out var number))
        {
            Add("ticket.number = @number", new NpgsqlParameter<long>("number", number.Value));
        }
        else if (Sought is not null && EmailAddress.IsWellFormed(Sought))
        {
            Add($"({RequesterIs.Replace("@requester", "@sought", StringComparison.Ordinal)} or ticket.id in (select ticket_id from participant where email = @sought))",
                new NpgsqlParameter<string>("sought", EmailAddress.Normalise(Sought)));
        }
        else if (Sought is not null)
        {
            var (wanted, unwanted) = SplitExclusions(Sought);
            from = $"({Found(unwanted is not null, plain: conditions.Count == 0, limit)}) as found join ticket on ticket.id = found.ticket_id";
            parameters.Add(new NpgsqlParameter<string>("sought", wanted));
            if (unwanted is not null)
                parameters.Add(new NpgsqlParameter<string>("unwanted", unwanted));
        }
        if (after is not null)
        {
            conditions.Add(after);
            AddAfter(parameters);
        }

        // The limit is written out: with an unknown one PostgreSQL plans for a tenth of the table and joins all people to it.
        var query = new StringBuilder().Append($"select {columns} from {from} {joins}");
        if (conditions.Count > 0)
            query.Append(" where ").AppendJoin(" and ", conditions);
        return query.Append(Order switch
        {
            TicketOrder.Newest => " order by ticket.id desc",
            TicketOrder.Oldest => " order by ticket.id",
            TicketOrder.Updated => " order by ticket.updated_at desc, ticket.id desc",
            TicketOrder.Due => " order by ticket.due_at, ticket.id",
            TicketOrder.Priority => " order by ticket.priority, ticket.id",
        }).Append(CultureInfo.InvariantCulture, $" limit {limit}").ToString();

        void Add(string condition, NpgsqlParameter parameter)
        {
            conditions.Add(condition);
            parameters.Add(parameter);
        }
    }

    /// <summary>
    /// The ids of tickets with the words sought. Each query is a scalar subquery, so that it is read once and not for every row, and the plan
    /// does not hang on the words of the first who asked.
    /// </summary>
    private string Found(bool excluding, bool plain, int limit)
    {
        var matches = "words @@ (select words_sought(@sought))" + (excluding ? " and not words @@ (select words_sought(@unwanted))" : "");
        if (!plain || Order is not TicketOrder.Newest)
            return $"select ticket_id from ticket_search where {matches}";

        // The newest first, and no more than a page. A common word fills the page from the newest tickets; only when it does not is the index
        // asked, which then gives few. Without this a common word would fetch and sort a large part of all tickets for each search.
        var place = After is null ? "true" : "ticket_id < @afterId";
        return $"""
            with recent as materialized (
                select ticket_id from (
                    select ticket_id, words from ticket_search where {place} order by ticket_id desc limit {Recent}) as newest
                where {matches} limit {limit}),
            older as (
                select ticket_id from (select ticket_id from ticket_search where {matches} offset 0) as matching
                where (select count(*) from recent) < {limit}
                  and ticket_id < (select ticket_id from ticket_search where {place} order by ticket_id desc offset {Recent - 1} limit 1)
                order by ticket_id desc limit {limit})
            select ticket_id from recent union all select ticket_id from older
            """;
    }

    /// <summary>
    /// Takes <c>-word</c> out of what is sought. It must be absent in both languages; within one query it would be enough that one stem is.
    /// </summary>
    internal static (string Wanted, string? Unwanted) SplitExclusions(string sought)
    {
        var excluded = Exclusion().Matches(sought);
        return excluded.Count == 0
            ? (sought, null)
            : (Exclusion().Replace(sought, " ").Trim(), string.Join(" or ", excluded.Select(match => match.Groups[1].Value)));
    }

    [GeneratedRegex("""(?:^|(?<=\s))-("[^"]*"|[^\s"-]\S*)""")]
    private static partial Regex Exclusion();

    private const string RequesterIs = "ticket.requester_id = (select asked.id from person asked where asked.email = @requester)";

    private void AddAfter(NpgsqlParameterCollection parameters)
    {
        var after = After!.Value;
        parameters.Add(new NpgsqlParameter<Guid>("afterId", after.Id));
        if (Order is TicketOrder.Priority)
            parameters.Add(new NpgsqlParameter<short>("afterKey", (short)Math.Clamp(after.Key, short.MinValue, short.MaxValue)));
        else if (Order is TicketOrder.Updated or TicketOrder.Due)
            parameters.Add(new NpgsqlParameter<DateTimeOffset>("afterKey", NpgsqlDbType.TimestampTz)
            { TypedValue = new DateTimeOffset(Math.Clamp(after.Key, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero) });
    }
}
