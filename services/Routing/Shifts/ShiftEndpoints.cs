using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.Shifts;

/// <summary>Agent and Substitute by e-mail; without an agent, the caller. Both days are included.</summary>
internal sealed record AbsenceRequest(string? Agent, DateOnly From, DateOnly To, string? Reason, string? Substitute);

/// <summary>The turn that holds the date goes to Agent, by e-mail.</summary>
internal sealed record SwapRequest(string? Rotation, DateOnly Date, string? Agent);

internal sealed record HandOverRequest(string? Shift, string? Words);

/// <summary>The address of an agent's duties as iCal. Whoever has it can read them: until it expires.</summary>
internal sealed record Feed(string Path, DateTimeOffset Until);

/// <summary>A shift of somebody. Agent is null when nobody can take it; For is whose it was, Why another has it.</summary>
internal sealed record DutyView(
    DateOnly Date, string Shift, string Sv, string En, string Team, string? Agent, string? Name, DateTimeOffset From, DateTimeOffset To, bool OnCall,
    string? Rotation, string? For, string? Why);

/// <summary>How the turns of a rotation fall, in the year of the first date.</summary>
internal sealed record Fairness(string Rotation, string Sv, string En, IReadOnlyList<Share> Agents);

/// <summary>Turns taken, and those that the order alone would have given.</summary>
internal sealed record Share(string Agent, string Name, int Turns, int ByOrder);

internal sealed record AbsenceView(Guid Id, string Agent, string Name, DateOnly From, DateOnly To, string? Reason, string? Substitute);

/// <summary>Who is on duty between two dates, what does not work out, and what goes with it.</summary>
internal sealed record Roster(
    DateOnly From, DateOnly To, IReadOnlyList<DutyView> Duties, IReadOnlyList<Conflict> Conflicts, IReadOnlyList<Fairness> Fairness, IReadOnlyList<AbsenceView> Absences,
    IReadOnlyList<HandOverNote> HandOvers);

/// <summary><c>/routing/{roster, absences, swaps, handovers, feed}</c>: the plan that shifts and rotations make, and what people do with it.</summary>
internal static class ShiftEndpoints
{
    private const string FeedPurpose = "duty-feed";
    private const int MostDays = 400;
    private const int LargestCalendar = 1_000_000;
    private static readonly TimeSpan FeedLasts = TimeSpan.FromDays(365);

    public static void MapShifts(this RouteGroupBuilder routing)
    {
        var shifts = routing.MapGroup("").WithTags("Shifts").RequireAuthorization(Policies.Agent);
        shifts.MapGet("/roster", ReadAsync).WithName("ReadRoster").WithSummary("Who is on duty between two dates, and what does not work out.");
        shifts.MapPost("/absences", AddAbsenceAsync).WithName("AddAbsence").WithSummary("Somebody is not there: themselves, or said by a lead.");
        shifts.MapPost("/absences/ics", ReadAbsencesAsync).Accepts<string>("text/calendar").WithName("ReadAbsences").WithSummary("The caller's days off, from an iCal file; read again, it moves what moved.");
        shifts.MapDelete("/absences/{id:guid}", RemoveAbsenceAsync).WithName("RemoveAbsence").WithSummary("They are there after all.");
        shifts.MapPut("/swaps", SwapAsync).WithName("SwapTurn").WithSummary("A turn goes to somebody else: who gives it away takes part, or a lead.");
        shifts.MapDelete("/swaps/{rotation}/{date}", UnswapAsync).WithName("UnswapTurn").WithSummary("The turn goes back.");
        shifts.MapPost("/handovers", HandOverAsync).WithName("HandOver").WithSummary("What who leaves a shift tells who comes.");
        shifts.MapGet("/feed", FeedAsync)
            .WithName("ReadFeed").WithSummary("The address of the caller's own duties as iCal.");
        shifts.MapPost("/feed", RenewFeedAsync).WithName("RenewFeed").WithSummary("A new address of the caller's own duties: the old ones are dead.");
        routing.MapGet("/feeds/{token}/duty.ics", ReadFeedAsync).AllowAnonymous().WithTags("Shifts").WithName("ReadDuties").WithSummary("An agent's duties as iCal.");
    }

