using Dapper;
using Desk.Contracts;
using Desk.Knowledge.Articles;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Proposals;

/// <summary>What is known here of a ticket.</summary>
internal sealed record TicketCopy(
    Guid Id, string Number, string Language, string Subject, string Text, string? Category, string? Team, DateTimeOffset At, Guid? Organisation = null)
{
    /// <summary>Whether an article is worth proposing: its agents may read it, and it is not for the people of another organisation.</summary>
    /// <param name="audience">Whom the article is for.</param>
    public bool MayBeOffered(string audience)
        => audience is "everyone" or "agents" || audience == $"team:{Team}" || (Organisation is { } id && audience == Audience.Organisation(id).Word);
}

/// <summary>
/// An article proposed for a ticket, and what became of it: when an agent first opened it from the ticket, and first used it to answer or
/// solve. Score is comparable only within one ticket.
/// </summary>
internal sealed record ProposedArticle(
    Guid Id, Guid ArticleId, string Slug, string Title, string Snippet, string Language, double Score, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt,
    string Audience);

/// <summary>The SQL of tickets' copies and the proposals for them.</summary>
internal sealed class ProposalStore(NpgsqlDataSource database, Outbox outbox)
{
    // What a mail says, it says early; what follows is quotes and signatures.
    public const int MostText = 8_000;

