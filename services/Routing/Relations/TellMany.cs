using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Relations;

/// <summary>What to say, in Swedish, and in English for those who read that.</summary>
internal sealed record TellRequest(string? Sv, string? En);

internal sealed record TellAnswer(int Tickets);

/// <summary>
/// <c>POST /tickets/{number}/tell</c>: says the same to the ticket's requester and to those of its open children. Intake writes it as a reply in each
/// ticket, so it is mailed, read and timed as any reply.
/// </summary>
internal static class TellMany
{
    private const int Longest = 10_000;

    public static async Task<Results<Ok<TellAnswer>, ProblemHttpResult>> HandleAsync(
        string number, TellRequest request, Caller caller, WorkStore store, Outbox outbox, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        if (Fault(request) is { } fault)
            return fault;
        if (await store.FindAsync(number, cancellation) is not { Item: var item })
            return Changes.NotFound(number);
        item.MustNotBeClosed("tell");
        var open = await Children.OpenOfAsync(item, database, cancellation);
        List<TicketRef> tickets =
        [
            new(item.TicketId, item.Number), .. item.Links.Where(link => link.Kind == LinkKind.Child && open.Contains(link.To.Number)).Select(link => link.To),
        ];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await outbox.SayAsync(transaction, item.TicketId, Words(request, caller, tickets, clock), cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(new TellAnswer(tickets.Count));
    }

    internal static ProblemHttpResult? Fault(TellRequest request) => string.IsNullOrWhiteSpace(request.Sv)
        ? Problems.Invalid("tell.sv", Phrase.Of("Skriv vad som ska sägas, på svenska.", "Write what to say, in Swedish."))
        : request.Sv.Length > Longest || request.En?.Length > Longest ? Problems.Invalid("tell.long", Phrase.Of($"Högst {Longest} tecken.", $"At most {Longest} characters.")) : null;

    internal static ManyTold Words(TellRequest request, Caller caller, IReadOnlyList<TicketRef> tickets, TimeProvider clock)
    {
        var at = clock.GetUtcNow();
        return new ManyTold(
            Guid.CreateVersion7(at), at, new Actor(ActorKind.Agent, caller.Id, caller.Name), request.Sv!.Trim(), string.IsNullOrWhiteSpace(request.En) ? null : request.En.Trim(), tickets);
    }
}
