using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Tells an agent or a lead what they are to know, in their language. Not in the ticket's thread: an answer to it is no word in the ticket.</summary>
internal sealed class OnAgentTold(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<AgentTold>
{
    public async Task ReactAsync(AgentTold happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!happened.ByMail || !Address.IsMailable(happened.To))
            return;
        var language = await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation);
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            happened.Id, null, null, null, Kinds.Told, Automatic: true, happened.To, [], language,
            new Facts
            {
                Name = happened.Name,
                Vouched = true,
                About = happened.About,
                Trigger = happened.Trigger,
                Other = happened.Ticket?.Number,
                Text = language == "en" ? happened.En ?? happened.Sv : happened.Sv,
            },
            happened.Id, desk.MessageId(null, happened.Id), null, [], 0, default, null), cancellation);
        sender.Expect();
    }
}
