using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Tells an agent or a lead what they are to know, in their language.</summary>
internal sealed class OnAgentTold(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<AgentTold>
{
    public async Task ReactAsync(AgentTold happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!happened.ByMail)
            return;
        var language = await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation);
        var facts = new Facts
        {
            Name = happened.Name,
            Vouched = true,
            About = happened.About,
            Trigger = happened.Trigger,
            Other = happened.Ticket?.Number,
            Text = language == "en" ? happened.En ?? happened.Sv : happened.Sv,
        };
        await DeskMail.AddAsync(reaction, happened.Id, Kinds.Told, happened.To, language, facts, deliveries, desk, sender, cancellation);
    }
}
