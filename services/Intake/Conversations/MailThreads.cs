using Npgsql;

namespace Desk.Intake.Conversations;

/// <summary>
/// The Message-IDs of every ticket's mail thread: of mails that came in, and of ours as <c>MessageDelivered</c> tells them. Without angle
/// brackets; compared as written, as RFC 5322 asks.
/// </summary>
internal static class MailThreads
{
    /// <summary>RFC 5322 allows a line of 998 characters; longer ids are nobody's and are not remembered.</summary>
    private const int LongestId = 998;

    /// <summary>The ticket of the first of <paramref name="mailMessageIds"/> that the desk knows, in the order given; null when none is.</summary>
    public static async Task<Guid?> FindTicketAsync(
        NpgsqlTransaction transaction, IReadOnlyList<string> mailMessageIds, CancellationToken cancellation)
    {
        if (mailMessageIds.Count == 0)
            return null;
        await using var command = new NpgsqlCommand("""
            select ticket_id from mail_reference where mail_message_id = any($1) order by array_position($1, mail_message_id) limit 1
            """, transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. mailMessageIds] } } };
        return (Guid?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>The ids of a ticket's thread, oldest first, and the last that came in: what our next mail's References and In-Reply-To say.</summary>
    public static async Task<(IReadOnlyList<string> References, string? InReplyTo)> OfTicketAsync(
        NpgsqlTransaction transaction, Guid ticketId, CancellationToken cancellation)
    {
        // The first id names the thread and the last nine the place in it: header lines must not grow without end.
        await using var command = new NpgsqlCommand("""
            select mail_message_id, incoming from (
                (select mail_message_id, incoming, at from mail_reference where ticket_id = $1 order by at limit 1)
                union
                (select mail_message_id, incoming, at from mail_reference where ticket_id = $1 order by at desc limit 9)) as thread
            order by at
            """, transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<Guid> { TypedValue = ticketId } } };
        var references = new List<string>();
        string? lastIncoming = null;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            references.Add(reader.GetString(0));
            if (reader.GetBoolean(1))
                lastIncoming = reader.GetString(0);
        }
        return (references, lastIncoming ?? references.LastOrDefault());
    }

    /// <summary>Remembers an id. The first ticket to use it keeps it: nobody can take a thread over by repeating its id.</summary>
    public static NpgsqlBatchCommand Remember(string mailMessageId, Guid ticketId, Guid? messageId, bool incoming, DateTimeOffset at)
    {
        var command = new NpgsqlBatchCommand("""
            insert into mail_reference (mail_message_id, ticket_id, message_id, incoming, at)
            select @id, @ticket, @message, @incoming, @at where length(@id) between 3 and @longest
            on conflict do nothing
            """);
        command.Parameters.Add(new NpgsqlParameter<string>("id", mailMessageId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("ticket", ticketId));
        command.Parameters.AddId("message", messageId);
        command.Parameters.Add(new NpgsqlParameter<bool>("incoming", incoming));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", at));
        command.Parameters.Add(new NpgsqlParameter<int>("longest", LongestId));
        return command;
    }
}
