using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Mail.Handling;

/// <summary>A mail whose outcome and whose traces in the store disagree. Kind: <c>lost</c>, <c>doubled</c> or <c>stray</c>.</summary>
internal sealed record AccountFault(string Kind, int Mails);

/// <summary>
/// Every mail received from since until until, by what became of it. Balanced: received is the sum of the rest, and the store bears it out:
/// each ticket and reply has its one message, and nothing else has one.
/// </summary>
internal sealed record MailAccount(
    DateTimeOffset Since, DateTimeOffset Until, int Received, int Tickets, int Replies, int Automatic, int Bounces, int Ignored, int Quarantined, bool Balanced,
    IReadOnlyList<AccountFault> Faults)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>
    /// Counts, and holds the outcomes against the messages that are in the store. <c>lost</c>: said to be in a ticket, and is in none.
    /// <c>doubled</c>: in more than one message. <c>stray</c>: in a ticket, though its outcome says otherwise.
    /// </summary>
    /// <param name="since">From when, inclusive; a day before until unless told.</param>
    /// <param name="until">To when, exclusive; now unless told.</param>
    public static async Task<Results<Ok<MailAccount>, ProblemHttpResult>> ReadAsync(
        NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        var to = (until ?? clock.GetUtcNow()).ToUniversalTime();
        var from = (since ?? to.AddDays(-1)).ToUniversalTime();
        if (from > to || to - from > Longest)
            return Problems.Invalid("request.invalid", "since is before until, and at most a year before it.");
        await using var command = database.CreateCommand("""
            select count(*)::int,
                   count(*) filter (where outcome = 'ticket')::int, count(*) filter (where outcome = 'reply')::int,
                   count(*) filter (where outcome = 'automatic')::int, count(*) filter (where outcome = 'bounce')::int,
                   count(*) filter (where outcome = 'ignored')::int, count(*) filter (where outcome = 'quarantined')::int,
                   count(*) filter (where outcome in ('ticket', 'reply') and messages = 0)::int,
                   count(*) filter (where messages > 1)::int,
                   count(*) filter (where outcome not in ('ticket', 'reply') and messages > 0)::int
            from (select outcome, (select count(*) from message where message.mail_id = mail.id) as messages
                  from mail where received_at >= $1 and received_at < $2) as received
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var faults = new[] { ("lost", 7), ("doubled", 8), ("stray", 9) }
            .Select(fault => new AccountFault(fault.Item1, row.GetInt32(fault.Item2))).Where(fault => fault.Mails > 0).ToList();
        var sum = Enumerable.Range(1, 6).Sum(row.GetInt32);
        return TypedResults.Ok(new MailAccount(
            from, to, row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6),
            row.GetInt32(0) == sum && faults.Count == 0, faults));
    }
}
