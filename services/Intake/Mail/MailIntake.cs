using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Mail.Handling;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;
using Desk.Intake.Mail.Threading;
using Desk.Intake.Mail.Understanding;
using Desk.Intake.People;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Desk.ServiceDefaults;
using Npgsql;

namespace Desk.Intake.Mail;

/// <summary>How a mail came. Source: <c>smtp</c>, <c>lmtp</c>, <c>imap</c> or <c>api</c>. From is null when the way in knows no envelope, empty when the mail wants no answer.</summary>
internal sealed record MailEnvelope(string Source, string? From, IReadOnlyList<string> To, string? Peer = null)
{
    /// <summary>Tells this delivery from any other, for a mail that bears nothing to know it by. Null where a way in cannot bring the same delivery twice.</summary>
    public string? Handle { get; init; }

    /// <summary>Why only the beginning of the mail is here; it is kept for a human. Null for a whole mail.</summary>
    public string? CutShort { get; init; }

    public DoorDefaults Door { get; init; } = DoorDefaults.None;

    /// <summary>The address of the account that handed it in by the API: proof that a mail from that address is that person's own.</summary>
    public string? HandedInBy { get; init; }
}

/// <summary>What became of a mail: the answer of <c>POST /mail</c>.</summary>
internal sealed record TakenMail(MailOutcome Outcome, string? Number, string? Reason, Guid Id);

