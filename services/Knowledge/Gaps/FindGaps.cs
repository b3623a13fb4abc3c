using Dapper;
using Desk.Knowledge.Likeness;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Gaps;

/// <summary>
/// Looks once at each ticket that was solved in the last 90 days: when no article was used on it, though its agent saw what was proposed or nothing was, it tells of something that
/// no article answers. Any number of replicas may run it; one at a time decides, so that two do not make the same gap. It is work for spare time: so many
/// at each look and no more, that a history brought in is not in the way of who asks now.
/// </summary>
internal sealed class FindGaps(NpgsqlDataSource database, LiveTickets tickets, TimeProvider clock, ILogger<FindGaps> logger) : DueWorker(logger)
{
    private const int MostAtOnce = 200;
    private const int MostNeighbours = 30;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    private static readonly string Unanswered = $"""
        not exists (select from proposal where ticket_id = ticket.id and used_at is not null)
        and (exists (select from proposal where ticket_id = ticket.id and shown_at is not null) or not exists (select from proposal where ticket_id = ticket.id))
        """;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - Remembered;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select exists (select from ticket where solved_at > @since and not gap_looked)", new { since }, cancellationToken: cancellation)))
            return 0;
        await tickets.RefreshAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await Turn.TakeAsync(transaction, "desk.knowledge.gaps", cancellation))
            return 0;
        var solved = (await connection.QueryAsync<Solved>(new CommandDefinition($"""
            select id, subject, text, language, category, {Unanswered} and not merged as unanswered
            from ticket where solved_at > @since and not gap_looked order by solved_at limit {MostAtOnce} for update skip locked
            """, new { since }, transaction, cancellationToken: cancellation))).ToList();
        foreach (var ticket in solved.Where(ticket => ticket.Unanswered))
            await PlaceAsync(ticket, transaction, cancellation);
        await connection.ExecuteAsync(new CommandDefinition(
            "update ticket set gap_looked = true where id = any(@ids)", new { ids = solved.Select(ticket => ticket.Id).ToArray() }, transaction, cancellationToken: cancellation));
        await transaction.CommitAsync(cancellation);
        return 0;
    }

    private async Task PlaceAsync(Solved ticket, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var words = Matter.Asked(ticket.Subject, ticket.Text);
        var like = tickets.Index.Like(
            words, other => other.Id != ticket.Id && other.Solved && other.Share >= GapRule.Alike && other.Words >= Math.Min(2, words.Count), MostNeighbours);
        if (like.Count == 0)
            return;
        var known = (await transaction.Connection!.QueryAsync<Known>(new CommandDefinition($"""
            select ticket.id, gap_ticket.gap_id as Gap, {Unanswered} as unanswered, subject || E'\n' || text as Words
            from ticket left join gap_ticket on gap_ticket.ticket_id = ticket.id where ticket.id = any(@ids) and solved_at > @since
            """, new { ids = like.Select(other => other.Id).ToArray(), since = now - Remembered }, transaction, cancellationToken: cancellation))).ToDictionary(row => row.Id);
        var (joins, founds) = GapRule.Decide([.. like.Where(other => known.ContainsKey(other.Id))
            .Select(other => new Neighbour(other.Id, other.Share, known[other.Id].Gap, known[other.Id].Unanswered))]);
        if (joins is null && founds.Count == 0)
            return;
        var gap = joins ?? Guid.CreateVersion7(now);
        await transaction.Connection!.ExecuteAsync(new CommandDefinition("""
            insert into gap (id, title, words, language, category, found_at) values (@gap, @subject, @words, @language, @category, @now) on conflict do nothing;
            insert into gap_ticket (ticket_id, gap_id) select unnest(@members), @gap on conflict do nothing;
            """, new
        {
            gap,
            ticket.Subject,
            words = GapRule.SharedWords([$"{ticket.Subject}\n{ticket.Text}", .. founds.Select(id => known[id].Words)]),
            ticket.Language,
            ticket.Category,
            now,
            members = founds.Append(ticket.Id).ToArray(),
        }, transaction, cancellationToken: cancellation));
    }

    private sealed record Solved(Guid Id, string Subject, string Text, string Language, string? Category, bool Unanswered);

    private sealed record Known(Guid Id, Guid? Gap, bool Unanswered, string Words);
}
