using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Intake.People;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>
/// What is said in a ticket after its registration. Everything is written in the caller's transaction, with the event that tells the others:
/// acknowledge after the commit, not before.
/// </summary>
internal sealed class Conversation(Outbox outbox, IConfiguration configuration, TimeProvider clock)
{
    private readonly string _deskAddress = configuration["Desk:MailAddress"] ?? "support@desk.example";

    /// <summary>The requester's, or another participant's, message; says <see cref="RequesterReplied"/>.</summary>
    public async Task<MessageView> AddRequesterMessageAsync(
        NpgsqlTransaction transaction, TicketHead ticket, IncomingMessage message, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow().ToStored();
        var from = message.From with { Email = EmailAddress.Normalise(message.From.Email) };
        var text = PlainText.Clean(message.Text);
        var copied = Copied(message.Cc, except: from.Email);
        var stored = new StoredMessage(Guid.CreateVersion7(at), ticket.Id, at, "in", message.Channel, from.Email, from.Name)
        {
            Recipients = [_deskAddress],
            Copied = copied,
            Subject = message.Subject is { } subject ? PlainText.Line(subject, Limits.Subject) : ticket.Subject,
            Text = text,
            Html = SafeHtml.Make(message.Html),
            Automatic = message.Automatic,
            Mail = message.Mail,
        };
        var (person, attachments) = await ConversationStore.InsertFromRequesterAsync(
            transaction, stored, from, LanguageGuess.Of(text), message.Attachments, cancellation);
        await outbox.SayAsync(transaction, ticket.Id, new RequesterReplied(
            ticket.Id, ticket.Number.ToString(), at, stored.Id, message.Channel, person, text, message.Automatic, message.Mail?.MessageId,
            ticket.MergedInto), cancellation);
        return stored.View(attachments) with { From = new Sender(person.Email, from.Name ?? person.Name) };
    }

    /// <summary>An agent's reply, which Notification mails; says <see cref="AgentReplied"/>. Shows the desk's address, never the agent's own.</summary>
    public async Task<MessageView> AddReplyAsync(NpgsqlTransaction transaction, TicketHead ticket, AgentReply reply, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow().ToStored();
        var (references, inReplyTo) = await MailThreads.OfTicketAsync(transaction, ticket.Id, cancellation);
        // Whose ticket was merged into this one is answered here too.
        var along = await Participants.RequestersMergedInAsync(transaction, ticket.Id, cancellation);
        var stored = new StoredMessage(Guid.CreateVersion7(at), ticket.Id, at, "out", Channel.Mail, _deskAddress, reply.Agent.Name)
        {
            AgentId = reply.Agent.Id,
            Recipients = [ticket.Requester.Email],
            Copied = Copied([.. along, .. reply.Cc], except: ticket.Requester.Email),
            Subject = ticket.Subject,
            Text = PlainText.Clean(reply.Text),
            Html = SafeHtml.Make(reply.Html),
            Delivery = "pending",
        };
        var attachments = await ConversationStore.InsertReplyAsync(transaction, stored, reply.Attachments, ticket.Requester.Id, cancellation);
        var number = ticket.Number.ToString();
        var files = MailedFiles.Of(attachments);
        foreach (var (file, content) in files.Zip(reply.Attachments, (file, attached) => (file, attached.Content)))
        {
            if (file.Travels)
                await outbox.SayAsync(transaction, ticket.Id, new ReplyFileAttached(ticket.Id, number, at, stored.Id, file.Id, content.ToArray()), cancellation);
        }
        await outbox.SayAsync(transaction, ticket.Id, new AgentReplied(
            ticket.Id, number, at, stored.Id, reply.Agent, ticket.Requester, ticket.Subject, stored.Text, stored.Html,
            stored.Copied, inReplyTo, references, files.Count > 0 ? files : null), cancellation);
        return stored.View(attachments);
    }

    /// <summary>A message of the desk itself, which is on its way to the requester: nobody replied, so nothing is said of it.</summary>
    public Task AddAutomaticAsync(NpgsqlTransaction transaction, TicketHead ticket, Guid id, string text, CancellationToken cancellation)
        => ConversationStore.InsertAutomaticAsync(transaction, new StoredMessage(id, ticket.Id, clock.GetUtcNow().ToStored(), "out", Channel.Mail, _deskAddress, "Desk")
        {
            Recipients = [ticket.Requester.Email],
            Subject = ticket.Subject,
            Text = PlainText.Clean(text),
            Automatic = true,
        }, cancellation);

    /// <summary>An internal note; says <see cref="NoteAdded"/>, without the text.</summary>
    public async Task<NoteView> AddNoteAsync(NpgsqlTransaction transaction, TicketHead ticket, NewNote note, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow().ToStored();
        var id = Guid.CreateVersion7(at);
        var name = note.Agent.Name ?? "Desk";
        var text = PlainText.Clean(note.Text);
        var attachments = await ConversationStore.InsertNoteAsync(
            transaction, id, ticket.Id, at, note.Agent.Id, name, note.AgentEmail, text, note.Attachments, cancellation);
        await outbox.SayAsync(transaction, ticket.Id, new NoteAdded(ticket.Id, ticket.Number.ToString(), at, id, note.Agent), cancellation);
        return new NoteView(id, at, new Sender(note.AgentEmail, name), text, attachments);
    }

    private IReadOnlyList<string> Copied(IReadOnlyList<string> addresses, string except)
        => [.. addresses.Select(EmailAddress.Normalise).Distinct().Where(address => address != except && address != _deskAddress).Take(Limits.Copied)];
}
