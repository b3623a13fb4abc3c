using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Consumers;

/// <summary>
/// Notes on our message whether the requester got it, and remembers the Message-ID of the mail, so that an answer to it finds the ticket. What
/// becomes of copies to others is Notification's to show.
/// </summary>
internal sealed class OnMessageDelivered : IReactTo<MessageDelivered>, IReactTo<DeliveryFailed>
{
    public Task ReactAsync(MessageDelivered happened, Reaction reaction, CancellationToken cancellation)
    {
        if (happened.TicketId is { } ticketId)
            reaction.Later(MailThreads.Remember(happened.MailMessageId.Trim('<', '>', ' '), ticketId, happened.MessageId, incoming: false, happened.At));
        if (happened is { TicketId: not null, MessageId: { } messageId })
            reaction.Later(State(messageId, happened.To, "sent", null));
        return Task.CompletedTask;
    }

    public Task ReactAsync(DeliveryFailed happened, Reaction reaction, CancellationToken cancellation)
    {
        // One that will be tried again is still pending.
        if (happened is { Permanent: true, MessageId: { } messageId })
            reaction.Later(State(messageId, happened.To, "failed", happened.Reason));
        return Task.CompletedTask;
    }

    private static NpgsqlBatchCommand State(Guid messageId, string to, string state, string? reason)
    {
        var command = new NpgsqlBatchCommand("""
            update message set delivery = @state, delivery_reason = @reason
            where id = @message and direction = 'out' and lower(@to) = any(recipients)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid>("message", messageId));
        command.Parameters.Add(new NpgsqlParameter<string>("to", to));
        command.Parameters.Add(new NpgsqlParameter<string>("state", state));
        command.Parameters.AddText("reason", reason);
        return command;
    }
}
