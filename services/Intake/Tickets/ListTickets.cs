using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Tickets;

internal static class ListTickets
{
    private const int LongestSearch = 200;

    /// <summary>The tickets the caller sees.</summary>
    /// <param name="status">Words with commas between: new, open, waiting, resolved, closed; or <c>active</c> for all but the last two.</param>
    /// <param name="team">A team's key, or several with commas between.</param>
    /// <param name="assignee"><c>me</c>, <c>none</c>, or an agent's e-mail address.</param>
    /// <param name="requester">The requester's e-mail address.</param>
    /// <param name="category">A category's key.</param>
    /// <param name="priority">P1 to P5, with commas between.</param>
    /// <param name="channel">web, api, mail, phone, chat or walkIn, with commas between.</param>
    /// <param name="q">A ticket number, an e-mail address, or words of subject and messages (quotes, <c>or</c> and <c>-</c> as in a web search).</param>
    /// <param name="sort"><c>-created</c> (unless told), <c>created</c>, <c>-updated</c>; <c>due</c> (the order that keeps the most promises) and <c>priority</c> list active tickets when no status is asked for.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">1 to 200; 25 unless told.</param>
    public static async Task<Results<Ok<Page<TicketView>>, ProblemHttpResult>> HandleAsync(
        Caller caller, TicketStore tickets, CancellationToken cancellation, string? status = null, string? team = null, string? assignee = null,
        string? requester = null, string? category = null, string? priority = null, string? channel = null, string? q = null, string? sort = null,
        string? after = null, string? limit = null)
    {
        var faults = new Faults();
        var (filter, most) = Read(caller, status, team, assignee, requester, category, priority, channel, q, sort, after, limit, faults);
        if (faults.Any)
            return faults.Answer();

        var found = await tickets.ListAsync(filter, caller, most + 1, cancellation);
        string? next = null;
        if (found.Count > most)
        {
            found.RemoveAt(most);
            next = new Cursor(TicketFilter.NameOf(filter.Order), found[^1].Key, found[^1].Ticket.Id).ToString();
        }
        return TypedResults.Ok(new Page<TicketView>(found.ConvertAll(row => row.Ticket), next));
    }

    /// <summary>The filter of a query, and how many are wanted; what is not understood is a fault, never ignored.</summary>
    internal static (TicketFilter Filter, int Limit) Read(
        Caller caller, string? status, string? team, string? assignee, string? requester, string? category, string? priority, string? channel,
        string? q, string? sort, string? after, string? limit, Faults faults)
    {
        var order = sort switch
        {
            null or "" or "-created" => TicketOrder.Newest,
            "created" => TicketOrder.Oldest,
            "-updated" => TicketOrder.Updated,
            "due" => TicketOrder.Due,
            "priority" => TicketOrder.Priority,
            _ => (TicketOrder?)null,
        };
        faults.Require(order is not null, "sort", "sort is -created, created, -updated, due or priority.");
        faults.Require(assignee is null or "" or "none" or "me" || EmailAddress.IsWellFormed(assignee), "assignee", "assignee is me, none or an e-mail address.");
        faults.Require(string.IsNullOrEmpty(requester) || EmailAddress.IsWellFormed(requester), "requester", "requester is an e-mail address.");
        faults.Require(q is null || (q.Length <= LongestSearch && PlainText.IsClean(q)), "q", $"q has at most {LongestSearch} characters.");
        foreach (var (field, value) in new[] { ("team", team), ("category", category) })
            faults.Require(value is null || (value.Length <= 1000 && PlainText.IsClean(value)), field, $"{field} is the key of a {field}.");

        var active = status == "active" || (string.IsNullOrEmpty(status) && order is TicketOrder.Due or TicketOrder.Priority);
        var filter = new TicketFilter(order ?? TicketOrder.Newest)
        {
            Active = active,
            Statuses = active ? null : Words<TicketStatus>(status, "status", faults),
            Teams = OrNull(team)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            AssigneeId = assignee == "me" ? caller.Id : null,
            AssigneeEmail = assignee is null or "" or "me" or "none" ? null : EmailAddress.Normalise(assignee),
            Unassigned = assignee == "none",
            Requester = OrNull(requester) is { } address ? EmailAddress.Normalise(address) : null,
            Category = OrNull(category),
            Priorities = Priorities(priority, faults),
            Channels = Words<Channel>(channel, "channel", faults),
            Sought = OrNull(q?.Trim()),
            After = order is { } known ? Cursor.Read(after, TicketFilter.NameOf(known), faults) : null,
        };
        var wanted = int.TryParse(limit, out var number) ? number : string.IsNullOrEmpty(limit) ? (int?)null : -1;
        return (filter, Paging.Limit(wanted, faults));
    }

    private static string? OrNull(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string[]? Words<T>(string? list, string field, Faults faults) where T : struct, Enum
    {
        if (string.IsNullOrEmpty(list))
            return null;
        var words = list.Split(',', StringSplitOptions.TrimEntries);
        faults.Require(words.All(word => Wording<T>.TryRead(word, out _)), field, $"{field} is {Wording<T>.Choices}, or several with commas between.");
        return words;
    }

    private static short[]? Priorities(string? list, Faults faults)
    {
        if (string.IsNullOrEmpty(list))
            return null;
        var words = list.Split(',', StringSplitOptions.TrimEntries);
        var right = words.All(word => word is ['P' or 'p', >= '1' and <= '5']);
        faults.Require(right, "priority", "priority is P1, P2, P3, P4 or P5, or several with commas between.");
        return right ? [.. words.Select(word => (short)(word[1] - '0'))] : null;
    }
}
