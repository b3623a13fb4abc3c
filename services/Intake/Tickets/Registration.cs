using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Intake.People;
using Desk.Messaging;
using Desk.ServiceDefaults;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>
/// The one way in: every channel turns what it heard into a <see cref="NewContact"/> and registers it here. Person, number, ticket, first
/// message, attachments and <see cref="TicketRegistered"/> are in the caller's transaction: acknowledge after the commit, not before.
/// </summary>
internal sealed partial class Registration(Outbox outbox, TimeProvider clock, ILogger<Registration> logger)
{
    public async Task<RegisteredTicket> RegisterAsync(NewContact contact, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        contact = contact with
        {
            Requester = contact.Requester with { Email = EmailAddress.Normalise(contact.Requester.Email) },
            Subject = PlainText.Line(contact.Subject, Limits.Subject),
            Text = PlainText.Clean(contact.Text),
            Html = SafeHtml.Make(contact.Html),
            Cc = [.. contact.Cc.Select(EmailAddress.Normalise).Distinct().Where(address => address != EmailAddress.Normalise(contact.Requester.Email))],
        };
        var at = clock.GetUtcNow().ToStored();
        var ticket = await RegistrationStore.InsertAsync(
            transaction, contact, Guid.CreateVersion7(at), Guid.CreateVersion7(at), at,
            contact.Language ?? LanguageGuess.Of($"{contact.Subject} {contact.Text}", contact.Door.Language), cancellation);

        await outbox.SayAsync(transaction, ticket.Id, new TicketRegistered(
            ticket.Id, ticket.Number.ToString(), at, contact.Channel, ticket.Requester, contact.Subject, contact.Text, ticket.MessageId,
            contact.Type, contact.Category, contact.Impact, contact.Urgency, contact.Automatic, ticket.Vouched,
            contact.Mail?.MessageId, contact.Mail is { References.Count: > 0 } mail ? string.Join(' ', mail.References) : null, contact.Cc,
            contact.Door.Team, contact.Door.Agreement, contact.Origin), cancellation);

        using var scope = logger.ForTicket(ticket.Number.ToString());
        LogRegistered(logger, ticket.Number, contact.Channel);
        return ticket;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered {Number} by {Channel}")]
    private static partial void LogRegistered(ILogger logger, TicketNumber number, Channel channel);
}