    public static NpgsqlBatchCommand KeepTicket(TicketRegistered registered)
        => new("""
            insert into ticket (id, number, language, subject, text, registered_at, organisation_id) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (id) do nothing
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = registered.TicketId },
                new NpgsqlParameter<string> { TypedValue = registered.Number },
                new NpgsqlParameter<string> { TypedValue = registered.Requester.Language },
                new NpgsqlParameter<string> { TypedValue = registered.Subject },
                new NpgsqlParameter<string> { TypedValue = registered.Text[..Math.Min(registered.Text.Length, MostText)] },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = registered.At },
                new NpgsqlParameter { Value = (object?)registered.Requester.OrganisationId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
            },
        };

    public static async Task<TicketCopy?> FindTicketAsync(NpgsqlTransaction transaction, Guid ticket, CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand(
            "select id, number, language, subject, text, category, team, registered_at, organisation_id from ticket where id = $1", transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket } } };
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new TicketCopy(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5), await reader.IsDBNullAsync(6, cancellation) ? null : reader.GetString(6),
                reader.GetFieldValue<DateTimeOffset>(7), await reader.IsDBNullAsync(8, cancellation) ? null : reader.GetGuid(8))
            : null;
    }

    /// <summary>
    /// Keeps what was found and says the articles. Found again, with other words of the requester: the new is put first, what was
    /// known of the old is kept, and likenesses that nobody opened go.
    /// </summary>
    public void Propose(Reaction reaction, TicketCopy ticket, Work? work, Solutions found, DateTimeOffset now)
    {
        if (work is not null)
            reaction.Later(TicketCopies.Work(ticket.Id, work));
        reaction.Later(new NpgsqlBatchCommand("update ticket set proposed_at = $2 where id = $1")
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        });
        var choices = found.Articles;
        if (choices.Count > 0)
        {
            if (work is null)
                reaction.Later(new NpgsqlBatchCommand("update proposal set rank = rank + 100 where ticket_id = $1") { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id } } });
            // The join leaves out an article that was deleted a moment ago.
            reaction.Later(new NpgsqlBatchCommand("""
                insert into proposal (ticket_id, article_id, rank, score, snippet)
                select $1, article.id, chosen.rank, chosen.score, chosen.snippet
                from unnest($2, $3, $4) with ordinality as chosen(article_id, score, snippet, rank) join article on article.id = chosen.article_id
                on conflict (ticket_id, article_id) do update set rank = excluded.rank, score = excluded.score, snippet = excluded.snippet
                """)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = ticket.Id },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. choices.Select(choice => choice.Article.Id)] },
                    new NpgsqlParameter<float[]> { TypedValue = [.. choices.Select(choice => (float)choice.Score)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. choices.Select(choice => choice.Article.Opening)] },
                },
            });
        }
        if (found.Tickets.Count > 0)
        {
            if (work is null)
            {
                reaction.Later(new NpgsqlBatchCommand("delete from similar_ticket where ticket_id = $1 and opened_at is null and used_at is null")
                { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id } } });
            }
            reaction.Later(new NpgsqlBatchCommand("""
                insert into similar_ticket (ticket_id, other_id, rank, score)
                select $1, ticket.id, given.rank, given.score from unnest($2, $3) with ordinality as given(id, score, rank) join ticket using (id)
                on conflict (ticket_id, other_id) do update set rank = excluded.rank, score = excluded.score
                """)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = ticket.Id },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. found.Tickets.Select(other => other.Id)] },
                    new NpgsqlParameter<float[]> { TypedValue = [.. found.Tickets.Select(other => (float)other.Share)] },
                },
            });
        }
        reaction.Later(outbox.Say(ticket.Id, new SolutionsProposed(ticket.Id, ticket.Number, now, [.. choices.Select(choice => new Proposal(
            choice.Article.Id, choice.Article.Slug, choice.Article.Title, choice.Article.Opening, choice.Article.Language, choice.Score, choice.Article.Audience))])));
    }

    /// <summary>What was found for a ticket and can still be read, and the open problems; null when it was not searched for yet. To read it is to be shown it.</summary>
    public async Task<FoundForTicket?> ReadAsync(string number, Readership readership, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = await connection.QueryMultipleAsync(new CommandDefinition($"""
            select id, number, language, subject, text, category, team, registered_at as At, organisation_id as Organisation from ticket where number = @number and proposed_at is not null;
            select published.article_id as Id, published.article_id as ArticleId, published.slug, published.title, proposal.snippet, published.language,
                   proposal.score::float8 as Score, proposal.opened_at as OpenedAt, proposal.used_at as UsedAt, published.audience,
                   proposal.shown_at as ShownAt
            from ticket join proposal on proposal.ticket_id = ticket.id join published on published.article_id = proposal.article_id and {Readership.Allowed}
            where ticket.number = @number order by proposal.rank limit 10;
            select other.id, other.number, other.subject, other.solution, other.language, other.solved_at as SolvedAt, similar_ticket.score::float8 as Score,
                   similar_ticket.opened_at as OpenedAt, similar_ticket.used_at as UsedAt, similar_ticket.shown_at as ShownAt
            from ticket join similar_ticket on similar_ticket.ticket_id = ticket.id join ticket other on other.id = similar_ticket.other_id
            where ticket.number = @number and other.solved_at is not null and other.solution is not null order by similar_ticket.rank;
            select id, number, title, status, major, workaround, array_to_string(tickets, ' ') as AllTickets from problem where status <> 'solved';
            """, readership.In(new { number }), cancellationToken: cancellation));
        if (await read.ReadSingleOrDefaultAsync<TicketCopy>() is not { } ticket)
            return null;
        var found = new FoundForTicket(
            ticket, (await read.ReadAsync<ArticleRow>()).ToList(), (await read.ReadAsync<SolvedRow>()).ToList(), (await read.ReadAsync<OpenProblem>()).ToList());
        if (found.Articles.Any(row => row.ShownAt is null) || found.Solved.Any(row => row.ShownAt is null))
        {
            await connection.ExecuteAsync(new CommandDefinition("""
                update proposal set shown_at = @now where ticket_id = @id and shown_at is null;
                update similar_ticket set shown_at = @now where ticket_id = @id and shown_at is null;
                """, new { now, id = ticket.Id }, cancellationToken: cancellation));
        }
        return found;
    }

    /// <summary>The numbers and subjects of tickets, the first registered first.</summary>
    public async Task<IReadOnlyList<TicketLine>> LinesAsync(IReadOnlyCollection<Guid> tickets, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return [.. await connection.QueryAsync<TicketLine>(new CommandDefinition(
            "select number, subject, status, registered_at as At from ticket where id = any(@ids) order by registered_at, number",
            new { ids = tickets.ToArray() }, cancellationToken: cancellation))];
    }

    public async Task<bool> KnowsAsync(string number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from ticket where number = @number)", new { number }, cancellationToken: cancellation));
    }

    /// <summary>
    /// Records that an article was opened, or used (which is also opened), for a ticket. An agent may use an article the desk did not propose:
    /// then it is recorded below the proposed ones. False when there is no such ticket or article.
    /// </summary>
    public async Task<bool> RecordAsync(string number, Guid article, bool used, Guid agent, Readership readership, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteAsync(new CommandDefinition($"""
            insert into proposal as p (ticket_id, article_id, rank, score, snippet, opened_at, opened_by, used_at, used_by, solved_at)
            select ticket.id, published.article_id, 1000, 0, left(published.plain, 200), @now, @agent,
                   case when @used then @now end, case when @used then @agent end,
                   case when @used then ticket.solved_at end
            from ticket, published where ticket.number = @number and published.article_id = @article and {Readership.Allowed}
            on conflict (ticket_id, article_id) do update set
                opened_at = coalesce(p.opened_at, excluded.opened_at), opened_by = coalesce(p.opened_by, excluded.opened_by),
                used_at = coalesce(p.used_at, excluded.used_at), used_by = coalesce(p.used_by, excluded.used_by),
                solved_at = coalesce(p.solved_at, excluded.solved_at)
            """, readership.In(new { number, article, used, agent, now }), cancellationToken: cancellation)) > 0;
    }

    /// <summary>Records that a solved ticket was opened from another one, or its solution used there. False when it was not proposed.</summary>
    public async Task<bool> RecordSolvedAsync(string number, string other, bool used, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.ExecuteAsync(new CommandDefinition("""
            update similar_ticket set opened_at = coalesce(opened_at, @now), used_at = coalesce(used_at, case when @used then @now end)
            from ticket, ticket other
            where ticket.number = @number and other.number = @other and ticket_id = ticket.id and other_id = other.id
            """, new { number, other, used, now }, cancellationToken: cancellation)) > 0;
    }
}

/// <summary>What was found for a ticket, as it is stored.</summary>
internal sealed record FoundForTicket(
    TicketCopy Ticket, IReadOnlyList<ArticleRow> Articles, IReadOnlyList<SolvedRow> Solved, IReadOnlyList<OpenProblem> Problems);

internal sealed record ArticleRow(
    Guid Id, Guid ArticleId, string Slug, string Title, string Snippet, string Language, double Score, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt,
    string Audience, DateTimeOffset? ShownAt)
{
    // A ticket has an article at most once: the article's id is the proposal's, within its ticket.
    public ProposedArticle Proposed => new(Id, ArticleId, Slug, Title, Snippet, Language, Score, OpenedAt, UsedAt, Audience);
}

internal sealed record SolvedRow(
    Guid Id, string Number, string Subject, string Solution, string Language, DateTimeOffset SolvedAt, double Score, DateTimeOffset? OpenedAt,
    DateTimeOffset? UsedAt, DateTimeOffset? ShownAt);

internal sealed record OpenProblem(Guid Id, string Number, string Title, string Status, bool Major, string? Workaround, string AllTickets)
{
    public IReadOnlyList<Guid> Tickets { get; } = [.. AllTickets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];
}

internal sealed record TicketLine(string Number, string Subject, string Status, DateTimeOffset At);
