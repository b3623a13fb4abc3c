using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Desk.Routing.Automation;
using Desk.Routing.Holders;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Routing.SetUp;

/// <summary>
/// Left out stays as it is. Teams, skills (a level, 1 to 3, for each) and capacity (how many open tickets for a channel's word, or <c>all</c>) are set by a
/// lead; presence by the agent or a lead.
/// </summary>
internal sealed record AgentRequest(
    Presence? Presence, IReadOnlyList<string>? Teams, IReadOnlyDictionary<string, int>? Skills = null, IReadOnlyDictionary<string, int>? Capacity = null);

/// <summary>A day of an iCal file, and what it is called there.</summary>
internal sealed record DayRead(DateOnly Date, string? Summary);

/// <summary>
/// <c>/routing/{teams, categories, matrix, agreements, calendars, rules, skills, shifts, rotations, agents}</c>. A document is read and written whole, with its version as ETag;
/// every version is kept, and says who made it.
/// </summary>
internal static class SetUpEndpoints
{
    public static void MapSetUp(this RouteGroupBuilder routing)
    {
        Map(routing, "teams", RoutingJson.Plain.ListedTeam, Checks.Teams, "The teams.");
        Map(routing, "categories", RoutingJson.Plain.ListedCategory, Checks.Categories, "The categories, and the team of each.", everyone: true);
        Map(routing, "matrix", RoutingJson.Plain.MatrixDocument, Checks.Matrix, "Impact and urgency to priority.");
        Map(routing, "agreements", RoutingJson.Plain.ListedAgreementSpec, Checks.Agreements, "The promises: targets in working time for each priority.");
        Map(routing, "calendars", RoutingJson.Plain.ListedCalendarSpec, Checks.Calendars, "Opening hours, holidays and days off.");
        Map(routing, "rules", RoutingJson.Plain.ListedRule, Checks.Rules, "What triage sets by words, sender, channel or organisation, in order.");

        Map(routing, "skills", RoutingJson.Plain.ListedSkill, Checks.Skills, "What agents can be good at, and the categories that need it.");

        Map(routing, "shifts", RoutingJson.Plain.ListedShift, Checks.Shifts, "When the teams are staffed.");
        Map(routing, "rotations", RoutingJson.Plain.ListedRotation, Checks.Rotations, "Who takes a shift in turn.");

        routing.MapPost("/calendars/ics", ReadDaysAsync).Accepts<string>("text/calendar").RequireAuthorization(Policies.Lead)
            .WithName("ReadDaysOff").WithSummary("The days of an iCal file, to put among a calendar's days off. Nothing is kept.");
        Map(routing, "triggers", RoutingJson.Plain.ListedTrigger, Checks.Triggers, "What the desk does by itself on events and on time, in order.");
        Map(routing, "checklists", RoutingJson.Plain.ListedChecklistSpec, Checks.Checklists, "The steps of a kind of matter.");

        routing.MapPost("/triggers/preview", PreviewTrigger.HandleAsync).RequireAuthorization(Policies.Lead)
            .WithName("PreviewTrigger").WithSummary("Which past tickets a trigger would have fired on, what it would have done, and on which it would fire at once.");
        routing.MapGet("/triggers/state", StormBrake.ReadAsync).RequireAuthorization(Policies.Agent)
            .WithName("ReadTriggerStates").WithSummary("How often each trigger fired in the last day and hour, and which were stopped.");
        routing.MapPost("/triggers/{key}/resume", StormBrake.ResumeAsync).RequireAuthorization(Policies.Lead)
            .WithName("ResumeTrigger").WithSummary("Switch a trigger on again that was stopped because it fired too often.");

        routing.MapPost("/rules/preview", PreviewRule.HandleAsync).RequireAuthorization(Policies.Lead)
            .WithName("PreviewRule").WithSummary("Which past tickets a rule would have held for, and what it would have set.");

        routing.MapGet("/agents", async (SetUpCache setUp, CancellationToken cancellation) =>
                TypedResults.Ok(new Listed<Agent>((await setUp.GetAsync(cancellation)).Agents)))
            .RequireAuthorization(Policies.Agent).WithName("ReadAgents").WithSummary("The agents, their teams and whether they are there.");
        routing.MapGet("/agents/me", async Task<Results<Ok<Agent>, ProblemHttpResult>> (Caller caller, SetUpCache setUp, CancellationToken cancellation) =>
                (await setUp.GetAsync(cancellation)).AgentOf(caller) is { } me ? TypedResults.Ok(me) : Problems.NotFound("agent.unknown", "You are no agent here."))
            .RequireAuthorization(Policies.Agent).WithName("ReadMyself").WithSummary("The caller as an agent.");
        routing.MapPut("/agents/{id:guid}", WriteAgentAsync)
            .RequireAuthorization(Policies.Agent).WithName("WriteAgent").WithSummary("Set an agent's teams, skills and capacity (leads) or presence (themselves, or leads).");
    }

