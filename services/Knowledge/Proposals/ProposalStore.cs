using Dapper;
using Desk.Contracts;
using Desk.Knowledge.Articles;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Proposals;

/// <summary>What is known here of a ticket.</summary>
internal sealed record TicketCopy(Guid Id, string Number, string Language, string Subject, string Text, Guid? Organisation = null)
{
    /// <summary>Whether an article is worth proposing: its agents may read it, and it is not for the people of another organisation.</summary>
    /// <param name="audience">Whom the article is for.</param>
    /// <param name="team">The team that has the ticket.</param>
    public bool MayBeOffered(string audience, string? team)
        => audience is "everyone" or "agents" || audience == $"team:{team}" || (Organisation is { } id && audience == Audience.Organisation(id).Word);
}

/// <summary>
/// An article proposed for a ticket, and what became of it: when an agent first opened it from the ticket, and first used it to answer or
/// solve. Score is comparable only within one ticket.
/// </summary>
internal sealed record ProposedArticle(
    Guid Id, Guid ArticleId, string Slug, string Title, string Snippet, string Language, double Score, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt);

/// <summary>The SQL of tickets' copies and the proposals for them.</summary>
internal sealed class ProposalStore(NpgsqlDataSource database, Outbox outbox)
{
    // What a mail says, it says early; what follows is quotes and signatures.
    private const int MostText = 8_000;

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
            "select id, number, language, subject, text, organisation_id from ticket where id = $1", transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket } } };
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new TicketCopy(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetGuid(5))
            : null;
    }

    /// <summary>Keeps the proposals and says them.</summary>
    public void Propose(Reaction reaction, TicketCopy ticket, IReadOnlyList<Choice> choices, DateTimeOffset now)
    {
        reaction.Later(new NpgsqlBatchCommand("update ticket set proposed_at = $2 where id = $1")
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticket.Id }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        });
        if (choices.Count > 0)
        {
            // The join leaves out an article that was deleted a moment ago.
            reaction.Later(new NpgsqlBatchCommand("""
                insert into proposal (ticket_id, article_id, rank, score, snippet)
                select $1, article.id, chosen.rank, chosen.score, chosen.snippet
                from unnest($2, $3, $4) with ordinality as chosen(article_id, score, snippet, rank) join article on article.id = chosen.article_id
                on conflict do nothing
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
        reaction.Later(outbox.Say(ticket.Id, new SolutionsProposed(ticket.Id, ticket.Number, now, [.. choices.Select(choice => new Proposal(
            choice.Article.Id, choice.Article.Slug, choice.Article.Title, choice.Article.Opening, choice.Article.Language, choice.Score, choice.Article.Audience))])));
    }

    /// <summary>The proposals for a ticket that can still be read; null when it was not searched for yet.</summary>
    public async Task<IReadOnlyList<ProposedArticle>?> ReadAsync(string number, Readership readership, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
            select published.article_id as ArticleId, published.slug, published.title, proposal.snippet, published.language,
                   proposal.score::float8 as Score, proposal.opened_at as OpenedAt, proposal.used_at as UsedAt
            from ticket
            left join proposal on proposal.ticket_id = ticket.id
            left join published on published.article_id = proposal.article_id and {Readership.Allowed}
            where ticket.number = @number and ticket.proposed_at is not null
            order by proposal.rank
            """, readership.In(new { number }), cancellationToken: cancellation))).ToList();
        return rows.Count == 0 ? null : [.. rows.Where(row => row.ArticleId is not null).Select(row => row.Proposed)];
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
            insert into proposal as p (ticket_id, article_id, rank, score, snippet, opened_at, opened_by, used_at, used_by)
            select ticket.id, published.article_id, 1000, 0, left(published.plain, 200), @now, @agent,
                   case when @used then @now end, case when @used then @agent end
            from ticket, published where ticket.number = @number and published.article_id = @article and {Readership.Allowed}
            on conflict (ticket_id, article_id) do update set
                opened_at = coalesce(p.opened_at, excluded.opened_at), opened_by = coalesce(p.opened_by, excluded.opened_by),
                used_at = coalesce(p.used_at, excluded.used_at), used_by = coalesce(p.used_by, excluded.used_by)
            """, readership.In(new { number, article, used, agent, now }), cancellationToken: cancellation)) > 0;
    }

    private sealed record Row(
        Guid? ArticleId, string? Slug, string? Title, string? Snippet, string? Language, double? Score, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt)
    {
        // A ticket has an article at most once: the article's id is the proposal's, within its ticket.
        public ProposedArticle Proposed => new(ArticleId!.Value, ArticleId.Value, Slug!, Title!, Snippet!, Language!, Score!.Value, OpenedAt, UsedAt);
    }
}
