using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Carries an agent's words to the requester and those copied.</summary>
internal sealed class OnAgentReplied(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<AgentReplied>
{
    public async Task ReactAsync(AgentReplied happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!Address.IsMailable(happened.Requester.Email))
            return;
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            Guid.CreateVersion7(), happened.TicketId, happened.Number, happened.MessageId, Kinds.Reply, Automatic: false, happened.Requester.Email.Trim(),
            [.. happened.Cc.Where(Address.IsMailable).Where(cc => !desk.IsOurs(cc)).Distinct(StringComparer.OrdinalIgnoreCase)], happened.Requester.Language,
            new Facts { Name = happened.Requester.Name, Subject = happened.Subject, Text = happened.Text, Agent = happened.Agent.Name, Vouched = true },
            happened.MessageId, desk.MessageId(happened.Number, happened.MessageId), MessageIds.One(happened.InReplyTo),
            MessageIds.All(string.Join(' ', happened.References)), 0, happened.At, null), cancellation);
        sender.Expect();
    }
}
