using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Import;

/// <summary>What was new of some events. Orphans are of tickets that nobody registered.</summary>
internal sealed record Kept(int Tickets, int Events, int Known, IReadOnlyList<PastEvent> Orphans);

/// <summary>Writes history, many rows in one statement, and tells Routing of it, all in one transaction.</summary>
internal sealed class ImportStore(NpgsqlDataSource database, Outbox outbox, IConfiguration configuration, TimeProvider clock)
{
    private readonly string _deskAddress = configuration["Desk:MailAddress"] ?? "support@desk.example";

    private sealed record Home(Guid Id, string Number, DateTimeOffset RegisteredAt, Channel Channel, string Subject, Person Requester);

    public async Task<Kept> KeepAsync(IReadOnlyList<PastEvent> events, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // One import at a time: two that bring the same history must not both make its tickets.
        await ExecuteAsync(transaction, "select pg_advisory_xact_lock(hashtextextended('intake.import', 0))", [], cancellation);

        var asked = events.Select(past => (past.Source, past.Ticket)).Distinct().ToList();
        var homes = await HomesAsync(transaction, asked, cancellation);
        var registrations = events.Where(past => past.Event.Kind is ImportedKind.Registered && !homes.ContainsKey((past.Source, past.Ticket)))
            .DistinctBy(past => (past.Source, past.Ticket)).ToList();
        await MakeAsync(transaction, registrations, cancellation);
        if (registrations.Count > 0)
            homes = await HomesAsync(transaction, asked, cancellation);

        var housed = events.Where(past => homes.ContainsKey((past.Source, past.Ticket))).ToList();
        var fresh = await FreshAsync(transaction, housed.ConvertAll(past => (homes[(past.Source, past.Ticket)].Id, past.Key)), cancellation);
        var taken = new List<(PastEvent Past, Home Home)>();
        foreach (var past in housed)
        {
            var home = homes[(past.Source, past.Ticket)];
            if (fresh.Remove((home.Id, past.Key)))
                taken.Add((past, home));
        }
        await SpeakAsync(transaction, taken, cancellation);
        await TellAsync(transaction, taken, cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return new Kept(registrations.Count, taken.Count, housed.Count - taken.Count, [.. events.Where(past => !homes.ContainsKey((past.Source, past.Ticket)))]);
    }

    private static async Task<Dictionary<(string, string), Home>> HomesAsync(
        NpgsqlTransaction transaction, List<(string Source, string Ticket)> asked, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select imported.source, imported.source_id, ticket.id, ticket.number, ticket.created_at, ticket.channel, ticket.subject,
                   person.id, person.email, person.name, person.phone, person.language, organisation.id, organisation.name
            from unnest($1, $2) as asked (source, source_id)
            join imported_ticket imported on imported.source = asked.source and imported.source_id = asked.source_id
            join ticket on ticket.id = imported.ticket_id join person on person.id = ticket.requester_id
            left join organisation on organisation.id = person.organisation_id
            """, transaction.Connection, transaction);
        command.Parameters.Add(Of(asked.Select(one => one.Source)));
        command.Parameters.Add(Of(asked.Select(one => one.Ticket)));
        var homes = new Dictionary<(string, string), Home>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            homes[(row.GetString(0), row.GetString(1))] = new Home(
                row.GetGuid(2), new TicketNumber(row.GetInt64(3)).ToString(), row.GetTime(4), Wording<Channel>.Read(row.GetString(5)), row.GetString(6),
                new Person(row.GetGuid(7), row.GetString(8), row.GetText(9), row.GetText(10), row.GetString(11), row.GetId(12), row.GetText(13)));
        }
        return homes;
    }

    private static async Task MakeAsync(NpgsqlTransaction transaction, List<PastEvent> registrations, CancellationToken cancellation)
    {
        if (registrations.Count == 0)
            return;
        var requesters = registrations.Select(past => (Email: EmailAddress.Normalise(past.Said.Requester!.Email!), past.Said.Requester, past)).ToList();
        var people = requesters.DistinctBy(one => one.Email).ToList();
        await ExecuteAsync(transaction, """
            insert into person (id, email, name, phone, language, organisation_id, created_at, updated_at)
            select given.id, given.email, given.name, given.phone, given.language,
                   (select organisation_id from organisation_domain where given.email like '%@' || domain or given.email like '%.' || domain order by length(domain) desc limit 1),
                   given.at, given.at
            from unnest($1, $2, $3, $4, $5, $6) as given (id, email, name, phone, language, at)
            on conflict (email) do nothing
            """,
            [
                Of(people.Select(one => Guid.CreateVersion7(one.past.Event.HappenedAt))), Of(people.Select(one => one.Email)), OfNull(people.Select(one => one.Requester!.Name?.Trim())),
                OfNull(people.Select(one => one.Requester!.Phone?.Trim())), Of(people.Select(one => LanguageGuess.Of($"{one.past.Said.Subject} {one.past.Said.Text}"))),
                Of(people.Select(one => one.past.Event.HappenedAt)),
            ], cancellation);
        // Ids are made with the time of the registration: order by id is order of creation, for history too.
        var ids = registrations.ConvertAll(past => Guid.CreateVersion7(past.Event.HappenedAt));
        await ExecuteAsync(transaction, """
            with made as (
                insert into ticket (id, requester_id, channel, subject, automatic, created_at, updated_at, type, category, impact, urgency)
                select given.id, person.id, given.channel, given.subject, false, given.at, given.at, given.type, given.category, given.impact, given.urgency
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as given (id, email, channel, subject, at, type, category, impact, urgency)
                join person on person.email = given.email order by given.at),
            indexed as (insert into ticket_search (ticket_id, words) select id, words_of(text) from unnest($1, $12) as said (id, text))
            insert into imported_ticket (source, source_id, ticket_id) select source, source_id, id from unnest($10, $11, $1) as known (source, source_id, id)
            """,
            [
                Of(ids), Of(requesters.Select(one => one.Email)), Of(registrations.Select(past => past.Said.Channel ?? "api")), Of(registrations.Select(past => past.Said.Subject!.Trim())),
                Of(registrations.Select(past => past.Event.HappenedAt)), Of(registrations.Select(past => past.Said.Type ?? "incident")), OfNull(registrations.Select(past => past.Said.Category)),
                Of(registrations.Select(past => past.Said.Impact ?? "one")), Of(registrations.Select(past => past.Said.Urgency ?? "medium")), Of(registrations.Select(past => past.Source)),
                Of(registrations.Select(past => past.Ticket)), Of(registrations.Select(past => $"{past.Said.Subject}\n{past.Said.Text}")),
            ], cancellation);
    }

    private static async Task<HashSet<(Guid, string)>> FreshAsync(NpgsqlTransaction transaction, List<(Guid Ticket, string Key)> events, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            insert into imported_event (ticket_id, key) select distinct ticket, key from unnest($1, $2) as given (ticket, key)
            on conflict do nothing returning ticket_id, key
            """, transaction.Connection, transaction);
        command.Parameters.Add(Of(events.Select(one => one.Ticket)));
        command.Parameters.Add(Of(events.Select(one => one.Key)));
        var fresh = new HashSet<(Guid, string)>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            fresh.Add((row.GetGuid(0), row.GetString(1)));
        return fresh;
    }

