using Desk.Contracts;
using Desk.Routing.Work;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Relations;

/// <summary>
/// A ticket that belongs together with the one asked for. Kind is <c>mergedInto</c> (that one goes on with this), <c>takenIn</c> (this one goes on with that),
/// <c>splitFrom</c>, <c>splitInto</c>, <c>continues</c> (this one goes on with the matter of that, which is closed), <c>continuedBy</c>, <c>parent</c>, <c>child</c>,
/// <c>problem</c> or <c>related</c>.
/// </summary>
internal sealed record LinkView(string Number, string Kind, string Subject, TicketStatus Status);

internal sealed record LinksAnswer(IReadOnlyList<LinkView> Items);

/// <summary><c>GET /tickets/{number}/links</c>.</summary>
internal static class ReadLinks
{
    public static async Task<Results<Ok<LinksAnswer>, ProblemHttpResult>> HandleAsync(
        string number, WorkStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await store.FindAsync(number, cancellation) is not { Item: var item })
            return Changes.NotFound(number);
        List<(Guid Id, string Kind)> links =
        [
            .. item.MergedInto is { } into ? [(into.Id, "mergedInto")] : Array.Empty<(Guid, string)>(),
            .. item.TakenIn.Select(ticket => (ticket.Id, "takenIn")),
            .. item.Links.Select(link => (link.To.Id, link.Kind.ToWord())),
        ];
        if (links.Count == 0)
            return TypedResults.Ok(new LinksAnswer([]));

        await using var command = database.CreateCommand("""
            select number, kind, split_part(words, E'\n', 1), status from unnest($1, $2) as link (id, kind)
            join work_item on ticket_id = link.id
            union all
            select number, kind, title, case status when 'solved' then 'resolved' else 'open' end from unnest($1, $2) as link (id, kind) join problem on problem.id = link.id
            """);
        command.Parameters.Add(new() { Value = links.ConvertAll(link => link.Id) });
        command.Parameters.Add(new() { Value = links.ConvertAll(link => link.Kind) });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var views = new List<LinkView>(links.Count);
        while (await rows.ReadAsync(cancellation))
            views.Add(new LinkView(rows.GetString(0), rows.GetString(1), rows.GetString(2), Words.Read<TicketStatus>(rows.GetString(3)) ?? TicketStatus.New));
        return TypedResults.Ok(new LinksAnswer(views));
    }
}
