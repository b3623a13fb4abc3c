using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.People;
using Npgsql;

namespace Desk.Intake.Tickets;

/// <summary>Everything a registration writes, in one round trip.</summary>
internal static class RegistrationStore
{
    // The person is looked up first and written only when new or better known: an upsert would make all tickets of one person wait for each other.
    // A person made by another registration at the same moment is found by the conflict.
    private const string Register = """
        with known as (
            select id, email, name, phone, language, organisation_id, vouched, vip from person where email = @email),
        home as (
            select organisation_id from organisation_domain where domain = any(@domains) order by length(domain) desc limit 1),
        made as (
            insert into person (id, email, name, phone, language, organisation_id, vouched, created_at, updated_at)
            select @person, @email, coalesce(@name, (select name from account where email = @email limit 1)), @phone,
                   coalesce((select language from account where email = @email limit 1), @language), (select organisation_id from home), @vouched, @at, @at
            where not exists (select from known)
            on conflict (email) do update set email = excluded.email
            returning id, email, name, phone, language, organisation_id, vouched, vip),
        believed as (
            update person set vouched = true, name = coalesce(name, @name), phone = coalesce(phone, @phone), updated_at = @at
            where email = @email and @vouched
              and (not vouched or (name is null and @name::text is not null) or (phone is null and @phone::text is not null))),
        requester as (select * from known union all select * from made),
        registered as (
            insert into ticket (id, requester_id, registered_by, channel, subject, automatic, created_at, updated_at, type, category, impact, urgency)
            select @ticket, id, @registeredBy, @channel, @subject, @automatic, @at, @at, @type, @category, @impact, @urgency from requester
            returning number),
        spoken as (
            insert into message (id, ticket_id, at, direction, channel, from_email, from_name, recipients, copied, subject, body, html, automatic,
                                 mail_id, mail_message_id, mail_in_reply_to, mail_references)
            select @message, @ticket, @at, 'in', @channel, email, coalesce(@name, name), @recipients, @cc, @subject, @body, @html, @automatic,
                   @mail, @mailMessageId, @mailInReplyTo, @mailReferences
            from requester),
        indexed as (
            insert into ticket_search (ticket_id, words) values (@ticket, words_of(@subject || E'\n' || @body)))
        select registered.number, requester.id, requester.email, requester.name, requester.phone, requester.language, requester.vouched,
               organisation.id, organisation.name, requester.vip
        from registered cross join requester left join organisation on organisation.id = requester.organisation_id
        """;

    public static async Task<RegisteredTicket> InsertAsync(
        NpgsqlTransaction transaction, NewContact contact, Guid ticketId, Guid messageId, DateTimeOffset at, string language, CancellationToken cancellation)
    {
        var requester = contact.Requester;
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var register = new NpgsqlBatchCommand(Register);
        var parameters = register.Parameters;
        parameters.Add(new NpgsqlParameter<string>("email", requester.Email));
        parameters.Add(new NpgsqlParameter<string[]>("domains", EmailAddress.DomainAndParents(requester.Email)));
        parameters.Add(new NpgsqlParameter<Guid>("person", Guid.CreateVersion7(at)));
        parameters.AddText("name", requester.Name);
        parameters.AddText("phone", requester.Phone);
        parameters.Add(new NpgsqlParameter<string>("language", language));
        parameters.Add(new NpgsqlParameter<bool>("vouched", contact.Vouched));
        parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
        parameters.AddId("registeredBy", contact.RegisteredBy);
        parameters.Add(new NpgsqlParameter<string>("channel", Wording<Channel>.Of(contact.Channel)));
        parameters.Add(new NpgsqlParameter<string>("subject", contact.Subject));
        parameters.Add(new NpgsqlParameter<bool>("automatic", contact.Automatic));
        parameters.Add(new NpgsqlParameter<string>("type", Wording<TicketType>.Of(contact.Type ?? TicketType.Incident)));
        parameters.AddText("category", contact.Category);
        parameters.Add(new NpgsqlParameter<string>("impact", Wording<Impact>.Of(contact.Impact ?? Impact.One)));
        parameters.Add(new NpgsqlParameter<string>("urgency", Wording<Urgency>.Of(contact.Urgency ?? Urgency.Medium)));
        parameters.Add(new NpgsqlParameter<Guid>("message", messageId));
        parameters.Add(new NpgsqlParameter<string[]>("recipients", []));
        parameters.Add(new NpgsqlParameter<string[]>("cc", [.. contact.Cc]));
        parameters.Add(new NpgsqlParameter<string>("body", contact.Text));
        parameters.AddText("html", contact.Html);
        parameters.AddId("mail", contact.Mail?.MailId);
        parameters.AddText("mailMessageId", contact.Mail?.MessageId);
        parameters.AddText("mailInReplyTo", contact.Mail?.InReplyTo);
        parameters.AddTexts("mailReferences", contact.Mail?.References);
        batch.BatchCommands.Add(register);

        if (contact.Cc.Count > 0)
            batch.BatchCommands.Add(Participants.Add(ticketId, contact.Cc));
        if (contact.Mail?.MessageId is { } mailMessageId)
            batch.BatchCommands.Add(MailThreads.Remember(mailMessageId, ticketId, messageId, incoming: true, at));
        foreach (var (order, attachment) in contact.Attachments.Index())
            batch.BatchCommands.Add(AttachmentStore.Insert(AttachmentPlace.OfMessage(ticketId, messageId), attachment, at, order).Command);

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var wasVouched = reader.GetBoolean(6);
        var person = new Person(
            reader.GetGuid(1), reader.GetString(2), reader.GetText(3) ?? (contact.Vouched ? requester.Name : null),
            reader.GetText(4) ?? (contact.Vouched ? requester.Phone : null), reader.GetString(5), reader.GetId(7), reader.GetText(8), reader.GetBoolean(9));
        return new RegisteredTicket(ticketId, new TicketNumber(reader.GetInt64(0)), messageId, person, at, contact.Vouched || wasVouched);
    }
}
