using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Tells a ticket's requester something of the desk's own accord, in the thread of the ticket.</summary>
internal static class TicketMail
{
    /// <summary>Also to the requesters of tickets that were merged into it: each in their own language, and in the thread they know.</summary>
    /// <exception cref="NotYetException">The ticket's registration has not been heard yet.</exception>
    public static Task AddAsync(
        Reaction reaction, Guid ticket, string number, string kind, Facts facts, DeliveryStore deliveries, DeskAddress desk, SendDue sender,
        CancellationToken cancellation)
        => AddAsync(reaction, ticket, number, kind, facts, "id = $1 or merged_into = $1", deliveries, desk, sender, cancellation);

    /// <summary>To the ticket's own requester, whatever is merged into it. Message: what it carries; inLanguage: what it says in the language they read.</summary>
    /// <exception cref="NotYetException">The ticket's registration has not been heard yet.</exception>
    public static Task AddToOneAsync(
        Reaction reaction, Guid ticket, string number, string kind, Facts facts, DeliveryStore deliveries, DeskAddress desk, SendDue sender,
        CancellationToken cancellation, Guid? message = null, Func<string, Facts, Facts>? inLanguage = null)
        => AddAsync(reaction, ticket, number, kind, facts, "id = $1", deliveries, desk, sender, cancellation, message, inLanguage);

    public static Facts Of(Work work) => new() { Team = work.TeamName ?? work.Team, NextStep = work.NextStep, NextStepAt = work.NextStepAt };

    private static async Task AddAsync(
        Reaction reaction, Guid ticket, string number, string kind, Facts facts, string which, DeliveryStore deliveries, DeskAddress desk, SendDue sender,
        CancellationToken cancellation, Guid? message = null, Func<string, Facts, Facts>? inLanguage = null)
    {
        var told = new List<Told>();
        await using (var command = new NpgsqlCommand(
            $"""
            select id, requester, requester_name, language, subject, automatic, vouched,
                   exists (select from no_updates where ticket_id in (ticket.id, $1) and email = requester)
            from ticket where ({which}) and registered_at is not null order by id = $1 desc, id
            """, reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = ticket } } })
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                told.Add(new Told(
                    row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetString(4),
                    Automatic: row.GetBoolean(5), Vouched: row.GetBoolean(6), NoUpdates: row.GetBoolean(7)));
            }
        }
        if (told is not [{ Ticket: var first }, ..] || first != ticket)
            throw new NotYetException($"The registration of {number} has not been heard yet.");

        // A machine's ticket gets no automatic mail, ever; a person of two merged tickets gets one.
        foreach (var one in told.Where(one => !one.Automatic && one.Recipient.Length > 0 && !(one.NoUpdates && kind == Kinds.Update)).DistinctBy(one => one.Recipient, StringComparer.OrdinalIgnoreCase))
        {
            var thread = await deliveries.ThreadAsync(reaction.Transaction, one.Ticket, cancellation);
            var id = Guid.CreateVersion7();
            await deliveries.AddAsync(reaction.Transaction, new Delivery(
                id, ticket, number, message, kind, Automatic: true, one.Recipient, [], one.Language,
                (inLanguage?.Invoke(one.Language, facts) ?? facts) with { Name = one.Name, Subject = one.Subject, Vouched = one.Vouched }, id, desk.MessageId(number, id),
                thread.Count > 0 ? thread[^1] : null, thread.Count > 0 ? [.. thread.Take(thread.Count - 1)] : [], 0, default, null), cancellation);
            sender.Expect();
        }
    }

    private sealed record Told(
        Guid Ticket, string Recipient, string? Name, string Language, string Subject, bool Automatic, bool Vouched, bool NoUpdates);
}
