using System.Diagnostics;
using System.Text.Json;
using Desk.Contracts;
using Desk.Notification.Letters;
using Desk.Notification.Writing;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Notification.Confirmations;

/// <summary>
/// A ticket is confirmed once, when three things are known: who asked, what happens next, and which articles may help. They come as three events in
/// any order; each fills its part of the row, and the one that completes it makes the delivery, all in one statement. If the articles have not come
/// when <c>confirm_by</c> passes, the confirmation goes without them. Each command writes 1 row when it made the confirmation, and 0 when it did not.
/// </summary>
internal sealed class ConfirmationStore(DeskAddress desk, TimeProvider clock)
{
    /// <summary>How long it waits for articles.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string Registered =
        """
        with after as (
            insert into ticket as t (id, number, registered_at, requester, requester_name, language, subject, automatic, vouched, mail_message_id, refs)
            values ($1, $2, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            on conflict (id) do update set
                registered_at = excluded.registered_at, requester = excluded.requester, requester_name = excluded.requester_name,
                language = excluded.language, subject = excluded.subject, automatic = excluded.automatic, vouched = excluded.vouched,
                mail_message_id = excluded.mail_message_id, refs = excluded.refs,
                confirm_by = case when t.work_version is not null and t.proposals is not null then null else t.confirm_by end
            returning *)
        """;

    private const string Triaged =
        """
        with after as (
            insert into ticket as t (id, number, work_version, next_step, next_step_at, confirm_by, team) values ($1, $2, $7, $8, $9, $10, $11)
            on conflict (id) do update set
                team = case when excluded.work_version > greatest(coalesce(t.work_version, 0), coalesce(t.team_version, 0)) then excluded.team else t.team end,
                work_version = greatest(t.work_version, excluded.work_version),
                next_step = case when excluded.work_version > coalesce(t.work_version, 0) then excluded.next_step else t.next_step end,
                next_step_at = case when excluded.work_version > coalesce(t.work_version, 0) then excluded.next_step_at else t.next_step_at end,
                confirm_by = case when t.registered_at is not null and t.proposals is not null then null else excluded.confirm_by end
            returning *)
        """;

    private const string Proposed =
        """
        with offered as (
            select coalesce(json_agg(offer.value order by offer.ordinality), '[]') as proposals from json_array_elements($7::json) with ordinality as offer
            where (offer.value ->> 'open')::boolean
               or exists (select from article where article.id = (offer.value ->> 'articleId')::uuid and audience = 'everyone')),
        after as (
            insert into ticket as t (id, number, proposals) select $1, $2, proposals from offered
            on conflict (id) do update set
                proposals = coalesce(t.proposals, excluded.proposals),
                confirm_by = case when t.registered_at is not null and t.work_version is not null then null else t.confirm_by end
            returning *)
        """;

    private const string Late = "with after as (update ticket set confirm_by = null where id = $1 and number = $2 returning *)";

    private const string Complete = "registered_at is not null and work_version is not null and proposals is not null";

    /// <summary>A machine's ticket gets no automatic mail, ever. A second one is refused by the index.</summary>
    private const string Confirm =
        """

        insert into delivery (
            id, ticket_id, number, kind, automatic, recipient, language, facts, mail_id, mail_message_id, in_reply_to, refs, due_at, created_at, traceparent)
        select $3, id, number, 'confirmation', true, requester,
            coalesce((select preference.language from preference where email = lower(requester)), after.language),
            json_build_object('name', requester_name, 'subject', subject, 'vouched', vouched, 'nextStep', next_step, 'nextStepAt', next_step_at,
                'proposals', coalesce(proposals, '[]')),
            $3, $4, mail_message_id, refs, $5, $5, $6
        from after where {0} and not automatic and requester <> ''
        on conflict do nothing
        """;

    private static readonly string RegisteredSql = Registered + string.Format(null, Confirm, Complete);
    private static readonly string TriagedSql = Triaged + string.Format(null, Confirm, Complete);
    private static readonly string ProposedSql = Proposed + string.Format(null, Confirm, Complete);
    private static readonly string LateSql = Late + string.Format(null, Confirm, "registered_at is not null and work_version is not null");

    public NpgsqlBatchCommand Heard(TicketRegistered happened)
        => Command(RegisteredSql, happened.TicketId, happened.Number,
            new() { Value = happened.At }, new() { Value = happened.Requester.Email.Trim() }, Text(happened.Requester.Name), new() { Value = happened.Requester.Language },
            new() { Value = happened.Subject }, new() { Value = happened.Automatic }, new() { Value = happened.Vouched },
            Text(MessageIds.One(happened.MailMessageId)), new() { Value = MessageIds.All(happened.MailReferences) });

    public NpgsqlBatchCommand Heard(TicketTriaged happened)
        => Command(TriagedSql, happened.TicketId, happened.Number,
            new() { Value = happened.Work.Version }, Text(happened.Work.NextStep), Time(happened.Work.NextStepAt), new() { Value = clock.GetUtcNow() + Patience }, Text(happened.Work.Team));

    public NpgsqlBatchCommand Heard(SolutionsProposed happened)
    {
        List<Offer> offers =
        [
            .. happened.Proposals.Where(proposal => proposal.Audience is null or "everyone")
                .Select(proposal => new Offer(proposal.ArticleId, proposal.Slug, proposal.Title, proposal.Snippet, proposal.Audience == "everyone")),
        ];
        return Command(ProposedSql, happened.TicketId, happened.Number,
            new NpgsqlParameter { Value = JsonSerializer.Serialize(offers, FactsJson.Default.ListOffer), NpgsqlDbType = NpgsqlDbType.Json });
    }

    /// <summary>Tickets whose confirmation has waited long enough.</summary>
    public async Task<List<(Guid Id, string Number)>> TakeLateAsync(NpgsqlTransaction transaction, int most, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, number from ticket where confirm_by <= $1 and registered_at is not null
            order by confirm_by limit $2 for update skip locked
            """, transaction.Connection, transaction)
        { Parameters = { new() { Value = clock.GetUtcNow() }, new() { Value = most } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var late = new List<(Guid, string)>();
        while (await row.ReadAsync(cancellation))
            late.Add((row.GetGuid(0), row.GetString(1)));
        return late;
    }

    public NpgsqlBatchCommand NoLongerWaiting(Guid id, string number) => Command(LateSql, id, number);

    private NpgsqlBatchCommand Command(string sql, Guid ticket, string number, params NpgsqlParameter[] rest)
    {
        var delivery = Guid.CreateVersion7();
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new() { Value = ticket },
                new() { Value = number },
                new() { Value = delivery },
                new() { Value = desk.MessageId(number, delivery) },
                new() { Value = clock.GetUtcNow() },
                Text(Activity.Current?.Id),
            },
        };
        foreach (var parameter in rest)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Time(DateTimeOffset? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