    private static void Map<T>(
        RouteGroupBuilder routing, string kind, JsonTypeInfo<T> json, Func<T, DeskSetUp, Dictionary<string, string[]>> check, string what, bool everyone = false)
        where T : class
    {
        var name = char.ToUpperInvariant(kind[0]) + kind[1..];
        var read = routing.MapGet($"/{kind}", async (HttpContext http, SetUpStore store) =>
            {
                var document = await store.ReadAsync(kind, http.RequestAborted);
                SetTag(http, document.Version);
                return TypedResults.Ok(JsonSerializer.Deserialize(document.Json, json)!);
            })
            .WithName($"Read{name}").WithSummary(what);
        if (!everyone)
            read.RequireAuthorization(Policies.Agent);

        routing.MapPut($"/{kind}", async Task<Results<Ok<T>, ProblemHttpResult>> (
                HttpContext http, T document, Caller caller, SetUpStore store, SetUpCache setUp, TimeProvider clock) =>
            {
                setUp.Forget();
                if (check(document, await setUp.GetAsync(http.RequestAborted)) is { Count: > 0 } errors)
                    return Problems.Invalid(errors);
                var expected = http.Request.Headers.IfMatch.ToString().Trim('"');
                if (await store.WriteAsync(
                    kind, JsonSerializer.Serialize(document, json), expected is "" or "*" ? null : long.TryParse(expected, out var tag) ? tag : -1, caller.Name,
                    clock.GetUtcNow(), http.RequestAborted) is not { } version)
                {
                    return Problems.Stale((await store.ReadAsync(kind, http.RequestAborted)).Version);
                }
                setUp.Forget();
                SetTag(http, version);
                return TypedResults.Ok(document);
            })
            .RequireAuthorization(Policies.Lead).WithName($"Write{name}").WithSummary($"{what} Written whole.");

        routing.MapGet($"/{kind}/versions", async (SetUpStore store, CancellationToken cancellation) => TypedResults.Ok(new Listed<DocumentVersion>(await store.VersionsAsync(kind, 50, cancellation))))
            .RequireAuthorization(Policies.Lead).WithName($"List{name}Versions").WithSummary("Who changed it and when, the latest first.");
        routing.MapGet($"/{kind}/versions/{{version:long}}", async Task<Results<Ok<T>, ProblemHttpResult>> (long version, SetUpStore store, CancellationToken cancellation) =>
                await store.ReadAsync(kind, version, cancellation) is { } document
                    ? TypedResults.Ok(JsonSerializer.Deserialize(document, json)!)
                    : Problems.NotFound("setup.version", "It never had that version."))
            .RequireAuthorization(Policies.Lead).WithName($"Read{name}Version").WithSummary("As it was: written again, it is restored.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteAgentAsync(
        Guid id, AgentRequest request, Caller caller, SetUpStore store, SetUpCache setUp, TimeProvider clock, CancellationToken cancellation)
    {
        var (desk, lead) = (await setUp.GetAsync(cancellation), caller.IsAtLeast("lead"));
        if (!lead && (request is not { Teams: null, Skills: null, Capacity: null } || desk.AgentOf(caller)?.Id != id))
            return Problems.Forbidden("agents.lead", "Only a lead sets teams, skills and capacity, or the presence of somebody else.");
        if (request.Teams?.FirstOrDefault(team => desk.Team(team) is null) is { } unknown)
            return Problems.Invalid("team.unknown", Phrase.Of($"Det finns inget team ”{unknown}”.", $"There is no team '{unknown}'."));
        if (request.Skills?.FirstOrDefault(skill => skill.Value is < 1 or > 3 || desk.Skills.All(known => known.Key != skill.Key)).Key is { } wrong)
            return Problems.Invalid("skill.unknown", Phrase.Of($"”{wrong}” är ingen av deskens färdigheter med en nivå från 1 till 3.", $"'{wrong}' is no skill of the desk with a level from 1 to 3."));
        if (request.Capacity?.FirstOrDefault(room => room.Value < 0 || (room.Key != Agent.AllChannels && Words.Read<Contracts.Channel>(room.Key) is null)).Key is { } channel)
            return Problems.Invalid("capacity.channel", Phrase.Of($"”{channel}” är ingen kanal, eller så är dess kapacitet under 0. Kanalerna är {string.Join(", ", Words.All<Contracts.Channel>())} och all.", $"'{channel}' is no channel, or its capacity is below 0. Channels are {string.Join(", ", Words.All<Contracts.Channel>())} and all."));
        if (!await store.WriteAgentAsync(id, request, clock.GetUtcNow(), cancellation))
            return Problems.NotFound("agent.unknown", "There is no such agent.");
        setUp.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<Listed<DayRead>>, ProblemHttpResult>> ReadDaysAsync(HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.ContentLength is null or > 1_000_000)
            return Problems.Invalid("ics.size", Phrase.Of("Skicka filen med dess längd, högst en miljon byte.", "Send the file with its length, at most a million bytes."));
        using var reader = new StreamReader(http.Request.Body);
        var days = Shifts.Ical.Read(await reader.ReadToEndAsync(cancellation), 500).Where(entry => entry.From.Year is > 2000 and < 2200 && entry.To.DayNumber - entry.From.DayNumber < 100)
            .SelectMany(entry => Enumerable.Range(0, entry.To.DayNumber - entry.From.DayNumber + 1).Select(day => new DayRead(entry.From.AddDays(day), entry.Summary)))
            .DistinctBy(day => day.Date).OrderBy(day => day.Date).ToList();
        return days.Count == 0 ? Problems.Invalid("ics.empty", Phrase.Of("Ingen post med datum gick att läsa.", "No entry with a date could be read.")) : TypedResults.Ok(new Listed<DayRead>(days));
    }

    private static void SetTag(HttpContext http, long version) => http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
