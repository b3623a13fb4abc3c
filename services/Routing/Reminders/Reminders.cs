using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Work;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Routing.Reminders;

/// <summary>At and what an agent, the caller, wants to be reminded of.</summary>
internal sealed record ReminderRequest(DateTimeOffset? At, string? Note);

/// <summary>Fell: its time has come.</summary>
internal sealed record Reminder(Guid Id, string Number, DateTimeOffset At, string Note, bool Fell);

internal sealed record ReminderList(IReadOnlyList<Reminder> Items);

/// <summary>
/// "Remind me": an agent is reminded of a ticket at a time. It is theirs alone, and no part of the ticket's history. When its time comes it stands at the top of their
/// pages until they say that it is done; who is away gets it by mail too. The due row is taken with a lock that others pass over: once, at any number of replicas.
/// </summary>
internal sealed class Reminding(NpgsqlDataSource database, Outbox outbox, SetUpCache setUp, TimeProvider clock, ILogger<Reminding> logger) : DueWorker(logger)
{
    private const int Longest = 500;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public static void Map(RouteGroupBuilder ticket, RouteGroupBuilder routing)
    {
        ticket.MapPost("/reminders", AddAsync).WithName("AddReminder").WithSummary("Remind the caller of it at a time.");
        routing.MapGet("/reminders", ListAsync).RequireAuthorization(Policies.Agent).WithName("ListReminders").WithSummary("The caller's reminders that are not over, the earliest first; of a ticket, with ticket=.");
        routing.MapPost("/reminders/{id:guid}/done", (Guid id, Caller caller, SetUpCache setUp, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
            => EndAsync(id, false, caller, setUp, database, clock, cancellation)).RequireAuthorization(Policies.Agent).WithName("EndReminder").WithSummary("What it reminded of is done.");
        routing.MapDelete("/reminders/{id:guid}", (Guid id, Caller caller, SetUpCache setUp, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
            => EndAsync(id, true, caller, setUp, database, clock, cancellation)).RequireAuthorization(Policies.Agent).WithName("CancelReminder").WithSummary("No reminder is wanted after all.");
    }

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var (desk, now) = (await setUp.GetAsync(cancellation), clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var fallen = new List<(Guid Id, TicketRef Ticket, Guid Agent, string Note)>();
        await using (var take = new NpgsqlCommand("""
            update reminder set fell_at = $1
            where id in (select id from reminder where at <= $1 and fell_at is null and over_at is null order by at limit 100 for update skip locked)
            returning id, ticket_id, number, agent_id, note
            """, connection, transaction)
        { Parameters = { new() { Value = now } } })
        {
            await using var rows = await take.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
                fallen.Add((rows.GetGuid(0), new TicketRef(rows.GetGuid(1), rows.GetString(2)), rows.GetGuid(3), rows.GetString(4)));
        }
        foreach (var (id, ticket, agentId, note) in fallen)
        {
            if (desk.Agent(agentId) is { Active: true } agent)
            {
                await outbox.SayAsync(transaction, ticket.Id, new AgentTold(
                    id, now, agent.Email, agent.Name, ToldAbout.Reminder, ticket, null, note, null, ByMail: agent.Presence is Presence.Away or Presence.HandBack), cancellation);
            }
        }
        await transaction.CommitAsync(cancellation);
        return fallen.Count;
    }

    private static async Task<Results<Ok<Reminder>, ProblemHttpResult>> AddAsync(
        string number, ReminderRequest request, Caller caller, WorkStore store, SetUpCache setUp, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (request.At is not { } at || at <= now || at > now.AddYears(2))
            return Problems.Invalid("reminder.at", Phrase.Of("Säg när: en tid som kommer, inom två år.", "Say when: a time that comes, within two years."));
        if (request.Note is { Length: > Longest })
            return Problems.Invalid("reminder.note", Phrase.Of($"Högst {Longest} tecken.", $"At most {Longest} characters."));
        if (await store.FindAsync(number, cancellation) is not { } ticket)
            return Changes.NotFound(number);
        var reminder = new Reminder(Guid.CreateVersion7(now), ticket.Item.Number, at.ToUniversalTime(), request.Note?.Trim() ?? "", false);
        await using var command = database.CreateCommand(
            "insert into reminder (id, ticket_id, number, agent_id, at, note, made_by, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var value in (object[])[reminder.Id, ticket.Item.TicketId, reminder.Number, Owner(caller, await setUp.GetAsync(cancellation)), reminder.At, reminder.Note, caller.Name, now])
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
        return TypedResults.Ok(reminder);
    }

    private static async Task<Ok<ReminderList>> ListAsync(
        Caller caller, SetUpCache setUp, NpgsqlDataSource database, CancellationToken cancellation, string? ticket = null)
    {
        await using var command = database.CreateCommand(
            "select id, number, at, note, fell_at is not null from reminder where agent_id = $1 and over_at is null and ($2::text is null or number = $2) order by at limit 200");
        command.Parameters.Add(new() { Value = Owner(caller, await setUp.GetAsync(cancellation)) });
        command.Parameters.Add(new() { Value = (object?)ticket ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var reminders = new List<Reminder>();
        while (await rows.ReadAsync(cancellation))
            reminders.Add(new Reminder(rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3), rows.GetBoolean(4)));
        return TypedResults.Ok(new ReminderList(reminders));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        Guid id, bool cancelled, Caller caller, SetUpCache setUp, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update reminder set over_at = coalesce(over_at, $3), cancelled = cancelled or (over_at is null and $4) where id = $1 and agent_id = $2");
        foreach (var value in (object[])[id, Owner(caller, await setUp.GetAsync(cancellation)), clock.GetUtcNow(), cancelled])
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation) > 0 ? TypedResults.NoContent() : Problems.NotFound("reminder.unknown", "You have no such reminder.");
    }

    private static Guid Owner(Caller caller, DeskSetUp desk) => desk.AgentOf(caller)?.Id ?? caller.Id;
}
