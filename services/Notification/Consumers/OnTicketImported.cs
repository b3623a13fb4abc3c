using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Knows whom to tell when something happens to the ticket from now on. Of what happened elsewhere nobody is told, and nothing is confirmed.</summary>
internal sealed class OnTicketImported : IReactTo<TicketImported>
{
    public Task ReactAsync(TicketImported happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(new NpgsqlBatchCommand(
            """
            insert into ticket (id, number, registered_at, requester, requester_name, language, subject, automatic, vouched, refs, proposals)
            values ($1, $2, $3, $4, $5, $6, $7, false, true, '{}', '[]') on conflict (id) do nothing
            """)
        {
            Parameters =
            {
                new() { Value = happened.TicketId }, new() { Value = happened.Number }, new() { Value = happened.RegisteredAt }, new() { Value = happened.Requester.Email },
                new() { Value = (object?)happened.Requester.Name ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }, new() { Value = happened.Requester.Language },
                new() { Value = happened.Subject },
            },
        });
        return Task.CompletedTask;
    }
}
