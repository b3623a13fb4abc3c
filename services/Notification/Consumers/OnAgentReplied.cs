using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Carries an agent's words, and the files with them, to the requester and those copied.</summary>
internal sealed class OnAgentReplied(DeliveryStore deliveries, ReplyFileStore files, DeskAddress desk, SendDue sender) : IReactTo<AgentReplied>
{
    public async Task ReactAsync(AgentReplied happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!Address.IsMailable(happened.Requester.Email))
            return;
        // The files are said first; what is tried again may still come after.
        var expected = happened.Files?.Count(file => file.Travels) ?? 0;
        if (expected > 0 && await files.CountAsync(reaction.Transaction, happened.MessageId, cancellation) < expected)
            throw new NotYetException($"{happened.Number}: {expected} files go with the reply, and not all have come yet.");
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            Guid.CreateVersion7(), happened.TicketId, happened.Number, happened.MessageId, Kinds.Reply, Automatic: false, happened.Requester.Email.Trim(),
            [.. happened.Cc.Where(Address.IsMailable).Where(cc => !desk.IsOurs(cc)).Distinct(StringComparer.OrdinalIgnoreCase)], happened.Requester.Language,
            new Facts
            {
                Name = happened.Requester.Name,
                Subject = happened.Subject,
                Text = happened.Text,
                Html = happened.Html,
                Agent = happened.Agent.Name,
                Vouched = true,
                Files = happened.Files,
            },
            happened.MessageId, desk.MessageId(happened.Number, happened.MessageId), MessageIds.One(happened.InReplyTo),
            MessageIds.All(string.Join(' ', happened.References)), 0, happened.At, null), cancellation);
        sender.Expect();
    }
}
