using Desk.Intake.People;
using Desk.ServiceDefaults.Identity;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake.Tickets;

/// <summary>
/// Which tickets a caller sees. Agents: all. A person: those they asked for or were copied in on. A requester's machine key: those it
/// registered itself. Written as a condition of the query that reads, so that what is not theirs is not there: 404, never 403.
/// </summary>
internal sealed record Visibility(string Condition, NpgsqlParameter? Parameter)
{
    /// <summary>The condition reads <c>ticket</c>, and the parameter <c>@viewer</c>.</summary>
    public static Visibility Of(Caller caller) => caller switch
    {
        { IsAgent: true } => new("true", null),
        { Machine: true } => new("ticket.registered_by = @viewer", new NpgsqlParameter<Guid>("viewer", caller.Id)),
        { Email: { } email } => new("""
            ticket.id in (
                select own.id from ticket own join person on person.id = own.requester_id where person.email = @viewer
                union all
                select ticket_id from participant where participant.email = @viewer)
            """, new NpgsqlParameter<string>("viewer", NpgsqlDbType.Text) { TypedValue = EmailAddress.Normalise(email) }),
        _ => new("false", null),
    };

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        if (Parameter is not null)
            parameters.Add(Parameter);
    }
}
