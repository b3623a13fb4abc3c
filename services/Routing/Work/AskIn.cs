using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Work;

/// <summary>Agent (an e-mail) or Team, one of them: whoever of it knows.</summary>
internal sealed record AskRequest(string? Agent, string? Team, string? Question);

/// <summary>A question that waits for an answer. To is the name of an agent, or of a team in Swedish.</summary>
internal sealed record Ask(Guid Id, string Number, string To, string Question, string By, DateTimeOffset At, bool Mine);

internal sealed record AskList(IReadOnlyList<Ask> Items);

/// <summary>Asking a specialist in: they help, the ticket and its requester stay with the holder.</summary>
internal static class AskIn
{
    public static async Task<Results<Ok<TicketWork>, ProblemHttpResult>> HandleAsync(
        HttpContext http, string number, AskRequest request, Caller caller, Changes changes, SetUpCache setUp)
    {
        var desk = await setUp.GetAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(request.Question) || request.Question.Length > 2000)
            return Problems.Invalid("ask.question", Phrase.Of("Fråga något, med högst 2 000 tecken.", "Ask something, in at most 2,000 characters."));
        if (request.Agent is null == request.Team is null)
            return Problems.Invalid("ask.whom", Phrase.Of("Fråga en handläggare eller ett team.", "Ask an agent or a team."));
        if (request.Team is not null && desk.Team(request.Team) is null)
            return Problems.Invalid("team.unknown", Phrase.Of($"Det finns inget team ”{request.Team}”.", $"There is no team '{request.Team}'."));
        if (request.Agent is not null && desk.AgentAt(request.Agent) is null)
            return Problems.Invalid("agent.unknown", Phrase.Of($"Det finns ingen aktiv handläggare ”{request.Agent}”.", $"There is no active agent '{request.Agent}'."));
        return await changes.MakeAsync(http, number, caller, (item, deciding) => Decide(item, request, deciding));
    }

    public static Task<Results<Ok<TicketWork>, ProblemHttpResult>> AnswerAsync(HttpContext http, string number, Guid ask, Caller caller, Changes changes)
        => changes.MakeAsync(http, number, caller, (item, deciding) => item.Asks.Any(open => open.AskId == ask)
            ? [new AskAnswered(deciding.Now, deciding.By, ask)]
            : []);

    public static async Task<Ok<AskList>> ListAsync(Caller caller, SetUpCache setUp, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var desk = await setUp.GetAsync(cancellation);
        var me = desk.AgentOf(caller);
        await using var command = database.CreateCommand("""
            select id, number, team, agent_id, question, asked_by, asked_at from ask
            where answered_at is null and (agent_id = $1 or team = any($2)) order by asked_at limit 200
            """);
        command.Parameters.Add(new() { Value = me?.Id ?? caller.Id });
        command.Parameters.Add(new() { Value = me?.Teams.ToArray() ?? [] });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var asks = new List<Ask>();
        while (await rows.ReadAsync(cancellation))
        {
            asks.Add(new Ask(
                rows.GetGuid(0), rows.GetString(1), rows.IsDBNull(2) ? me?.Name ?? caller.Name : desk.Team(rows.GetString(2))?.Sv ?? rows.GetString(2), rows.GetString(4),
                rows.GetString(5), rows.GetFieldValue<DateTimeOffset>(6), !rows.IsDBNull(3)));
        }
        return TypedResults.Ok(new AskList(asks));
    }

    internal static IReadOnlyList<Fact> Decide(WorkItem item, AskRequest request, Deciding deciding)
    {
        item.MustBeOpen("ask about");
        var agent = deciding.Desk.AgentAt(request.Agent);
        if (agent is not null && agent.Id == item.AssigneeId)
            throw new RuleBrokenException("ask.holder", Phrase.Of($"{agent.Name} har {item.Number}: det finns ingen att fråga in.", $"{agent.Name} holds {item.Number}: there is nobody to ask in."));
        return [new AskedIn(deciding.Now, deciding.By, Guid.CreateVersion7(), request.Team, agent?.Id, agent?.Name, request.Question!.Trim())];
    }

    /// <summary>What an agent was asked, alone or with their team, is answered when they write a note.</summary>
    internal static IEnumerable<Fact> Answers(WorkItem item, Actor writer, DeskSetUp desk, DateTimeOffset now)
        => item.Asks
            .Where(ask => writer.Id is { } id && id != ask.By.Id && (ask.AgentId == id || (desk.Agent(id)?.IsOf(ask.Team) ?? false)))
            .Select(ask => new AskAnswered(now, writer, ask.AskId));
}
