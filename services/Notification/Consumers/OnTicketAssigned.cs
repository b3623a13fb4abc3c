using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Remembers which team has the ticket: its mails may be from an address of the team's own.</summary>
internal sealed class OnTicketAssigned : IReactTo<TicketAssigned>
{
    public Task ReactAsync(TicketAssigned happened, Reaction reaction, CancellationToken cancellation)
        => TicketTeam.RememberAsync(reaction, happened.TicketId, happened.Work, cancellation);
}

internal static class TicketTeam
{
    /// <summary>Events come in any order: an older one changes nothing. Of a ticket not triaged here yet, its triage will tell.</summary>
    public static async Task RememberAsync(Reaction reaction, Guid ticket, Work work, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "update ticket set team = $2, team_version = $3 where id = $1 and $3 > greatest(coalesce(team_version, 0), coalesce(work_version, 0))", reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = ticket }, new() { Value = (object?)work.Team ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }, new() { Value = work.Version } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