/// <summary>
/// Where all ways in end. A mail is read, understood, placed in its thread and kept raw, with its effect and what is said of it, in one
/// transaction: whoever gets an answer from here may acknowledge the mail. The same mail again is answered as before and has no second effect.
/// </summary>
internal sealed partial class MailIntake(
    NpgsqlDataSource database, Registration registration, Conversation conversation, Outbox outbox, MailSettings settings, ThreadTokens tokens,
    TimeProvider clock, ILogger<MailIntake> logger)
{
    public static readonly ActivitySource Activities = new("Desk.Intake.Mail");

    /// <exception cref="NpgsqlException">The store is away: nothing was kept, the sender must keep the mail.</exception>
    public async Task<TakenMail> TakeAsync(ReadOnlyMemory<byte> raw, MailEnvelope envelope, CancellationToken cancellation)
    {
        using var activity = Activities.StartActivity("take mail", ActivityKind.Consumer);
        var mail = MailReader.Read(raw, settings.Limits);
        if (envelope.CutShort is { } why)
            mail = mail with { TooMuch = why };
        var fingerprint = Fingerprint(mail, raw, envelope.Handle);
        try
        {
            return await TakeOnceAsync(mail, raw, envelope, fingerprint, cancellation);
        }
        catch (PostgresException taken) when (fingerprint is not null && taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: MailStore.FingerprintKey })
        {
            // It was here before, or came by two ways at once and the other won.
            return await MailStore.FindTakenAsync(database, fingerprint, cancellation) ?? throw new InvalidOperationException("The mail that was here before is gone.");
        }
        catch (Exception fault) when (IsOurFault(fault))
        {
            // What we cannot handle must not come again and again until its sender gives up: it is kept, with the reason, and can be run again.
            LogFault(logger, fault);
            return await KeepAsync(mail, raw, envelope, fingerprint, $"The desk could not handle it ({fault.GetType().Name}); this is a fault in the desk.", cancellation);
        }
    }

    /// <summary>Data the database refuses is our fault; a database that is away, full, or busy is not.</summary>
    private static bool IsOurFault(Exception fault) => fault switch
    {
        PostgresException refused => refused.SqlState[..2] is "22" or "23" or "42" or "54",
        NpgsqlException or OperationCanceledException or TimeoutException or IOException or OutOfMemoryException => false,
        _ => true,
    };

    private async Task<TakenMail> TakeOnceAsync(ReceivedMail mail, ReadOnlyMemory<byte> raw, MailEnvelope envelope, byte[]? fingerprint, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var id = Guid.CreateVersion7();
        var effect = await EffectAsync(transaction, id, mail, envelope, cancellation);

        var at = clock.GetUtcNow().ToStored();
        var kept = Kept(id, mail, raw, envelope, fingerprint, effect, at);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(MailStore.Insert(kept));
        foreach (var command in effect.Commands)
            batch.BatchCommands.Add(command);
        batch.BatchCommands.Add(outbox.Say(effect.TicketId ?? kept.Id, new MailAccounted(kept.Id, at, effect.Outcome, effect.TicketId, effect.Number, effect.Reason)));
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);

        Activity.Current?.SetTag("desk.mail.outcome", kept.Outcome);
        using var scope = logger.ForTicket(effect.Number);
        LogTaken(logger, kept.Id, envelope.Source, effect.Outcome, effect.Number, effect.Reason);
        return new TakenMail(effect.Outcome, effect.Number, effect.Reason, kept.Id);
    }

    /// <summary>What comes of a mail: it is understood, the rule for its sender is looked up, and it is placed.</summary>
    private async Task<Effect> EffectAsync(NpgsqlTransaction transaction, Guid id, ReceivedMail mail, MailEnvelope envelope, CancellationToken cancellation)
    {
        var understood = Understand(mail, envelope);
        if (understood.Kind is MailKind.Own)
            return new Effect(MailOutcome.Ignored, understood.Why);
        var rule = mail.From is { } sender ? await SenderRules.FindAsync(transaction, sender.Address, cancellation) : null;
        if (rule is { Action: SenderAction.Never })
            return new Effect(MailOutcome.Ignored, $"The desk takes no mail from {rule.Pattern}: a rule says so.");
        if (Refusal(mail, understood, rule) is { } reason)
            return new Effect(MailOutcome.Quarantined, reason);
        return await (understood.Kind switch
        {
            MailKind.Bounce => NoteBounceAsync(transaction, understood, cancellation),
            MailKind.Automatic or MailKind.OutOfOffice => TakeAutomaticAsync(transaction, id, mail, envelope, understood, rule, cancellation),
            MailKind.Ordinary => TakePersonsAsync(transaction, id, mail, envelope, automatic: false, cancellation),
            _ => throw new UnreachableException(),
        });
    }

    private Understood Understand(ReceivedMail mail, MailEnvelope envelope)
    {
        if (mail.MessageId is { } id && tokens.OfMessageId(id) is not null)
            return new Understood(MailKind.Own, "It is a mail of the desk's own.");
        return mail.TooMuch is null ? MailKinds.Of(mail, envelope.From, settings.Desk) : new Understood(MailKind.Ordinary);
    }

    /// <summary>
    /// Takes a mail that is kept once more, as an agent decided. Its outcome, its effect and who did it are one transaction; the row is locked, so
    /// that two agents make one ticket. Null when there is no such mail.
    /// </summary>
    /// <exception cref="RuleBrokenException">It has had its effect, or cannot have the one that is asked for.</exception>
    public async Task<TakenMail?> TakeAgainAsync(Guid id, Decision decision, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await MailStore.LockAsync(transaction, id, cancellation) is not { } before)
            return null;
        if (before.Outcome is MailOutcome.Ticket or MailOutcome.Reply)
            throw new RuleBrokenException("mail.handled", Phrase.Of($"Det finns redan i {before.Number}.", $"It is in {before.Number} already."));
        if (!decision.MakeTicket && before.TicketId is not null)
            throw new RuleBrokenException("mail.noted", Phrase.Of($"Det är antecknat på {before.Number}; taget igen skulle det antecknas två gånger.", $"It has been noted on {before.Number}; taken again, it would be noted twice."));
        before = before with { Envelope = before.Envelope with { Door = settings.DoorOf(before.Envelope) } };

        var mail = MailReader.Read(before.Raw, settings.Limits);
        try
        {
            var effect = decision.MakeTicket
                ? await MakeTicketAsync(transaction, before, mail, decision, cancellation)
                : await EffectAsync(transaction, id, mail, before.Envelope, cancellation);
            var kept = Kept(id, mail, before.Raw, before.Envelope, null, effect, before.At);
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(MailStore.Update(kept, before.Revision + 1));
            foreach (var command in effect.Commands)
                batch.BatchCommands.Add(command);
            // The time is that of its coming: whoever counts mails by the day counts it there, once, with its last outcome.
            batch.BatchCommands.Add(outbox.Say(
                effect.TicketId ?? id, new MailAccounted(id, before.At, effect.Outcome, effect.TicketId, effect.Number, effect.Reason, before.Revision + 1)));
            await batch.ExecuteNonQueryAsync(cancellation);
            await MailActs.AddAsync(transaction, new MailAct(clock.GetUtcNow().ToStored(), decision.By, decision.MakeTicket ? "ticket" : "again")
            {
                MailId = id,
                Was = Wording<MailOutcome>.Of(before.Outcome),
                Became = Wording<MailOutcome>.Of(effect.Outcome),
            }, cancellation);
            await transaction.CommitAsync(cancellation);
            using var scope = logger.ForTicket(effect.Number);
            LogTaken(logger, id, before.Envelope.Source, effect.Outcome, effect.Number, effect.Reason);
            return new TakenMail(effect.Outcome, effect.Number, effect.Reason, id);
        }
        catch (Exception fault) when (fault is not RuleBrokenException && IsOurFault(fault))
        {
            LogFault(logger, fault);
            throw new RuleBrokenException("mail.fault", Phrase.Of($"Desk kan fortfarande inte hantera det ({fault.GetType().Name}). Det ligger kvar där det var.", $"The desk still cannot handle it ({fault.GetType().Name}). It stays where it was."));
        }
    }

    private async Task<Effect> MakeTicketAsync(NpgsqlTransaction transaction, LockedMail before, ReceivedMail mail, Decision decision, CancellationToken cancellation)
    {
        var sender = mail.From is { } from && EmailAddress.IsWellFormed(from.Address) && !settings.IsOurs(from.Address)
            ? WriterOf(from)
            : null;
        var requester = decision.Requester ?? sender
            ?? throw new RuleBrokenException("mail.noSender", Phrase.Of("Det nämner ingen avsändare som går att svara: säg vem beställaren är.", "It names no sender who could be answered: say who the requester is."));
        var understood = Understand(mail, before.Envelope);
        // Of what could not be read whole, all of it goes along as a file.
        var files = mail.TooMuch is null
            ? AttachmentsOf(mail.Files)
            : [new NewAttachment("mail.eml", before.Raw)];
        var registered = await registration.RegisterAsync(new NewContact(Channel.Mail, requester, SubjectOf(mail), mail.Text.Length > 0 ? mail.Text : mail.TooMuch ?? "—")
        {
            Html = mail.Html,
            Attachments = files,
            Automatic = understood.Kind is not MailKind.Ordinary,
            Vouched = decision.Requester is not null,
            Mail = new MailThread(before.Id, mail.MessageId, mail.InReplyTo.FirstOrDefault(), mail.References),
            Door = before.Envelope.Door,
        }, transaction, cancellation);
        var head = new TicketHead(registered.Id, registered.Number, SubjectOf(mail), 0, registered.Requester);
        await conversation.AddNoteAsync(transaction, head, new NewNote(new Actor(ActorKind.Agent, decision.By.Id, decision.By.Name), decision.By.Email,
            $"{decision.By.Name} made a ticket of this mail from {mail.From?.Address ?? "nobody"}. It had been taken as {Wording<MailOutcome>.Of(before.Outcome)}: {before.Reason ?? "no reason"}"
            + (before.Number is null ? "" : $" It is noted on {before.Number} too.")), cancellation);
        return new Effect(MailOutcome.Ticket, $"{decision.By.Name} made a ticket of it.", registered.Id, registered.Number.ToString())
        {
            MessageId = registered.MessageId,
            RelatedNumber = before.Number,
        };
    }

    /// <summary>Keeps a mail with a reason and nothing else, in a transaction of its own.</summary>
    private async Task<TakenMail> KeepAsync(ReceivedMail mail, ReadOnlyMemory<byte> raw, MailEnvelope envelope, byte[]? fingerprint, string reason, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow().ToStored();
        var kept = Kept(Guid.CreateVersion7(), mail, raw, envelope, fingerprint, new Effect(MailOutcome.Quarantined, reason), at);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(MailStore.Insert(kept));
        batch.BatchCommands.Add(outbox.Say(kept.Id, new MailAccounted(kept.Id, at, kept.Outcome, null, null, reason)));
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new TakenMail(kept.Outcome, null, reason, kept.Id);
    }

    /// <summary>Why a mail is looked at by a human before anything comes of it; null for most.</summary>
    private static string? Refusal(ReceivedMail mail, Understood understood, SenderRule? rule)
    {
        if (mail.TooMuch is { } tooMuch)
            return tooMuch;
        if (understood.Kind is not MailKind.Ordinary)
            return null;
        if (mail.From is null)
            return "It names no sender.";
        if (!EmailAddress.IsWellFormed(mail.From.Address))
            return "Its sender's address is none that can be answered.";
        if (rule is { Action: SenderAction.Always })
            return null;
        return SpamSigns.Of(mail.Headers);
    }

    private async Task<Effect> TakePersonsAsync(
        NpgsqlTransaction transaction, Guid mailId, ReceivedMail mail, MailEnvelope envelope, bool automatic, CancellationToken cancellation)
    {
        var sender = EmailAddress.Normalise(mail.From!.Address);
        var place = await PlaceAsync(transaction, mail, envelope, sender, cancellation);
        if (!automatic && place.Ticket is null && await ForwardAsync(transaction, mail, envelope, sender, cancellation) is { } forward)
            return await TakeForwardAsync(transaction, mailId, mail, envelope, forward, sender, cancellation);
        var from = WriterOf(mail.From);
        var thread = new MailThread(mailId, mail.MessageId, mail.InReplyTo.FirstOrDefault(), mail.References);
        var files = SignaturePictures.Without(mail);
        if (place.Ticket is { } known)
            files = await MailStore.WithoutKnownPicturesAsync(transaction, known.Id, files, cancellation);
        var attachments = AttachmentsOf(files);
        var copied = Copied(mail, sender);

        // A word on a matter that is over begins a new ticket; what a machine says of it is noted where it was.
        var over = !automatic && place.Ticket is { IsClosed: true } closed ? closed : null;
        if (over is null && place.Ticket is { } ticket)
        {
            var written = WrittenText.Of(mail.Text);
            var message = await conversation.AddRequesterMessageAsync(transaction, ticket, new IncomingMessage(Channel.Mail, from, written.Written)
            {
                Subject = mail.Subject.Length > 0 ? mail.Subject : null,
                Html = mail.Html,
                Attachments = attachments,
                Cc = copied,
                Automatic = automatic,
                Mail = thread,
            }, cancellation);
            return new Effect(
                MailOutcome.Reply, ticket.MergedInto is { } into ? $"Written to {ticket.Number}, which is merged into {into.Number}." : null,
                ticket.MergedInto?.Id ?? ticket.Id, ticket.MergedInto?.Number ?? ticket.Number.ToString())
            {
                MessageId = message.Id,
                Commands = written.Folded is { } folded ? [MailStore.Fold(message.Id, folded)] : [],
            };
        }

        var registered = await registration.RegisterAsync(new NewContact(Channel.Mail, from, SubjectOf(mail), mail.Text)
        {
            Html = mail.Html,
            Attachments = attachments,
            Cc = copied,
            Automatic = automatic,
            Mail = thread,
            Door = envelope.Door,
            Origin = over?.ContinuedBy(from),
        }, transaction, cancellation);
        if (over is not null)
        {
            return new Effect(MailOutcome.Ticket, $"It goes on with {over.Number}, which is closed.", registered.Id, registered.Number.ToString())
            {
                MessageId = registered.MessageId,
                RelatedNumber = over.Number.ToString(),
            };
        }
        var related = place.Related?.Number.ToString();
        if (place.Related is { } pointedAt)
        {
            var head = new TicketHead(registered.Id, registered.Number, SubjectOf(mail), 0, registered.Requester);
            await conversation.AddNoteAsync(transaction, head, new NewNote(System, null,
                $"This mail points at {pointedAt.Number}, and {sender} takes no part in that ticket. It was made a ticket of its own; link them if they belong together."), cancellation);
        }
        return new Effect(MailOutcome.Ticket, related is null ? null : $"It points at {related}, in which its sender takes no part.", registered.Id, registered.Number.ToString())
        {
            MessageId = registered.MessageId,
            RelatedNumber = related,
        };
    }

    /// <summary>
    /// What a person sent to an agent and the agent passes on: only when the mail is proved to be the agent's, for whoever may forward writes in
    /// another's name. Null for all else, which is a mail of its sender like any other.
    /// </summary>
    private async Task<Forward?> ForwardAsync(NpgsqlTransaction transaction, ReceivedMail mail, MailEnvelope envelope, string sender, CancellationToken cancellation)
    {
        if (!string.Equals(envelope.HandedInBy, sender, StringComparison.OrdinalIgnoreCase)
            && !(settings.Authenticator is { } filter && envelope.Source != "api" && SenderProof.Of(mail, filter)))
        {
            return null;
        }
        if (Forward.Of(mail) is not { } forward || settings.IsOurs(forward.From.Address) || !EmailAddress.IsWellFormed(forward.From.Address)
            || EmailAddress.Normalise(forward.From.Address) == sender)
        {
            return null;
        }
        return await MailStore.IsAgentAsync(transaction, sender, cancellation) ? forward : null;
    }

    /// <summary>The original sender's ticket. What the agent wrote above goes in a note: it was written to the desk, not to the requester.</summary>
    private async Task<Effect> TakeForwardAsync(
        NpgsqlTransaction transaction, Guid mailId, ReceivedMail mail, MailEnvelope envelope, Forward forward, string agent, CancellationToken cancellation)
    {
        var subject = forward.Subject.Length > 0 ? forward.Subject : SubjectOf(mail);
        var requester = WriterOf(forward.From);
        var registered = await registration.RegisterAsync(
            new NewContact(Channel.Mail, requester, subject, forward.Text)
            {
                Html = forward.Html,
                Attachments = AttachmentsOf(SignaturePictures.Without(mail)),
                Mail = new MailThread(mailId, forward.MessageId ?? mail.MessageId, null, []),
                Door = envelope.Door,
            }, transaction, cancellation);
        await conversation.AddNoteAsync(transaction, new TicketHead(registered.Id, registered.Number, subject, 0, registered.Requester), new NewNote(System, null,
            $"Forwarded by {agent}.{(forward.Comment.Length > 0 ? "\n\n" + forward.Comment : "")}"), cancellation);
        return new Effect(MailOutcome.Ticket, $"Forwarded by {agent} for {requester.Email}.", registered.Id, registered.Number.ToString()) { MessageId = registered.MessageId };
    }

    private static Correspondent WriterOf(Mailbox mailbox)
        => new(EmailAddress.Normalise(mailbox.Address), mailbox.Name is { Length: > 0 } name ? PlainText.Line(name, Limits.Name) : null);

    private static List<NewAttachment> AttachmentsOf(IReadOnlyList<MailFile> files)
        => [.. files.Select(file => new NewAttachment(file.Name, file.Content, file.ContentId))];

    private async Task<Effect> TakeAutomaticAsync(
        NpgsqlTransaction transaction, Guid id, ReceivedMail mail, MailEnvelope envelope, Understood understood, SenderRule? rule, CancellationToken cancellation)
    {
        if (mail.From is null || !EmailAddress.IsWellFormed(mail.From.Address))
            return new Effect(MailOutcome.Automatic, understood.Why);
        var sender = EmailAddress.Normalise(mail.From.Address);
        if (understood.Kind is MailKind.Automatic && (settings.IsWelcomeMachine(sender) || rule is { Action: SenderAction.Always }))
            return await TakePersonsAsync(transaction, id, mail, envelope, automatic: true, cancellation);

        var place = await PlaceAsync(transaction, mail, envelope, sender, cancellation);
        if (place.Ticket is not { } ticket)
            return new Effect(MailOutcome.Automatic, understood.Why) { RelatedNumber = place.Related?.Number.ToString() };
        // Said where those who work on the ticket see it; it moves no clock and opens nothing again.
        var text = WrittenText.Of(mail.Text).Written;
        await conversation.AddNoteAsync(transaction, ticket, new NewNote(System, null,
            $"Automatic answer from {sender}: {mail.Subject}\n\n{(text.Length > 2_000 ? text[..2_000] + "…" : text)}"), cancellation);
        return new Effect(MailOutcome.Automatic, understood.Why, ticket.Id, ticket.Number.ToString());
    }

    private async Task<Effect> NoteBounceAsync(NpgsqlTransaction transaction, Understood understood, CancellationToken cancellation)
    {
        var bounce = understood.Bounce!;
        var (ticket, messageId) = await ReturnedAsync(transaction, bounce, cancellation);
        if (ticket is null)
            return new Effect(MailOutcome.Bounce, "It does not name a mail of ours.");

        var at = clock.GetUtcNow().ToStored();
        var participants = await Participants.OfAsync(transaction, ticket.Id, cancellation);
        var number = ticket.Number.ToString();
        var commands = new List<NpgsqlBatchCommand>();
        var lines = new StringBuilder();
        foreach (var failed in bounce.Failed.Take(10))
        {
            // A report often leaves the address out when there was but one.
            var address = failed.Address.Length > 0 ? EmailAddress.Normalise(failed.Address) : participants.Count == 1 ? participants[0] : "";
            // A bounce can be forged by whoever has had mail from us: it stops mail only to those who take part in that ticket.
            var permanent = failed.Permanent && participants.Contains(address);
            lines.Append(permanent ? "Not delivered, and will not be: " : "Not delivered: ").Append(address.Length > 0 ? address : "an unnamed recipient");
            if (failed.Code is not null) lines.Append(" (").Append(failed.Code).Append(')');
            if (failed.Detail is { Length: > 0 }) lines.Append(". ").Append(failed.Detail);
            lines.Append('\n');
            if (address.Length > 0)
                commands.Add(outbox.Say(ticket.Id, new MailBounced(at, ticket.Id, number, messageId, address, permanent, failed.Code, failed.Detail)));
        }
        if (messageId is { } lost)
            commands.Add(MailStore.Failed(lost, PlainText.Line(lines.ToString(), 300)));
        await conversation.AddNoteAsync(transaction, ticket, new NewNote(System, null, lines.ToString().TrimEnd()), cancellation);
        return new Effect(MailOutcome.Bounce, PlainText.Line(lines.ToString(), 300), ticket.Id, number) { Commands = commands };
    }

    private async Task<(TicketHead? Ticket, Guid? MessageId)> ReturnedAsync(NpgsqlTransaction transaction, Bounce bounce, CancellationToken cancellation)
    {
        foreach (var id in bounce.ReturnedMessageIds)
        {
            if (tokens.OfMessageId(id) is { } own && await TicketHead.FindAsync(transaction, own.Number, cancellation) is { } ticket)
                return (ticket, own.MessageId);
        }
        return await MailStore.FindSentAsync(transaction, bounce.ReturnedMessageIds, cancellation) is { } sent
            ? (await TicketHead.FindAsync(transaction, sent.TicketId, cancellation), sent.MessageId) : (null, null);
    }

    private async Task<ThreadPlace> PlaceAsync(NpgsqlTransaction transaction, ReceivedMail mail, MailEnvelope envelope, string sender, CancellationToken cancellation)
    {
        var clues = ThreadClues.Of(mail, envelope.To, tokens);
        return clues.None
            ? new ThreadPlace(null, null)
            : ThreadPlace.Of(await MailStore.CandidatesAsync(transaction, clues, sender, settings.ColleaguesTakePart, cancellation));
    }

    private List<string> Copied(ReceivedMail mail, string sender)
    {
        if (settings.Copied == "none")
            return [];
        var domain = sender[(sender.LastIndexOf('@') + 1)..];
        return [.. mail.To.Concat(mail.Cc)
            .Where(mailbox => EmailAddress.IsWellFormed(mailbox.Address) && !settings.IsOurs(mailbox.Address) && (settings.Copied == "all" || mailbox.Domain == domain))
            .Select(mailbox => EmailAddress.Normalise(mailbox.Address)).Distinct().Where(address => address != sender).Take(Limits.Copied)];
    }

    /// <summary>A mail without a subject is called by its first words.</summary>
    private static string SubjectOf(ReceivedMail mail)
    {
        if (mail.Subject.Length > 0)
            return mail.Subject;
        var first = mail.Text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? mail.Files.FirstOrDefault()?.Name;
        return first is null ? "—" : PlainText.Line(first, 80);
    }

    private static KeptMail Kept(Guid id, ReceivedMail mail, ReadOnlyMemory<byte> raw, MailEnvelope envelope, byte[]? fingerprint, Effect effect, DateTimeOffset at) => new(
        id, at, envelope, raw, fingerprint)
    {
        MailMessageId = mail.MessageId,
        FromEmail = mail.From is { } from ? PlainText.Line(from.Key, 320) : null,
        FromName = mail.From?.Name,
        Subject = PlainText.Line(mail.Subject, Limits.Subject),
        Outcome = effect.Outcome,
        Reason = effect.Reason,
        TicketId = effect.TicketId,
        Number = effect.Number,
        MessageId = effect.MessageId,
        RelatedNumber = effect.RelatedNumber,
        Damage = mail.Damage,
    };

    /// <summary>
    /// Knows a mail again whatever way it came: by its Message-ID, sender, subject, date and body, not by what servers write on top of it on the
    /// way. A mail with neither Message-ID nor date cannot be told from another that says the same, unless its way in can.
    /// </summary>
    private static byte[]? Fingerprint(ReceivedMail mail, ReadOnlyMemory<byte> raw, string? handle)
    {
        if (mail.TooMuch is not null)
            return SHA256.HashData(raw.Span);
        if (mail.MessageId is null && mail.Date is null && handle is null)
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (mail.MessageId is null && mail.Date is null)
            hash.AppendData(Encoding.UTF8.GetBytes(handle + "\0"));
        foreach (var field in new[] { mail.MessageId, mail.From?.Key, mail.Subject, mail.Headers.Raw("Date") })
            hash.AppendData(Encoding.UTF8.GetBytes((field ?? "") + "\0"));
        var body = raw.Span[Math.Min(mail.BodyStart, raw.Length)..].TrimEnd("\r\n"u8);
        // Line ends change on the way; what is between them does not.
        foreach (var range in body.Split((byte)'\n'))
        {
            hash.AppendData(body[range].TrimEnd((byte)'\r'));
            hash.AppendData("\n"u8);
        }
        return hash.GetHashAndReset();
    }

    private static readonly Actor System = new(ActorKind.System, null, "Desk");

    /// <summary>What a mail led to, and the rows that go with it.</summary>
    private sealed record Effect(MailOutcome Outcome, string? Reason, Guid? TicketId = null, string? Number = null)
    {
        public Guid? MessageId { get; init; }

        public string? RelatedNumber { get; init; }

        public IReadOnlyList<NpgsqlBatchCommand> Commands { get; init; } = [];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail {Mail} by {Source}: {Outcome} {Number} {Reason}")]
    private static partial void LogTaken(ILogger logger, Guid mail, string source, MailOutcome outcome, string? number, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail could not be handled; it is kept in quarantine")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
