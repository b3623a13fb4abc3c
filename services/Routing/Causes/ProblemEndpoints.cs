using System.Globalization;
using Desk.Contracts;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Causes;

/// <summary>Which members are read depends on the verb; tickets are numbers; sv and en are what is said to requesters.</summary>
internal sealed record ProblemRequest(string? Title, IReadOnlyList<string>? Tickets, string? Cause, string? Workaround, string? Sv, string? En);

/// <summary>Voice is who gave the last word, and is to give the next.</summary>
internal sealed record ProblemView(
    string Number, string Title, ProblemStatus Status, string? Cause, string? Workaround, Word? Word, DateTimeOffset? SpokenAt, DateTimeOffset? MajorSince,
    DateTimeOffset? NextWordAt, IReadOnlyList<ProblemTicket> Tickets, IReadOnlyList<ProblemLine> Timeline, DateTimeOffset UpdatedAt, long Version, string? Voice = null);

internal sealed record ProblemTicket(string Number, string Subject, TicketStatus Status);

/// <summary>Kind is the fact's name; Text what was said, the cause, or the ticket's number.</summary>
internal sealed record ProblemLine(DateTimeOffset At, string Kind, string? By, string? Text);

internal sealed record ProblemHead(string Number, string Title, ProblemStatus Status, bool Major, DateTimeOffset? NextWordAt, int Tickets, DateTimeOffset UpdatedAt);

internal sealed record ProblemList(IReadOnlyList<ProblemHead> Items);

/// <summary>What everybody may know of a major incident.</summary>
internal sealed record Major(string Number, string Sv, string? En, DateTimeOffset Since, DateTimeOffset SpokenAt, DateTimeOffset? NextWordAt);

internal sealed record MajorList(IReadOnlyList<Major> Items);

/// <summary><c>/routing/problems</c>: the causes behind several tickets, and <c>/routing/majors</c>: those that are led in public.</summary>
internal static class ProblemEndpoints
{
    private const int Longest = 10_000;

