using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Tells who answers for an article that links in it have broken.</summary>
internal sealed class OnBrokenLinksFound(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<BrokenLinksFound>
{
    public async Task ReactAsync(BrokenLinksFound happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!Address.IsMailable(happened.To))
            return;
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            happened.ReportId, null, null, null, Kinds.Links, Automatic: true, happened.To, [], "sv",
            new Facts { Subject = happened.Title, Vouched = true, Article = happened.ArticleId, Links = happened.Links }, happened.ReportId, desk.MessageId(null, happened.ReportId), null, [], 0, default, null),
            cancellation);
        sender.Expect();
    }
}