    private async Task SpeakAsync(NpgsqlTransaction transaction, List<(PastEvent Past, Home Home)> taken, CancellationToken cancellation)
    {
        var said = taken.Where(one => one.Past.Event.Kind is ImportedKind.Registered or ImportedKind.RequesterMessage or ImportedKind.AgentMessage).ToList();
        if (said.Count > 0)
        {
            await ExecuteAsync(transaction, """
                insert into message (id, ticket_id, at, direction, channel, from_email, from_name, recipients, subject, body, delivery)
                select given.id, ticket, at, direction, channel, email, name, array[recipient], subject, body, case direction when 'out' then 'sent' end
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as given (id, ticket, at, direction, channel, email, name, recipient, subject, body)
                on conflict do nothing
                """,
                [
                    Of(said.Select(one => one.Past.Event.MessageId!.Value)), Of(said.Select(one => one.Home.Id)), Of(said.Select(one => one.Past.Event.HappenedAt)),
                    Of(said.Select(one => IsOurs(one.Past) ? "out" : "in")), Of(said.Select(one => Wording<Channel>.Of(one.Home.Channel))),
                    Of(said.Select(one => IsOurs(one.Past) ? _deskAddress : one.Home.Requester.Email)),
                    OfNull(said.Select(one => one.Past.Event.By.Name ?? (IsOurs(one.Past) ? null : one.Home.Requester.Name))),
                    Of(said.Select(one => IsOurs(one.Past) ? one.Home.Requester.Email : _deskAddress)), Of(said.Select(one => one.Home.Subject)),
                    Of(said.Select(one => one.Past.Said.Text ?? one.Home.Subject)),
                ], cancellation);
        }
        var notes = taken.Where(one => one.Past.Event.Kind is ImportedKind.Note).ToList();
        if (notes.Count > 0)
        {
            await ExecuteAsync(transaction, """
                insert into note (id, ticket_id, at, agent_name, body) select * from unnest($1, $2, $3, $4, $5) on conflict do nothing
                """,
                [
                    Of(notes.Select(one => one.Past.Event.MessageId!.Value)), Of(notes.Select(one => one.Home.Id)), Of(notes.Select(one => one.Past.Event.HappenedAt)),
                    Of(notes.Select(one => one.Past.Event.By.Name ?? one.Past.Source)), Of(notes.Select(one => one.Past.Said.Text!)),
                ], cancellation);
        }

        static bool IsOurs(PastEvent past) => past.Event.Kind is ImportedKind.AgentMessage;
    }

    private async Task TellAsync(NpgsqlTransaction transaction, List<(PastEvent Past, Home Home)> taken, CancellationToken cancellation)
    {
        if (taken.Count == 0)
            return;
        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var ticket in taken.GroupBy(one => one.Home.Id))
        {
            var home = ticket.First().Home;
            var text = ticket.FirstOrDefault(one => one.Past.Event.Kind is ImportedKind.Registered).Past?.Said.Text;
            batch.BatchCommands.Add(outbox.Say(home.Id, new TicketImported(
                home.Id, home.Number, now, home.RegisteredAt, home.Channel, home.Requester, home.Subject, text ?? "", [.. ticket.Select(one => one.Past.Event)])));
        }
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Of<T>(IEnumerable<T> values) where T : notnull => new NpgsqlParameter<T[]> { TypedValue = [.. values] };

    private static NpgsqlParameter OfNull(IEnumerable<string?> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text };
}