    public static void MapProblems(this RouteGroupBuilder routing)
    {
        var problems = routing.MapGroup("/problems").RequireAuthorization(Policies.Agent).WithTags("Problems");
        problems.MapGet("", ListAsync).WithName("ListProblems").WithSummary("The problems, those that were last changed first; status=active leaves the solved out.");
        problems.MapPost("", FoundAsync).WithName("FindProblem").WithSummary("A cause behind several tickets: a title, and the tickets.");
        problems.MapGet("/{number}", ReadAsync).WithName("ReadProblem").WithSummary("A problem with its tickets and its timeline.");
        Map("attach", "Tickets that it is the cause of. Who comes to a problem that was spoken of is told the last word.", (request, problem, tickets, deciding)
            => problem.Attach([.. tickets.Select(ticket => ticket.Item)], deciding.By, deciding.Now), needs: request => request.Tickets is { Count: > 0 }, missing: "tickets");
        Map("detach", "A ticket that it is not the cause of after all.", (request, problem, tickets, deciding)
            => problem.Detach(tickets[0].Item, deciding.By, deciding.Now), needs: request => request.Tickets is { Count: 1 }, missing: "tickets");
        Map("know", "Its cause, or what helps until the cause is gone.", (request, problem, _, deciding)
            => problem.Know(OrNull(request.Cause), OrNull(request.Workaround), deciding.By, deciding.Now),
            needs: request => OrNull(request.Cause) is not null || OrNull(request.Workaround) is not null, missing: "cause or workaround");
        Map("speak", "One voice: the same to the requesters of all its open tickets.", (request, problem, _, deciding)
            => problem.Speak(WordOf(request), deciding.By, deciding.Now), needs: HasWord, missing: "sv");
        Map("solve", "Solved once: its open tickets are solved with the same words, and their requesters told.", (request, problem, tickets, deciding)
            => problem.Solve(WordOf(request), tickets, deciding), needs: HasWord, missing: "sv");
        Map("declare", "A major incident: the portal shows it, all requesters are told, and the next word has a time.", (request, problem, _, deciding)
            => problem.Declare(WordOf(request), deciding.By, deciding.Now), needs: HasWord, missing: "sv", policy: Policies.Lead);
        Map("call-off", "No major incident any more; its cause is still looked for.", (request, problem, _, deciding)
            => problem.CallOff(HasWord(request) ? WordOf(request) : null, deciding.By, deciding.Now), needs: _ => true, missing: "", policy: Policies.Lead);
        routing.MapGet("/majors", MajorsAsync).AllowAnonymous().WithTags("Problems").WithName("ReadMajors").WithSummary("The major incidents, for everybody to see.");

        void Map(
            string verb, string what, Func<ProblemRequest, Problem, IReadOnlyList<Dossier>, Deciding, ProblemOutcome> decide, Func<ProblemRequest, bool> needs,
            string missing, string? policy = null)
        {
            var route = problems.MapPost($"/{{number}}/{verb}", async Task<Results<Ok<ProblemView>, ProblemHttpResult>> (
                    HttpContext http, string number, ProblemRequest request, Caller caller, ProblemStore store, NpgsqlDataSource database, CancellationToken cancellation) =>
                {
                    if (!needs(request) || TooLong(request))
                        return Problems.Invalid("problem." + verb, missing.Length == 0 || TooLong(request) ? Phrase.Of($"Högst {Longest} tecken.", $"At most {Longest} characters.") : $"Say {missing}.");
                    var asked = (request.Tickets ?? []).Select(WorkItem.NumberOf).Distinct().ToList();
                    var found = await store.ChangeAsync(number, asked, new Actor(ActorKind.Agent, caller.Id, caller.Name), (problem, tickets, deciding)
                        => asked.FirstOrDefault(ticket => tickets.All(known => known.Item.Number != ticket)) is { } unknown
                            ? throw new RuleBrokenException("ticket.unknown", Phrase.Of($"Det finns inget ärende {unknown}.", $"There is no ticket {unknown}."))
                            : decide(request, problem, tickets, deciding), cancellation, http.Request.Headers.IfMatch.ToString());
                    return found switch
                    {
                        null => NotFound(number),
                        { IsStale: true } stale => Problems.Stale(stale.Version),
                        _ => await ReadAsync(http, number, store, database, cancellation),
                    };
                })
                .WithName($"{char.ToUpperInvariant(verb[0])}{verb[1..].Replace("-o", "O", StringComparison.Ordinal)}Problem").WithSummary(what);
            if (policy is not null)
                route.RequireAuthorization(policy);
        }
    }

    private static async Task<Results<Created<ProblemView>, ProblemHttpResult>> FoundAsync(
        ProblemRequest request, Caller caller, ProblemStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (OrNull(request.Title) is not { Length: <= 200 } title)
            return Problems.Invalid("problem.title", Phrase.Of("Ge det en rubrik på högst 200 tecken.", "Give it a title of at most 200 characters."));
        var by = new Actor(ActorKind.Agent, caller.Id, caller.Name);
        if (await store.UnknownAsync([.. (request.Tickets ?? []).Select(WorkItem.NumberOf).Distinct()], cancellation) is { } unknown)
            throw new RuleBrokenException("ticket.unknown", Phrase.Of($"Det finns inget ärende {unknown}.", $"There is no ticket {unknown}."));
        var number = await store.FoundAsync(title, by, cancellation);
        if (request.Tickets is { Count: > 0 } tickets)
        {
            await store.ChangeAsync(
                number, [.. tickets.Select(WorkItem.NumberOf).Distinct()], by,
                (problem, found, deciding) => problem.Attach([.. found.Select(ticket => ticket.Item)], by, deciding.Now), cancellation);
        }
        var view = await ViewAsync(number, store, database, cancellation);
        return TypedResults.Created($"/api/v1/routing/problems/{number}", view);
    }