    private static async Task<Results<Ok<Roster>, ProblemHttpResult>> ReadAsync(
        DateOnly from, DateOnly to, SetUpCache setUp, ShiftStore store, CancellationToken cancellation, string? team = null)
    {
        if (to < from || to.DayNumber - from.DayNumber > MostDays || from.Year < 2000 || to.Year > 2200)
            return Problems.Invalid("roster.dates", Phrase.Of($"Ange två datum, med högst {MostDays} dagar emellan.", $"Give two dates, at most {MostDays} days apart."));
        var desk = await setUp.GetAsync(cancellation);
        var plan = desk.Duties;
        return TypedResults.Ok(new Roster(
            from, to,
            [.. plan.Between(from, to).Where(duty => team is null || duty.Shift.Team == team).Select(duty => new DutyView(
                duty.Date, duty.Shift.Key, duty.Shift.Sv, duty.Shift.En, duty.Shift.Team, duty.Agent, Name(duty.Agent), duty.When.From, duty.When.To, duty.Shift.OnCall,
                duty.Rotation, Name(duty.For), duty.Why))],
            [.. Conflicts.Of(plan, from, to, (agent, of) => desk.AgentAt(agent)?.IsOf(of) == true)],
            [.. plan.Rotations.Select(rotation => FairnessOf(rotation, from.Year))],
            [.. plan.Absences.Where(absence => absence.To >= from && absence.From <= to).Select(absence => new AbsenceView(
                absence.Id, absence.Agent, Name(absence.Agent)!, absence.From, absence.To, absence.Reason, absence.Substitute))],
            await store.HandOversAsync(10, cancellation)));

        string? Name(string? email) => email is null ? null : desk.AgentAt(email)?.Name ?? email;

        Fairness FairnessOf(Rotation rotation, int year)
        {
            var turns = plan.TurnsOf(rotation, new DateOnly(year, 1, 1), new DateOnly(year, 12, 31)).ToList();
            return new Fairness(rotation.Key, rotation.Sv, rotation.En, [.. turns.SelectMany(turn => new[] { turn.Agent, turn.Whose }).OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)
                .Select(agent => new Share(agent, Name(agent)!, turns.Count(turn => Same(turn.Agent, agent)), turns.Count(turn => Same(turn.Whose, agent))))]);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AddAbsenceAsync(
        AbsenceRequest request, Caller caller, SetUpCache setUp, ShiftStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var desk = await setUp.GetAsync(cancellation);
        if (!TryFind(desk, caller, request.Agent, out var agent, out var problem))
            return problem!;
        if (request.To < request.From || request.To.DayNumber - request.From.DayNumber > MostDays || request.From.Year is < 2000 or > 2200)
            return Problems.Invalid("absence.dates", Phrase.Of("Från ett datum till ett datum, samma eller senare.", "From a date to a date, the same or a later one."));
        var substitute = desk.AgentAt(request.Substitute);
        if (request.Substitute is not null && (substitute is null || substitute.Id == agent!.Id))
            return Problems.Invalid("absence.substitute", Phrase.Of("En ersättare är en annan av deskens handläggare.", "A substitute is another agent of the desk."));
        await store.AddAbsencesAsync(
            agent!.Id, [(Guid.CreateVersion7(), request.From, request.To, Short(request.Reason), null)], substitute?.Id, caller.Name, clock.GetUtcNow(), cancellation);
        setUp.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Listed<AbsenceView>>, ProblemHttpResult>> ReadAbsencesAsync(
        HttpContext http, Caller caller, SetUpCache setUp, ShiftStore store, TimeProvider clock)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (!TryFind(desk, caller, null, out var agent, out var problem))
            return problem!;
        if (http.Request.ContentLength is null or > LargestCalendar)
            return Problems.Invalid("ics.size", Phrase.Of("Skicka filen med dess längd, högst en miljon byte.", "Send the file with its length, at most a million bytes."));
        using var reader = new StreamReader(http.Request.Body);
        var entries = Ical.Read(await reader.ReadToEndAsync(http.RequestAborted), 500).DistinctBy(entry => entry.Uid).Where(entry => entry.From.Year is > 2000 and < 2200).ToList();
        if (entries.Count == 0)
            return Problems.Invalid("ics.empty", Phrase.Of("Ingen post med datum gick att läsa.", "No entry with a date could be read."));
        await store.AddAbsencesAsync(
            agent!.Id, [.. entries.Select(entry => (Guid.CreateVersion7(), entry.From, entry.To, Short(entry.Summary), (string?)entry.Uid))], null, caller.Name,
            clock.GetUtcNow(), http.RequestAborted);
        setUp.Forget();
        return TypedResults.Ok(new Listed<AbsenceView>([.. entries.Select(entry => new AbsenceView(Guid.Empty, agent.Email, agent.Name, entry.From, entry.To, entry.Summary, null))]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAbsenceAsync(
        Guid id, Caller caller, SetUpCache setUp, ShiftStore store, CancellationToken cancellation)
    {
        var desk = await setUp.GetAsync(cancellation);
        if (desk.Duties.Absences.FirstOrDefault(absence => absence.Id == id) is not { } absence)
            return Problems.NotFound("absence.unknown", "There is no such absence.");
        if (!TryFind(desk, caller, absence.Agent, out _, out var problem))
            return problem!;
        await store.RemoveAbsenceAsync(id, cancellation);
        setUp.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SwapAsync(
        SwapRequest request, Caller caller, SetUpCache setUp, ShiftStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var desk = await setUp.GetAsync(cancellation);
        if (desk.Duties.Rotations.FirstOrDefault(rotation => rotation.Key == request.Rotation) is not { } rotation
            || desk.Duties.On(request.Date).FirstOrDefault(duty => duty.Rotation == rotation.Key) is not { } duty)
        {
            return Problems.Invalid("swap.turn", Phrase.Of("Det finns ingen sådan tur det datumet.", "There is no such turn on that date."));
        }
        if (desk.AgentAt(request.Agent) is not { } agent)
            return Problems.Invalid("agent.unknown", Phrase.Of($"Det finns ingen aktiv handläggare ”{request.Agent}”.", $"There is no active agent '{request.Agent}'."));
        if (!TryFind(desk, caller, duty.Agent ?? agent.Email, out _, out var problem))
            return problem!;
        await store.SwapAsync(rotation.Key, request.Date, agent.Id, caller.Name, clock.GetUtcNow(), cancellation);
        setUp.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnswapAsync(
        string rotation, DateOnly date, Caller caller, SetUpCache setUp, ShiftStore store, CancellationToken cancellation)
    {
        if (!caller.IsAtLeast("lead"))
            return Problems.Forbidden("swap.lead", "A lead takes back what two agreed on.");
        await store.UnswapAsync(rotation, date, cancellation);
        setUp.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> HandOverAsync(
        HandOverRequest request, Caller caller, SetUpCache setUp, ShiftStore store, TimeProvider clock, CancellationToken cancellation)
    {
        if ((await setUp.GetAsync(cancellation)).Duties.Shifts.All(shift => shift.Key != request.Shift))
            return Problems.Invalid("shift.unknown", Phrase.Of($"Det finns inget pass ”{request.Shift}”.", $"There is no shift '{request.Shift}'."));
        if (string.IsNullOrWhiteSpace(request.Words) || request.Words.Length > 4000)
            return Problems.Invalid("handover.words", Phrase.Of("Säg något, med högst 4 000 tecken.", "Say something, in at most 4,000 characters."));
        await store.HandOverAsync(new HandOverNote(Guid.CreateVersion7(), request.Shift!, request.Words.Trim(), caller.Name, clock.GetUtcNow()), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Feed>, ProblemHttpResult>> FeedAsync(
        Caller caller, SignedTokens tokens, SetUpCache setUp, ShiftStore store, TimeProvider clock, CancellationToken cancellation)
        => (await setUp.GetAsync(cancellation)).AgentOf(caller) is { } me
            ? TypedResults.Ok(FeedOf(caller, me, await store.FeedAsync(me.Id, renew: false, cancellation), tokens, clock))
            : Problems.NotFound("agent.unknown", "You are no agent here.");

    private static async Task<Results<Ok<Feed>, ProblemHttpResult>> RenewFeedAsync(
        Caller caller, SignedTokens tokens, SetUpCache setUp, ShiftStore store, TimeProvider clock, CancellationToken cancellation)
        => (await setUp.GetAsync(cancellation)).AgentOf(caller) is { } me
            ? TypedResults.Ok(FeedOf(caller, me, await store.FeedAsync(me.Id, renew: true, cancellation), tokens, clock))
            : Problems.NotFound("agent.unknown", "You are no agent here.");

    private static Feed FeedOf(Caller caller, Agent me, int feed, SignedTokens tokens, TimeProvider clock)
    {
        var until = clock.GetUtcNow() + FeedLasts;
        return new Feed($"/api/v1/routing/feeds/{tokens.Write(FeedPurpose, $"{caller.Language}:{me.Id}:{feed}", until)}/duty.ics", until);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> ReadFeedAsync(
        string token, SignedTokens tokens, SetUpCache setUp, ShiftStore store, IConfiguration configuration, TimeProvider clock, CancellationToken cancellation)
    {
        var (now, desk) = (clock.GetUtcNow(), await setUp.GetAsync(cancellation));
        // A link from before links were numbered is the first.
        if (Read(tokens, token, now)?.Split(':') is not [var language, var id, .. var feed] || !Guid.TryParse(id, out var agent) || desk.Agent(agent) is not { Active: true } me
            || await store.FeedAsync(agent, renew: false, cancellation) != (feed is [var number] && int.TryParse(number, out var parsed) ? parsed : 0))
            return Problems.NotFound("feed.unknown", "This link is not, or no longer, one to a calendar.");
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return TypedResults.Content(
            Ical.Write(desk.Duties.Between(today.AddDays(-30), today.AddDays(180)).Where(duty => Same(duty.Agent, me.Email)), me.Email, configuration["Desk:MailDomain"] ?? "desk", language, now),
            "text/calendar; charset=utf-8");
    }

    private static string? Read(SignedTokens tokens, string token, DateTimeOffset now)
    {
        try
        {
            return tokens.Read(FeedPurpose, token, now);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The agent that is meant, if the caller may speak for them: themselves, or a lead for anybody.</summary>
    private static bool TryFind(DeskSetUp desk, Caller caller, string? email, out Agent? agent, out ProblemHttpResult? problem)
    {
        var me = desk.AgentOf(caller);
        agent = email is null ? me : desk.AgentAt(email);
        problem = agent is null ? Problems.Invalid("agent.unknown", Phrase.Of($"Det finns ingen aktiv handläggare ”{email ?? caller.Name}”.", $"There is no active agent '{email ?? caller.Name}'."))
            : agent.Id != me?.Id && !caller.IsAtLeast("lead") ? Problems.Forbidden("shifts.lead", "Only a lead speaks for somebody else.")
            : null;
        return problem is null;
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim().Length > 200 ? text.Trim()[..200] : text.Trim();
}
