using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>The way to a ticket's conversation: the ticket as the caller may see it, or nothing.</summary>
internal static class TicketAccess
{
    /// <summary>Null when there is none of that number, or it is not the caller's to see.</summary>
    public static async Task<TicketHead?> FindAsync(
        NpgsqlConnection connection, string number, Caller caller, CancellationToken cancellation)
    {
        if (!TicketNumber.TryParse(number, out var known))
            return null;
        var visibility = Visibility.Of(caller);
        await using var command = new NpgsqlCommand($"{TicketHead.Select} where ticket.number = @number and {visibility.Condition}", connection);
        command.Parameters.Add(new NpgsqlParameter<long>("number", known.Value));
        visibility.AddTo(command.Parameters);
        return await TicketHead.ReadAsync(command, cancellation);
    }
}
