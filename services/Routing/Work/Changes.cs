using System.Diagnostics;
using System.Globalization;
using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Work;

/// <summary>
/// How a request changes a ticket: lock, decide, keep, commit, and wait a moment until Intake has it too, so that a read straight after shows
/// the change. Every verb is a decision given to <see cref="MakeAsync"/>.
/// </summary>
internal sealed class Changes(NpgsqlDataSource database, WorkStore store, SetUpCache setUp, Loads loads, TimeProvider clock)
{
    private static readonly TimeSpan LongestWaitForTicket = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWaitForEcho = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(40);

    /// <param name="http">For If-Match and ETag.</param>
    /// <param name="number">Of the ticket. One that is not here yet may be on its way from Intake: it is waited for.</param>
    /// <param name="caller">An agent may change every ticket; a requester, where the endpoint lets them in, their own.</param>
    /// <param name="decide">Facts that follow; none when all is as asked already. Throws when a rule forbids it.</param>
    public async Task<Results<Ok<TicketWork>, ProblemHttpResult>> MakeAsync(
        HttpContext http, string number, Caller caller, Func<WorkItem, Deciding, IReadOnlyList<Fact>> decide)
    {
        var cancellation = http.RequestAborted;
        var desk = await setUp.GetAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (await store.LockAsync(transaction, number, cancellation) is not { } ticket)
            {
                await transaction.RollbackAsync(cancellation);
                if (Stopwatch.GetElapsedTime(started) > LongestWaitForTicket)
                    return NotFound(number);
                await Task.Delay(BetweenLooks, cancellation);
                continue;
            }
            if (!IsTheirs(ticket.Item, caller))
                return NotFound(number);
            if (IsStale(http.Request.Headers.IfMatch.ToString(), ticket.Version))
                return Problems.Stale(ticket.Version);
            return await KeepAsync(http, transaction, ticket, caller, desk, decide);
        }
    }

    /// <summary>As <see cref="MakeAsync"/>, of a ticket that is found and locked by a search; 204 when it finds none.</summary>
    public async Task<Results<Ok<TicketWork>, NoContent, ProblemHttpResult>> ClaimAsync(
        HttpContext http, Caller caller, Func<NpgsqlTransaction, DateTimeOffset, Task<Dossier?>> find, Func<WorkItem, Deciding, IReadOnlyList<Fact>> decide)
    {
        var cancellation = http.RequestAborted;
        var desk = await setUp.GetAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        return await find(transaction, clock.GetUtcNow()) is { } ticket ? await KeepAsync(http, transaction, ticket, caller, desk, decide) : TypedResults.NoContent();
    }

    private async Task<Ok<TicketWork>> KeepAsync(
        HttpContext http, NpgsqlTransaction transaction, Dossier ticket, Caller caller, DeskSetUp desk, Func<WorkItem, Deciding, IReadOnlyList<Fact>> decide)
    {
        var (now, cancellation) = (clock.GetUtcNow(), http.RequestAborted);
        var outcome = Outcome.Of(ticket, decide(ticket.Item, new Deciding(desk, ActorOf(caller), now, loads.Standing)), desk, now);
        var echo = await store.SaveAndAwaitAsync(transaction, outcome, cancellation);
        await transaction.CommitAsync(cancellation);
        if (outcome.After.Item.AssigneeId != ticket.Item.AssigneeId)
            loads.Add(outcome.After.Item);
        if (echo is not null)
            await echo.HeardAsync(LongestWaitForEcho, cancellation);

        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{outcome.After.Version}\"");
        return TypedResults.Ok(TicketWork.Of(outcome.After.Item, outcome.Work));
    }

    /// <summary>
    /// As <see cref="MakeAsync"/>, for what changes two tickets in one go. The version that <c>If-Match</c> names is of the first.
    /// </summary>
    /// <param name="http">For If-Match and ETag.</param>
    /// <param name="number">Of the first ticket, which the answer shows.</param>
    /// <param name="other">The number of the other, when the first is known. Throws when a rule forbids it.</param>
    /// <param name="caller">An agent.</param>
    /// <param name="decide">The facts that follow for the first, and for the other.</param>
    public async Task<Results<Ok<TicketWork>, ProblemHttpResult>> MakeTogetherAsync(
        HttpContext http, string number, Func<WorkItem, string> other, Caller caller,
        Func<Dossier, Dossier, Deciding, (IReadOnlyList<Fact> First, IReadOnlyList<Fact> Other)> decide)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryTogetherAsync(http, number, other, caller, decide);
            }
            // Two who change the same two in opposite order at the same moment: one of them begins anew.
            catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected && tries < 3)
            {
            }
        }
    }

    private async Task<Results<Ok<TicketWork>, ProblemHttpResult>> TryTogetherAsync(
        HttpContext http, string number, Func<WorkItem, string> other, Caller caller,
        Func<Dossier, Dossier, Deciding, (IReadOnlyList<Fact> First, IReadOnlyList<Fact> Other)> decide)
    {
        var cancellation = http.RequestAborted;
        var desk = await setUp.GetAsync(cancellation);
        if (await WaitForAsync(number, cancellation) is not { } known)
            return NotFound(number);
        var otherNumber = other(known.Item);
        if (await WaitForAsync(otherNumber, cancellation) is null)
            return NotFound(otherNumber);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var first = (await store.LockAsync(transaction, number, cancellation))!;
        var second = (await store.LockAsync(transaction, other(first.Item), cancellation))!;
        if (IsStale(http.Request.Headers.IfMatch.ToString(), first.Version))
            return Problems.Stale(first.Version);

        var now = clock.GetUtcNow();
        var (its, others) = decide(first, second, new Deciding(desk, ActorOf(caller), now, loads.Standing));
        var (outcome, otherOutcome) = (Outcome.Of(first, its, desk, now), Outcome.Of(second, others, desk, now));
        var echoes = new[]
        {
            await store.SaveAndAwaitAsync(transaction, outcome, cancellation), await store.SaveAndAwaitAsync(transaction, otherOutcome, cancellation),
        };
        await transaction.CommitAsync(cancellation);
        await Task.WhenAll(echoes.OfType<Echo>().Select(echo => echo.HeardAsync(LongestWaitForEcho, cancellation)));

        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{outcome.After.Version}\"");
        return TypedResults.Ok(TicketWork.Of(outcome.After.Item, outcome.Work));
    }

    /// <summary>A ticket that is not here yet may be on its way from Intake.</summary>
    private async Task<Dossier?> WaitForAsync(string number, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await store.FindAsync(number, cancellation) is { } ticket)
                return ticket;
            if (Stopwatch.GetElapsedTime(started) > LongestWaitForTicket)
                return null;
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    public static ProblemHttpResult NotFound(string number) => Problems.NotFound("ticket.unknown", $"There is no ticket {number} that you may see.");

    private static Actor ActorOf(Caller caller) => new(caller.IsAgent ? ActorKind.Agent : ActorKind.Requester, caller.Id, caller.Name);

    /// <summary>A requester by their e-mail. A requester's machine has none here: what it registered, Intake knows.</summary>
    private static bool IsTheirs(WorkItem item, Caller caller)
        => caller.IsAgent || (!caller.Machine && string.Equals(caller.Email, item.RequesterEmail, StringComparison.OrdinalIgnoreCase));

    internal static bool IsStale(string ifMatch, long version)
        => ifMatch is not ("" or "*")
            && !ifMatch.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag.Replace("W/", "", StringComparison.Ordinal).Trim('"') == version.ToString(CultureInfo.InvariantCulture));
}
