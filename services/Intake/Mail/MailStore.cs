using Desk.Contracts;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Threading;
using Desk.Intake.People;
using Desk.Intake.Tickets;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Intake.Mail;

/// <summary>A mail as it is kept, with what became of it.</summary>
internal sealed record KeptMail(Guid Id, DateTimeOffset At, MailEnvelope Envelope, ReadOnlyMemory<byte> Raw, byte[]? Fingerprint)
{
    public string? MailMessageId { get; init; }

    public string? FromEmail { get; init; }

    public string? FromName { get; init; }

    public required string Subject { get; init; }

    public required MailOutcome Outcome { get; init; }

    public string? Reason { get; init; }

    public Guid? TicketId { get; init; }

    public string? Number { get; init; }

    public Guid? MessageId { get; init; }

    public string? RelatedNumber { get; init; }

    public IReadOnlyList<string> Damage { get; init; } = [];
}

/// <summary>A kept mail, locked while it is decided about again.</summary>
internal sealed record LockedMail(
    Guid Id, DateTimeOffset At, MailEnvelope Envelope, MailOutcome Outcome, string? Reason, Guid? TicketId, string? Number, int Revision, byte[] Raw);

/// <summary>The SQL of raw mail.</summary>
internal static class MailStore
{
    public const string FingerprintKey = "mail_fingerprint_key";

