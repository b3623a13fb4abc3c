using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Npgsql;
using NpgsqlTypes;

namespace Desk.Notification.Consumers;

/// <summary>
/// Two tickets go on as one, or as two again: the requesters of both are told, for each reads what the other writes. One who asked in both is told once.
/// </summary>
internal sealed class OnTicketMerged(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<TicketMerged>, IReactTo<TicketUnmerged>
{
    public async Task ReactAsync(TicketMerged happened, Reaction reaction, CancellationToken cancellation)
    {
        var strangers = await RememberAsync(reaction, happened.TicketId, happened.Number, happened.Work, happened.Into, cancellation);
        await TellAsync(reaction, happened.TicketId, happened.Number, Kinds.Merged, happened.Into, cancellation);
        if (strangers)
            await TellAsync(reaction, happened.Into.Id, happened.Into.Number, Kinds.Joined, new TicketRef(happened.TicketId, happened.Number), cancellation);
    }

    public async Task ReactAsync(TicketUnmerged happened, Reaction reaction, CancellationToken cancellation)
    {
        var strangers = await RememberAsync(reaction, happened.TicketId, happened.Number, happened.Work, happened.From, cancellation);
        await TellAsync(reaction, happened.TicketId, happened.Number, Kinds.Parted, happened.From, cancellation, TicketMail.Of(happened.Work));
        if (strangers)
            await TellAsync(reaction, happened.From.Id, happened.From.Number, Kinds.Parted, new TicketRef(happened.TicketId, happened.Number), cancellation);
    }

    private Task TellAsync(Reaction reaction, Guid ticket, string number, string kind, TicketRef other, CancellationToken cancellation, Facts? facts = null)
        => TicketMail.AddToOneAsync(reaction, ticket, number, kind, (facts ?? new Facts()) with { Other = other.Number }, deliveries, desk, sender, cancellation);

    /// <summary>Events come in any order: an older one changes nothing. True when the two have different requesters.</summary>
    private static async Task<bool> RememberAsync(Reaction reaction, Guid ticket, string number, Work work, TicketRef other, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            with kept as (update ticket set merged_into = $2, merge_version = $3 where id = $1 and coalesce(merge_version, 0) < $3)
            select lower(one.requester) <> lower(other.requester) from ticket one, ticket other
            where one.id = $1 and other.id = $4 and one.registered_at is not null and other.registered_at is not null
            """, reaction.Connection, reaction.Transaction)
        {
            Parameters =
            {
                new() { Value = ticket }, new() { Value = (object?)work.MergedInto?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = work.Version }, new() { Value = other.Id },
            },
        };
        return await command.ExecuteScalarAsync(cancellation) as bool? ?? throw new NotYetException($"The registration of {number} or {other.Number} has not been heard yet.");
    }
}
