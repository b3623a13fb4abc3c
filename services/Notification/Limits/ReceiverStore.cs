using Desk.Notification.Deliveries;
using Npgsql;

namespace Desk.Notification.Limits;

/// <summary>How the receivers of some deliveries stand: what they have had lately, and whether their address works.</summary>
internal sealed class ReceiverStore(ReceiverLimits limits, TimeProvider clock)
{
    /// <summary>How long an address that bounced for good is left alone.</summary>
    public static readonly TimeSpan LeftAlone = TimeSpan.FromDays(7);

    public async Task<Standing> StandingAsync(NpgsqlTransaction transaction, IReadOnlyCollection<Delivery> due, CancellationToken cancellation)
    {
        var addresses = due.Select(delivery => Standing.Key(delivery.Recipient)).Distinct().ToArray();
        var now = clock.GetUtcNow();
        var windows = limits.InAll.Concat(limits.OfTicket).Select(limit => now - limit.Within).ToArray();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction)
        {
            BatchCommands =
            {
                new("select email, until, reason from suppression where email = any($1)") { Parameters = { new() { Value = addresses } } },
                new(
                    """
                    select address, ticket_id,
                        count(*) filter (where sent_at > $2[1]), count(*) filter (where sent_at > $2[2]), count(*) filter (where sent_at > $2[3]),
                        count(*) filter (where sent_at > $2[4]), count(*) filter (where sent_at > $2[5]),
                        count(*) filter (where sent_at > $2[6]), count(*) filter (where sent_at > $2[7]), count(*) filter (where sent_at > $2[8]),
                        count(*) filter (where sent_at > $2[9]), count(*) filter (where sent_at > $2[10])
                    from unnest($1) as address join delivery on lower(recipient) = address and automatic and sent_at > $3
                    group by address, ticket_id
                    """) { Parameters = { new() { Value = addresses }, new() { Value = windows }, new() { Value = windows.Min() } } },
            },
        };
        var standing = new Standing();
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            standing.Suppress(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2));
        await row.NextResultAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            standing.Add(row.GetString(0), row.IsDBNull(1) ? Guid.Empty : row.GetGuid(1),
                inAll: [.. Enumerable.Range(2, 5).Select(column => (int)row.GetInt64(column))],
                ofTicket: [.. Enumerable.Range(7, 5).Select(column => (int)row.GetInt64(column))]);
        }
        return standing;
    }

    public async Task SuppressAsync(NpgsqlTransaction transaction, string address, string reason, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into suppression (email, until, reason) values ($1, $2, $3)
            on conflict (email) do update set until = greatest(suppression.until, excluded.until), reason = excluded.reason
            """, transaction.Connection, transaction)
        { Parameters = { new() { Value = Standing.Key(address) }, new() { Value = clock.GetUtcNow() + LeftAlone }, new() { Value = reason } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The standing of some receivers, kept up while a batch goes out.</summary>
internal sealed class Standing
{
    private readonly Dictionary<string, (DateTimeOffset Until, string Reason)> _suppressed = [];
    private readonly Dictionary<string, int[]> _inAll = [];
    private readonly Dictionary<(string, Guid), int[]> _ofTicket = [];

    /// <summary>The same mailbox, however it is written.</summary>
    public static string Key(string address) => address.ToLowerInvariant();

    public void Suppress(string address, DateTimeOffset until, string reason) => _suppressed[address] = (until, reason);

    public void Add(string address, Guid ticket, int[] inAll, int[] ofTicket)
    {
        _ofTicket[(address, ticket)] = ofTicket;
        var sum = InAll(address);
        for (var window = 0; window < sum.Length; window++)
            sum[window] += inAll[window];
    }

    public string? Suppressed(string address, DateTimeOffset now)
        => _suppressed.TryGetValue(Key(address), out var suppressed) && suppressed.Until > now ? suppressed.Reason : null;

    public Counts Of(Delivery delivery) => new(OfTicket(delivery), InAll(Key(delivery.Recipient)));

    public void Count(Delivery delivery)
    {
        if (!delivery.Automatic)
            return;
        foreach (var counts in new[] { OfTicket(delivery), InAll(Key(delivery.Recipient)) })
        {
            for (var window = 0; window < counts.Length; window++)
                counts[window]++;
        }
    }

    private int[] InAll(string address) => _inAll.TryGetValue(address, out var counts) ? counts : _inAll[address] = new int[ReceiverLimits.Windows];

    private int[] OfTicket(Delivery delivery)
    {
        // Mails about no ticket, such as sign-in links, have only the limits in all.
        if (delivery.TicketId is not { } ticket)
            return new int[ReceiverLimits.Windows];
        var key = (Key(delivery.Recipient), ticket);
        return _ofTicket.TryGetValue(key, out var counts) ? counts : _ofTicket[key] = new int[ReceiverLimits.Windows];
    }
}