    public static NpgsqlBatchCommand Insert(KeptMail mail)
    {
        var command = new NpgsqlBatchCommand("""
            insert into mail (id, received_at, source, envelope_from, envelope_to, peer, fingerprint, mail_message_id, from_email, from_name, subject,
                              outcome, reason, ticket_id, number, message_id, related_number, damage, size, raw)
            values (@id, @at, @source, @envelopeFrom, @envelopeTo, @peer, @fingerprint, @mailMessageId, @fromEmail, @fromName, @subject,
                    @outcome, @reason, @ticket, @number, @message, @related, @damage, @size, @raw)
            """);
        var parameters = command.Parameters;
        AddJudgement(parameters, mail);
        parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", mail.At));
        parameters.Add(new NpgsqlParameter<string>("source", mail.Envelope.Source));
        parameters.AddText("envelopeFrom", mail.Envelope.From);
        parameters.Add(new NpgsqlParameter<string[]>("envelopeTo", [.. mail.Envelope.To]));
        parameters.AddText("peer", mail.Envelope.Peer);
        parameters.Add(new NpgsqlParameter("fingerprint", NpgsqlDbType.Bytea) { Value = (object?)mail.Fingerprint ?? DBNull.Value });
        parameters.Add(new NpgsqlParameter<int>("size", mail.Raw.Length));
        parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>>("raw", NpgsqlDbType.Bytea) { TypedValue = mail.Raw });
        return command;
    }

    /// <summary>What a mail became when it was taken again. Raw mail, time and way in stay as they were.</summary>
    public static NpgsqlBatchCommand Update(KeptMail mail, int revision)
    {
        var command = new NpgsqlBatchCommand("""
            update mail set outcome = @outcome, reason = @reason, ticket_id = @ticket, number = @number, message_id = @message, related_number = @related,
                            mail_message_id = @mailMessageId, from_email = @fromEmail, from_name = @fromName, subject = @subject, damage = @damage, revision = @revision
            where id = @id
            """);
        var parameters = command.Parameters;
        AddJudgement(parameters, mail);
        parameters.Add(new NpgsqlParameter<int>("revision", revision));
        return command;
    }

    /// <summary>What reading and understanding it gave: all that may be another when it is taken again.</summary>
    private static void AddJudgement(NpgsqlParameterCollection parameters, KeptMail mail)
    {
        parameters.Add(new NpgsqlParameter<Guid>("id", mail.Id));
        parameters.AddText("mailMessageId", mail.MailMessageId);
        parameters.AddText("fromEmail", mail.FromEmail);
        parameters.AddText("fromName", mail.FromName);
        parameters.Add(new NpgsqlParameter<string>("subject", mail.Subject));
        parameters.Add(new NpgsqlParameter<string>("outcome", Wording<MailOutcome>.Of(mail.Outcome)));
        parameters.AddText("reason", mail.Reason);
        parameters.AddId("ticket", mail.TicketId);
        parameters.AddText("number", mail.Number);
        parameters.AddId("message", mail.MessageId);
        parameters.AddText("related", mail.RelatedNumber);
        parameters.Add(new NpgsqlParameter<string[]>("damage", [.. mail.Damage]));
    }

    /// <summary>The mail, locked until the transaction ends; null when there is none.</summary>
    public static async Task<LockedMail?> LockAsync(NpgsqlTransaction transaction, Guid id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select received_at, source, envelope_from, envelope_to, peer, outcome, reason, ticket_id, number, revision, raw from mail where id = $1 for update
            """, transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new LockedMail(
                id, reader.GetTime(0), new MailEnvelope(reader.GetString(1), reader.GetText(2), reader.GetFieldValue<string[]>(3), reader.GetText(4)),
                Wording<MailOutcome>.Read(reader.GetString(5)), reader.GetText(6), reader.GetId(7), reader.GetText(8), reader.GetInt32(9),
                reader.GetFieldValue<byte[]>(10))
            : null;
    }

    public static NpgsqlBatchCommand Fold(Guid messageId, string folded) => new("update message set folded = $2 where id = $1")
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = messageId }, new NpgsqlParameter<string> { TypedValue = folded } },
    };

    /// <summary>Marks a mail of ours as not delivered, unless it is known already.</summary>
    public static NpgsqlBatchCommand Failed(Guid messageId, string reason) => new("""
        update message set delivery = 'failed', delivery_reason = $2 where id = $1 and direction = 'out'
        """)
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = messageId }, new NpgsqlParameter<string> { TypedValue = reason } },
    };

    public static async Task<bool> IsAgentAsync(NpgsqlTransaction transaction, string email, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from account where lower(email) = $1 and active and role in ('agent', 'lead', 'admin'))", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = email });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Without the pictures in the text that the ticket has already: they come again with every answer.</summary>
    public static async Task<IReadOnlyList<MailFile>> WithoutKnownPicturesAsync(
        NpgsqlTransaction transaction, Guid ticketId, IReadOnlyList<MailFile> files, CancellationToken cancellation)
    {
        var pictures = files.Where(file => file.Inline && file.ContentType.StartsWith("image/", StringComparison.Ordinal)).ToList();
        if (pictures.Count == 0)
            return files;
        await using var command = new NpgsqlCommand("""
            select picture.at from unnest(@sizes, @hashes) with ordinality as picture (size, hash, at)
            where exists (select from attachment where ticket_id = @ticket and size = picture.size and sha256(content) = picture.hash)
            """, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
        command.Parameters.Add(new NpgsqlParameter<int[]>("sizes", [.. pictures.Select(picture => picture.Content.Length)]));
        command.Parameters.Add(new NpgsqlParameter<byte[][]>("hashes", [.. pictures.Select(picture => System.Security.Cryptography.SHA256.HashData(picture.Content.Span))]));
        var known = new HashSet<MailFile>(ReferenceEqualityComparer.Instance);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            known.Add(pictures[(int)reader.GetInt64(0) - 1]);
        return known.Count == 0 ? files : [.. files.Where(file => !known.Contains(file))];
    }

    /// <summary>What became of the same mail before; null when it was never here.</summary>
    public static async Task<TakenMail?> FindTakenAsync(NpgsqlDataSource database, byte[] fingerprint, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select id, outcome, number, reason from mail where fingerprint = $1");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = fingerprint });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new TakenMail(Wording<MailOutcome>.Read(reader.GetString(1)), reader.GetText(2), reader.GetText(3), reader.GetGuid(0))
            : null;
    }

    /// <summary>The tickets a mail points at, strongest first, in one round trip. The sender's address must be in normal form.</summary>
    public static async Task<IReadOnlyList<ThreadCandidate>> CandidatesAsync(
        NpgsqlTransaction transaction, ThreadClues clues, string sender, bool colleaguesTakePart, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            with clue (ticket_id, strength, place) as (
                select id, 1, array_position(@signed, number) from ticket where number = any(@signed)
                union all
                select ticket_id, 2, array_position(@ids, mail_message_id) from mail_reference where mail_message_id = any(@ids)
                union all
                select id, 3, 0 from ticket where number = @subject),
            best as (select distinct on (ticket_id) ticket_id, strength, place from clue order by ticket_id, strength, place)
            select ticket.id, ticket.number, ticket.subject, ticket.work_version,
                   person.id, person.email, person.name, person.phone, person.language, organisation.id, organisation.name,
                   ticket.merged_into, ticket.merged_into_number,
                   coalesce((select status from ticket survivor where survivor.id = ticket.merged_into), ticket.status) = 'closed',
                   person.email = @sender
                   or exists (select from participant where participant.ticket_id = ticket.id and participant.email = @sender)
                   or (@colleagues and person.organisation_id is not null and person.organisation_id = (
                          select organisation_id from organisation_domain where domain = any(@domains) order by length(domain) desc limit 1))
            from best join ticket on ticket.id = best.ticket_id join person on person.id = ticket.requester_id
            left join organisation on organisation.id = person.organisation_id
            order by best.strength, best.place limit 20
            """, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<long[]>("signed", [.. clues.Signed]));
        command.Parameters.Add(new NpgsqlParameter<string[]>("ids", [.. clues.MessageIds]));
        command.Parameters.Add(new NpgsqlParameter<long>("subject", clues.InSubject ?? 0));
        command.Parameters.Add(new NpgsqlParameter<string>("sender", sender));
        command.Parameters.Add(new NpgsqlParameter<bool>("colleagues", colleaguesTakePart));
        command.Parameters.Add(new NpgsqlParameter<string[]>("domains", EmailAddress.DomainAndParents(sender)));
        var candidates = new List<ThreadCandidate>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            candidates.Add(new ThreadCandidate(TicketHead.Read(reader), reader.GetBoolean(14)));
        }
        return candidates;
    }

    /// <summary>The ticket and message of the first of these Message-IDs that is of a mail the desk sent.</summary>
    public static async Task<(Guid TicketId, Guid? MessageId)?> FindSentAsync(
        NpgsqlTransaction transaction, IReadOnlyList<string> mailMessageIds, CancellationToken cancellation)
    {
        if (mailMessageIds.Count == 0)
            return null;
        await using var command = new NpgsqlCommand("""
            select ticket_id, message_id from mail_reference where mail_message_id = any($1) and not incoming
            order by array_position($1, mail_message_id) limit 1
            """, transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. mailMessageIds] } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetGuid(0), reader.GetId(1)) : null;
    }

    private const string View = """
        id, received_at, source, envelope_from, envelope_to, mail_message_id, from_email, from_name, subject, outcome, reason, number, related_number, damage, size
        """;

    /// <summary>Newest first, of these outcomes, with these words in sender or subject; after is the last id of the page before.</summary>
    public static async Task<IReadOnlyList<MailView>> ListAsync(
        NpgsqlDataSource database, IReadOnlyList<MailOutcome> outcomes, string? words, Guid? after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select {View} from mail
            where outcome = any($1) and ($2::uuid is null or id < $2)
              and ($4::text is null or strpos(lower(coalesce(from_email, '') || ' ' || coalesce(from_name, '') || ' ' || subject), $4) > 0)
            order by id desc limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. outcomes.Select(outcome => Wording<MailOutcome>.Of(outcome))] });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)after ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)words?.ToLowerInvariant() ?? DBNull.Value });
        var mails = new List<MailView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            mails.Add(Read(reader));
        return mails;
    }

    public static async Task<MailView?> FindAsync(NpgsqlDataSource database, Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {View} from mail where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    public static async Task<byte[]?> FindRawAsync(NpgsqlDataSource database, Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select raw from mail where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return (byte[]?)await command.ExecuteScalarAsync(cancellation);
    }

    private static MailView Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetTime(1), reader.GetString(2), Wording<MailOutcome>.Read(reader.GetString(9)), reader.GetText(11), reader.GetText(10),
        reader.GetText(12), reader.GetText(6) is { } email ? new MailPerson(email, reader.GetText(7)) : null, reader.GetString(8), reader.GetText(5),
        reader.GetText(3), reader.GetFieldValue<string[]>(4), reader.GetFieldValue<string[]>(13), reader.GetInt32(14));
}
