using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Tells a ticket's requester something of the desk's own accord, in the thread of the ticket.</summary>
internal static class TicketMail
{
    /// <exception cref="NotYetException">The ticket's registration has not been heard yet.</exception>
    public static async Task AddAsync(
        Reaction reaction, Guid ticket, string number, string kind, Facts facts, DeliveryStore deliveries, DeskAddress desk, SendDue sender,
        CancellationToken cancellation)
    {
        string recipient, language;
        await using (var command = new NpgsqlCommand(
            """
            select requester, requester_name, language, subject, automatic, vouched,
                   exists (select from no_updates where ticket_id = ticket.id and email = requester)
            from ticket where id = $1 and registered_at is not null
            """,
            reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = ticket } } })
        {
            await using var row = await command.ExecuteReaderAsync(cancellation);
            if (!await row.ReadAsync(cancellation))
                throw new NotYetException($"The registration of {number} has not been heard yet.");
            // A machine's ticket gets no automatic mail, ever.
            if (row.GetBoolean(4) || row.GetString(0).Length == 0)
                return;
            if (kind == Kinds.Update && row.GetBoolean(6))
                return;
            (recipient, language) = (row.GetString(0), row.GetString(2));
            facts = facts with { Name = row.IsDBNull(1) ? null : row.GetString(1), Subject = row.GetString(3), Vouched = row.GetBoolean(5) };
        }
        var thread = await deliveries.ThreadAsync(reaction.Transaction, ticket, cancellation);
        var id = Guid.CreateVersion7();
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            id, ticket, number, null, kind, Automatic: true, recipient, [], language, facts, id, desk.MessageId(number, id),
            thread.Count > 0 ? thread[^1] : null, thread.Count > 0 ? [.. thread.Take(thread.Count - 1)] : [], 0, default, null), cancellation);
        sender.Expect();
    }

    public static Facts Of(Work work) => new() { Team = work.TeamName ?? work.Team, NextStep = work.NextStep, NextStepAt = work.NextStepAt };
}