    private static async Task<Results<Ok<ProblemView>, ProblemHttpResult>> ReadAsync(
        HttpContext http, string number, ProblemStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await ViewAsync(number, store, database, cancellation) is not { } view)
            return NotFound(number);
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{view.Version}\"");
        return TypedResults.Ok(view);
    }

    private static async Task<ProblemView?> ViewAsync(string number, ProblemStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await store.FindAsync(number, cancellation) is not { } known)
            return null;
        var it = known.Problem;
        await using var command = database.CreateCommand("select number, split_part(words, E'\\n', 1), status from work_item where ticket_id = any($1) order by ticket_id");
        command.Parameters.Add(new() { Value = it.Tickets.Select(ticket => ticket.Id).ToArray() });
        var tickets = new List<ProblemTicket>();
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                tickets.Add(new ProblemTicket(rows.GetString(0), rows.GetString(1), Words.Read<TicketStatus>(rows.GetString(2)) ?? TicketStatus.New));
        }
        return new ProblemView(
            it.Number, it.Title, it.Status, it.Cause, it.Workaround, it.Word, it.SpokenAt, it.MajorSince, it.NextWordAt, tickets, [.. known.Facts.Select(LineOf)], it.UpdatedAt,
            known.Version, it.Voice?.Name);
    }

    private static async Task<Ok<ProblemList>> ListAsync(NpgsqlDataSource database, CancellationToken cancellation, string? status = null)
    {
        await using var command = database.CreateCommand(
            $"select number, title, status, major, next_word_at, tickets, updated_at from problem {(status == "active" ? "where status <> 'solved'" : "")} order by major desc, updated_at desc limit 200");
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var items = new List<ProblemHead>();
        while (await rows.ReadAsync(cancellation))
        {
            items.Add(new ProblemHead(
                rows.GetString(0), rows.GetString(1), Words.Read<ProblemStatus>(rows.GetString(2)) ?? ProblemStatus.Open, rows.GetBoolean(3),
                rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4), rows.GetInt32(5), rows.GetFieldValue<DateTimeOffset>(6)));
        }
        return TypedResults.Ok(new ProblemList(items));
    }

    private static async Task<Ok<MajorList>> MajorsAsync(ProblemStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var numbers = new List<string>();
        await using (var command = database.CreateCommand("select number from problem where major order by id limit 10"))
        {
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
                numbers.Add(rows.GetString(0));
        }
        var majors = new List<Major>();
        foreach (var number in numbers)
        {
            if ((await store.FindAsync(number, cancellation))?.Problem is { MajorSince: { } since, Word: { } word, SpokenAt: { } spoken } it)
                majors.Add(new Major(number, word.Sv, word.En, since, spoken, it.NextWordAt));
        }
        return TypedResults.Ok(new MajorList(majors));
    }

    private static ProblemLine LineOf(ProblemFact fact) => fact switch
    {
        Found it => Line(fact, "found", it.Title),
        Attached it => Line(fact, "attached", it.Ticket.Number),
        Detached it => Line(fact, "detached", it.Ticket.Number),
        BecameKnown it => Line(fact, "known", string.Join(" · ", new[] { it.Cause, it.Workaround }.OfType<string>())),
        Declared it => Line(fact, "declared", it.Word.Sv),
        Spoken it => Line(fact, "spoken", it.Word.Sv),
        CalledOff it => Line(fact, "calledOff", it.Word?.Sv),
        Solved it => Line(fact, "solved", it.Word.Sv),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, null),
    };

    private static ProblemLine Line(ProblemFact fact, string kind, string? text) => new(fact.At, kind, fact.By.Name, text);

    private static ProblemHttpResult NotFound(string number) => Problems.NotFound("problem.unknown", $"There is no problem {number}.");

    private static bool HasWord(ProblemRequest request) => OrNull(request.Sv) is not null;

    private static Word WordOf(ProblemRequest request) => new(request.Sv!.Trim(), OrNull(request.En));

    private static bool TooLong(ProblemRequest request) => new[] { request.Sv, request.En, request.Cause, request.Workaround }.Any(text => text?.Length > Longest);

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
